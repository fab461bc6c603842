"""Great Expectations at the border: suites as data (`suites/`, one per extract; `published/`, one per table
that goes out) and `run.py`, which runs them.

Checks of keys, identities and reconciliations inside the warehouse are dbt tests and live in `warehouse/`.
"""
