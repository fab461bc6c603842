"""Great Expectations at the border: suites as data (`suites/`, one per extract) and the one module that runs them.

Checks of keys, identities and reconciliations inside the warehouse are dbt tests and live in `warehouse/`.
"""
