"""Small pieces of SQL text that the statements of landing share.

Here: quoting, listing, the translation of labels. Not here: whole statements (cells.py, judgement.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.contracts import Column


def literal(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def listed(items: Iterable[str]) -> str:
    """Items of a select list, one a line; DuckDB allows the last comma."""
    return "".join(f"{item},\n                " for item in items)


def decoded(column: Column, text: str) -> str:
    """The canonical code of a label, null for one that is not listed."""
    return f"case {text} {' '.join(f'when {literal(k)} then {literal(v)}' for k, v in column.codes.items())} end"
