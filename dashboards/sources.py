"""What the extracts and their columns are called, from the contracts: said there, and only shown here."""

from __future__ import annotations

from functools import cache

from orchestration.contracts import Contract, load_contracts


@cache
def _contracts() -> dict[str, Contract]:
    return load_contracts()


def source_name(source: str, language: str) -> str:
    """The name of an extract; its own code if it has no contract any more."""
    contract = _contracts().get(source)
    return getattr(contract, f"name_{language}") if contract else source


def column_name(source: str, column: str, language: str) -> str:
    """The header a clerk knows a column by; in English its words. Without a source, by any that has the column."""
    contracts = [_contracts()[source]] if source in _contracts() else [] if source else _contracts().values()
    headers = {one.name: one.header for contract in contracts for one in contract.columns}
    return headers.get(column, column) if language == "zh" else column.replace("_", " ")
