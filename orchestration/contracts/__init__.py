"""The contracts of the extracts: what a clerk's file must hold, as data, one YAML file per extract.

Here: reading the YAML and refusing a contract that contradicts itself. Not here: reading a clerk's file, judging a
row (landing does), or any business rule (the suites do).
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.paths import CONTRACTS

ColumnType = Literal[
    "text", "code", "code6", "code12", "date", "timestamp", "flag", "amount", "id", "phone", "hashed", "dropped"
]

# What the lake stores of a column of each type; the types missing here store what they yield, or nothing.
STORED_AS = {
    "text": "varchar",
    "code": "varchar",
    "code6": "varchar",
    "code12": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "flag": "boolean",
    "amount": "decimal(12, 2)",
}
YIELDED_AS = {
    "id": {"person_key": "varchar", "id_status": "varchar", "id_agrees": "boolean"},
    "phone": {"has_phone": "boolean"},
    "hashed": {"operator_key": "varchar", "account_key": "varchar"},
    "dropped": {},
}
TRACE_COLUMNS = {
    "unreadable": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "batch_id": "varchar",
    "as_of": "date",
}


class ContractError(ValueError):
    """A contract file is wrong: the message names the file and what is wrong in it."""


class Column(BaseModel):
    """One column of an extract, as the clerk sees it and as the lake stores it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    header: str
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: ColumnType
    required: bool = False
    aliases: tuple[str, ...] = ()
    codes: dict[str, str] = {}
    yields: tuple[str, ...] = ()
    cut_to_township: bool = False
    must_lie_in_scope: bool = False
    description_zh: str
    description_en: str

    @property
    def is_masked(self) -> bool:
        """Whether a cell of this column may identify somebody, so that its text is never stored."""
        return self.type in YIELDED_AS

    @property
    def lake_columns(self) -> dict[str, str]:
        """Names and DuckDB types of what the lake stores of this column, in order."""
        if self.is_masked:
            return {name: YIELDED_AS[self.type][name] for name in self.yields}
        return {self.name: STORED_AS[self.type]}

    @model_validator(mode="after")
    def _is_consistent(self) -> Column:
        if bool(self.codes) != (self.type == "code"):
            raise ValueError(f"column {self.name}: `codes` belongs to type code, and type code needs it")
        if unknown := set(self.yields) - set(YIELDED_AS.get(self.type, {})):
            raise ValueError(f"column {self.name}: type {self.type} does not yield {sorted(unknown)}")
        if self.is_masked and self.type != "dropped" and not self.yields:
            raise ValueError(f"column {self.name}: type {self.type} must say what it `yields`")
        if (self.cut_to_township or self.must_lie_in_scope) and self.type != "code12":
            raise ValueError(f"column {self.name}: only a code12 is cut to its township or lies in a scope")
        return self


class Contract(BaseModel):
    """What one extract holds. `key` is empty where no column identifies a row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    version: int = Field(ge=1)
    shape: Literal["snapshot", "ledger"]
    key: tuple[str, ...]
    event_column: str | None = None
    division_system: Literal["nbs", "mca"] = "nbs"
    name_zh: str
    name_en: str
    description_zh: str
    description_en: str
    columns: tuple[Column, ...] = Field(min_length=1)

    @cached_property
    def lake_columns(self) -> dict[str, str]:
        """Names and DuckDB types of the lake's columns, contract columns first, then the trace."""
        stored = {name: kind for column in self.columns for name, kind in column.lake_columns.items()}
        return stored | TRACE_COLUMNS

    @model_validator(mode="after")
    def _is_consistent(self) -> Contract:
        spellings = [word for column in self.columns for word in {column.header, column.name, *column.aliases}]
        if repeated := {word for word in spellings if spellings.count(word) > 1}:
            raise ValueError(f"more than one column answers to {sorted(repeated)}")
        stored = [name for column in self.columns for name in column.lake_columns]
        if repeated := {name for name in stored if stored.count(name) > 1 or name in TRACE_COLUMNS}:
            raise ValueError(f"more than one lake column would be called {sorted(repeated)}")
        required = {column.name for column in self.columns if column.required}
        if unknown := set(self.key) - required:
            raise ValueError(f"key {sorted(unknown)} is not a required column")
        if (self.shape == "ledger") != (self.event_column is not None) or (self.shape == "ledger" and not self.key):
            raise ValueError("a ledger, and only a ledger, has an event_column; it also has a key")
        types = {column.name: column.type for column in self.columns if column.required}
        if self.event_column is not None and types.get(self.event_column) not in ("date", "timestamp"):
            raise ValueError(f"event_column {self.event_column} is not a required date or timestamp")
        agreed = {"sex", "birth_date"}
        if "id_agrees" in stored and not agreed <= required:
            raise ValueError(f"id_agrees compares with the required columns {sorted(agreed)}")
        return self


def load_contract(path: Path) -> Contract:
    """The contract in one YAML file. Raises ContractError with the file's name and every fault found."""
    try:
        contract = Contract.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or path.stem}: {fault['msg']}" for fault in error.errors()
        )
        raise ContractError(f"{path.name}: {faults}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path.name}: {error}") from None
    if contract.source != path.stem:
        raise ContractError(f"{path.name}: source is {contract.source}, the file name says {path.stem}")
    return contract


def load_contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """All contracts of a folder by source, in order of name. Raises ContractError."""
    return {path.stem: load_contract(path) for path in sorted(folder.glob("*.yml"))}
