"""The batch record: what one landed file was and what became of its rows. Written last, it is the commit mark.

Here: the record, its id, its place in the lake, and the mark beside it of a batch that speaks no more. Not here: how
the rows got there, or who may take a batch back (`orchestration.commands.withdrawal`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from orchestration.installation.durable import durable
from orchestration.installation.paths import Home
from orchestration.landing.delivery import sha256_of
from orchestration.landing.kinds import Kind

WITHDRAWN = ".withdrawn.json"


class Act(BaseModel):
    """A batch was taken back, or its taking back undone: when (UTC), by whom and why. The last act counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["withdrawn", "restored"]
    at: datetime
    by: str
    reason: str


ACTS = TypeAdapter(list[Act])


class BatchRecord(BaseModel):
    """One landed file. `rows_in` = `accepted` + `quarantined` + `non_data`, always."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_id: str
    sequence: int = Field(description="order of landing, from 1")
    source: str
    scope_code: str = Field(description="12 digits")
    as_of: date
    file_name: str
    sha256: str
    bytes: int
    file_format: Kind = Field(description="what is in the file, whatever its name ends in")
    encoding: str | None = None
    delimiter: str | None = None
    sheet_name: str | None = Field(default=None, description="of a workbook; null in records older than this field")
    contract_version: int
    rows_in: int
    accepted: int
    quarantined: int
    non_data: int
    quarantine_reasons: dict[str, int]
    non_data_kinds: dict[str, int]
    unreadable_cells: dict[str, int] = Field(
        default={}, description="optional cells of accepted rows that count as blank, by column"
    )
    unreadable_rows: dict[str, list[int]] = Field(default={}, description="the first source rows of these")
    unknown_columns: list[str]
    is_synthetic: bool
    landed_at: datetime = Field(description="stamp of the run; no figure reads it")
    stored_sha256: str | None = Field(default=None, description="of the Parquet file beside the record")
    key_fingerprint: str | None = Field(default=None, description="of the secret that persons were hashed with")
    parquet_path: str = Field(default="", exclude=True, description="absolute; follows from where the record lies")
    withdrawal: Act | None = Field(default=None, exclude=True, description="from the mark beside the record")

    @model_validator(mode="after")
    def _accounts_for_every_row(self) -> BatchRecord:
        if self.rows_in != self.accepted + self.quarantined + self.non_data:
            raise ValueError(f"{self.rows_in} rows in, but {self.accepted} + {self.quarantined} + {self.non_data}")
        if self.quarantined != sum(self.quarantine_reasons.values()) or self.non_data != sum(
            self.non_data_kinds.values()
        ):
            raise ValueError("reasons or kinds do not add up")
        return self


def batch_id_of(source: str, scope_code: str, as_of: date, sha256: str) -> str:
    """The same delivery has the same id: a hash of source, scope, as-of and content. 32 hex digits."""
    return hashlib.sha256(f"{source}|{scope_code}|{as_of.isoformat()}|{sha256}".encode()).hexdigest()[:32]


def lake_path(home: Home, source: str, as_of: date, batch_id: str) -> Path:
    """Where the rows of a batch lie; the record lies beside them as `.json`."""
    return home.lake / source / f"as_of_month={as_of:%Y-%m}" / f"{batch_id}.parquet"


def quarantine_path(home: Home, source: str, batch_id: str) -> Path:
    return home.quarantine / source / f"{batch_id}.parquet"


def write_batch(home: Home, record: BatchRecord) -> BatchRecord:
    """Commit a batch whose rows are already durable; the record, now with its `parquet_path`."""
    rows = lake_path(home, record.source, record.as_of, record.batch_id)
    record = record.model_copy(update={"stored_sha256": sha256_of(rows)})
    with durable(rows.with_suffix(".json")) as temporary:
        temporary.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return record.model_copy(update={"parquet_path": str(rows)})


def read_batches(home: Home) -> list[BatchRecord]:
    """Every committed batch, in the order of landing; one with a `withdrawal` speaks no more."""
    records = [
        BatchRecord.model_validate_json(path.read_bytes()).model_copy(
            update={"parquet_path": str(path.with_suffix(".parquet")), "withdrawal": withdrawal_of(path)}
        )
        for path in home.lake.glob("*/*/*.json")
        if not path.name.startswith(".") and not path.name.endswith(WITHDRAWN)
    ]
    return sorted(records, key=lambda record: record.sequence)


def withdrawal_of(place: Path) -> Act | None:
    """Why the batch whose record or rows lie at `place` speaks no more; None while it does."""
    acts = acts_of(place)
    return acts[-1] if acts and acts[-1].kind == "withdrawn" else None


def acts_of(place: Path) -> list[Act]:
    """All that was done to a batch after it had landed, in order."""
    mark = place.with_suffix(WITHDRAWN)
    return ACTS.validate_json(mark.read_bytes()) if mark.exists() else []


def write_act(record: BatchRecord, act: Act) -> None:
    """Add to the mark beside the record; for whoever holds the installation's lock."""
    place = Path(record.parquet_path)
    with durable(place.with_suffix(WITHDRAWN)) as temporary:
        temporary.write_bytes(ACTS.dump_json([*acts_of(place), act], indent=1) + b"\n")


def withdrawals(home: Home) -> dict[str, Act]:
    """The batches that speak no more, by their id, in order."""
    marks = sorted(mark for mark in home.lake.glob(f"*/*/*{WITHDRAWN}") if not mark.name.startswith("."))
    found = {mark.name.removesuffix(WITHDRAWN): ACTS.validate_json(mark.read_bytes())[-1] for mark in marks}
    return {batch_id: act for batch_id, act in found.items() if act.kind == "withdrawn"}


def withdrawals_digest(withdrawn: Mapping[str, Act]) -> str:
    """Changes with every batch that is withdrawn or speaks again; empty while none is."""
    acts = "\n".join(f"{batch_id} {act.model_dump_json()}" for batch_id, act in withdrawn.items())
    return hashlib.sha256(acts.encode()).hexdigest() if acts else ""
