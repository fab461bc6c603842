"""The ledger of failures: what all three homes of checks (landing, expectations, dbt tests) found, remembered.

Each run adds one folder to `quality/` and never changes another (`folders`); the state of every failure follows from
them all (`fold`) and is kept beside them, so that a run reads only that and its own. What fails now is asked of the
warehouse (`standing`, `landing_rows`, `dbt_rows`), set-wise. Not here: whether a row fails, what that does to a figure,
who looks into it.
"""

from orchestration.ledger.recording import record_checks, record_failures

__all__ = ["record_checks", "record_failures"]
