"""The contracts of the extracts: what a clerk's file must hold, as data, one YAML file per extract.

Here: reading the YAML and refusing a contract that contradicts itself. Not here: reading a clerk's file, judging a
row (landing does), or any business rule (the suites do).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from orchestration.contracts.yaml_lines import Place, line_of, line_of_error, read_yaml
from orchestration.installation.paths import CONTRACTS

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

# How many digits of a place name the division in which a number was given. A platform's are unique in a county at most:
# two counties never meet.
GIVER_DIGITS = {"platform": 6, "township": 9}

# What id_agrees compares a number with.
AGREED = {"sex", "birth_date"}


class ContractError(ValueError):
    """A contract file is wrong: the message names the file, and each fault with its line and place."""


class Fault(ValueError):
    """What contradicts what in a contract; `place` leads to it from where the check stands."""

    def __init__(self, text: str, *place: str | int) -> None:
        super().__init__(text)
        self.place = place


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

    def may_lose_digits(self, contract: Contract) -> bool:
        """Whether a cell is a key, a code or a reference, which is gone with a digit of it. An identity number is not:
        its check says what is wrong."""
        is_key = not {self.name, *self.yields}.isdisjoint(contract.key)
        return self.type in ("text", "code6", "code12") or (is_key and self.type == "hashed")

    @property
    def lake_columns(self) -> dict[str, str]:
        """Names and DuckDB types of what the lake stores of this column, in order."""
        if self.is_masked:
            return {name: YIELDED_AS[self.type][name] for name in self.yields}
        return {self.name: STORED_AS[self.type]}

    @model_validator(mode="after")
    def _is_consistent(self) -> Column:
        if bool(self.codes) != (self.type == "code"):
            raise Fault("`codes` belongs to type code, and type code needs it", "codes")
        if len(set(self.codes.values())) < len(self.codes):
            raise Fault("two labels have the same code", "codes")
        if unknown := set(self.yields) - set(YIELDED_AS.get(self.type, {})):
            raise Fault(f"type {self.type} does not yield {sorted(unknown)}", "yields")
        if self.is_masked and self.type != "dropped" and not self.yields:
            raise Fault(f"type {self.type} must say what it `yields`", "type")
        for claim in ("cut_to_township", "must_lie_in_scope"):
            if getattr(self, claim) and self.type != "code12":
                raise Fault("only a code12 is cut to its township or lies in a scope", claim)
        return self


class DateBound(BaseModel):
    """How far from the as-of the dates of some columns may lie to be taken for meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[str, ...] = Field(min_length=1)
    years_before: int = Field(ge=0)
    years_after: int = Field(ge=0)
    reason_zh: str
    reason_en: str


class Contract(BaseModel):
    """What one extract holds. `key` is empty where no column identifies a row; a ledger's identifies one only together
    with the division in which its number was given, by whom `number_given_by` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    version: int = Field(ge=1)
    shape: Literal["snapshot", "ledger"]
    key: tuple[str, ...]
    number_given_by: Literal["platform", "township"] | None = None
    event_column: str | None = None
    division_system: Literal["nbs", "mca"] = "nbs"
    name_zh: str
    name_en: str
    description_zh: str
    description_en: str
    date_bounds: tuple[DateBound, ...] = ()
    columns: tuple[Column, ...] = Field(min_length=1)

    def bound_of(self, column: Column) -> DateBound | None:
        """The bound on a column's dates, if there is one."""
        return next((bound for bound in self.date_bounds if column.name in bound.columns), None)

    @cached_property
    def lake_columns(self) -> dict[str, str]:
        """Names and DuckDB types of the lake's columns, contract columns first, then the trace."""
        stored = {name: kind for column in self.columns for name, kind in column.lake_columns.items()}
        return stored | TRACE_COLUMNS

    @cached_property
    def place(self) -> str:
        """The column that says where a row belongs."""
        return next(column.name for column in self.columns if column.type == "code12")

    def number_giver(self, place: str) -> str:
        """SQL: the division (12 digits) in which the number of a row at `place` (SQL) was given."""
        if self.number_given_by is None:
            raise ValueError(f"{self.source} is no ledger: nobody gives its rows numbers")
        return f"rpad(left({place}, {GIVER_DIGITS[self.number_given_by]}), 12, '0')"

    @model_validator(mode="after")
    def _is_consistent(self) -> Contract:
        self._require_distinct(lambda column: {column.header, column.name, *column.aliases}, "answer to")
        self._require_distinct(lambda column: column.lake_columns, "would be stored as")
        stored = {name for column in self.columns for name in column.lake_columns}
        required = {column.name: column.type for column in self.columns if column.required}
        if unknown := set(self.key) - required.keys():
            raise Fault(f"{sorted(unknown)} is not a required column", "key")
        if (self.shape == "ledger") != (self.event_column is not None):
            raise Fault("a ledger, and only a ledger, has an event_column", "event_column")
        if self.shape == "ledger" and not self.key:
            raise Fault("a ledger has a key", "key")
        if (self.shape == "ledger") != (self.number_given_by is not None):
            raise Fault(
                "a ledger, and only a ledger, says who gave its numbers: platform or township", "number_given_by"
            )
        if self.shape == "ledger" and list(required.values()).count("code12") != 1:
            raise Fault("a ledger has one required code12: where its numbers count", "columns")
        if self.event_column is not None and required.get(self.event_column) not in ("date", "timestamp"):
            raise Fault(f"{self.event_column} is not a required date or timestamp", "event_column")
        dates = {column.name for column in self.columns if column.type in ("date", "timestamp")}
        bounded = [name for bound in self.date_bounds for name in bound.columns]
        for position, bound in enumerate(self.date_bounds):
            if unknown := set(bound.columns) - dates:
                raise Fault(f"{sorted(unknown)} is no date or timestamp", "date_bounds", position)
        if len(set(bounded)) < len(bounded):
            raise Fault("a column is bounded twice", "date_bounds")
        if "id_agrees" in stored and not required.keys() >= AGREED:
            raise Fault(f"id_agrees compares with the required columns {sorted(AGREED)}", "columns")
        return self

    def _require_distinct(self, names_of: Callable[[Column], Iterable[str]], verb: str) -> None:
        taken = dict.fromkeys(TRACE_COLUMNS, "the trace")
        for position, column in enumerate(self.columns):
            for name in sorted(names_of(column)):
                if name in taken:
                    raise Fault(f"{taken[name]} and {column.header} both {verb} {name}", "columns", position)
            taken |= dict.fromkeys(names_of(column), column.header)


def load_contract(path: Path) -> Contract:
    """The contract in one YAML file. Raises ContractError with the file's name, and line and place of every fault."""
    try:
        tree, content = read_yaml(path)
    except (yaml.YAMLError, ValueError) as error:
        raise ContractError(f"{path.name}:{line_of_error(error)}: {getattr(error, 'problem', None) or error}") from None
    try:
        contract = Contract.model_validate(content)
    except ValidationError as error:
        faults = [(_place_of(fault), fault["msg"].removeprefix("Value error, ")) for fault in error.errors()]
    else:
        if contract.source == path.stem:
            return contract
        faults = [(("source",), f"is {contract.source}, the file name says {path.stem}")]
    lines = (f"{path.name}:{line_of(tree, at)}: {'.'.join(map(str, at)) or 'contract'}: {text}" for at, text in faults)
    raise ContractError("\n".join(lines))


def _place_of(fault: ErrorDetails) -> Place:
    cause = fault.get("ctx", {}).get("error")
    return (*fault["loc"], *(cause.place if isinstance(cause, Fault) else ()))


def load_contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """All contracts of a folder by source, in order of name. Raises ContractError."""
    return {path.stem: load_contract(path) for path in sorted(folder.glob("*.yml"))}
