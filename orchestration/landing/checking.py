"""What would become of a clerk's file, without landing it.

Here: the file is landed by the ordinary way into an installation made for the purpose and removed again, and what is
found there is read back. Not here: any rule of landing, or the words for it (`check_report`). The installation itself
is only asked whether it has the file already; it is never written to.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts import Contract, load_contracts
from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.landing import land_under_lock, require_not_withdrawn
from orchestration.landing.batch import BatchRecord, lake_path, quarantine_path
from orchestration.landing.headers import HeaderRow
from orchestration.landing.loading import READERS
from orchestration.landing.naming import shown_name
from orchestration.landing.refusal import Refusal, Refused

ROWS_SHOWN = 3
FIRST_ROWS = """
    select reason, source_row, cells
    from read_parquet($rows)
    qualify row_number() over (partition by reason order by source_row) <= $shown
    order by source_row
"""


@dataclass(frozen=True)
class SetAside:
    """The rows of one reason: how many, and the first ones as (place in the file, masked cells by header)."""

    reason: str
    count: int
    first: list[tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class Finding:
    """A file that would land."""

    contract: Contract
    record: BatchRecord
    header: HeaderRow
    scope_name: str
    set_aside: list[SetAside]
    has_landed: bool


def check(home: Home, path: Path) -> Finding | Refusal:
    """What landing would make of the file at `path`. Raises SeedsError, ContractError, OSError for the program's own
    files; never for what is in the clerk's."""
    if not path.is_file():
        return _refusal("check.no_file", path)
    with tempfile.TemporaryDirectory(prefix="shuangbai-check-") as folder:
        trial = Home(Path(folder) / "home")
        assemble_seeds(trial, read_in=home)
        desk = Path(folder) / "desk"
        desk.mkdir()
        (desk / path.name).symlink_to(path.resolve())
        # Whoever asks is done with writing, and nobody else knows of this installation.
        outcome = land_under_lock(trial, desk, keep_originals=True, is_ready=Path.exists)
        if outcome.refused:
            return outcome.refused[0]
        if not outcome.landed:
            return _refusal("check.still_written" if outcome.waiting else "check.no_delivery", path)
        record = outcome.landed[0]
        try:
            require_not_withdrawn(lake_path(home, record.source, record.as_of, record.batch_id))
        except Refused as refused:
            return refused.of(record.file_name)
        try:
            return _finding(home, trial, path, record)
        except Refused:  # Since it was landed somebody has put another file in its place.
            return _refusal("check.still_written", path)


def _refusal(key: str, path: Path) -> Refusal:
    text = command_line_messages()
    name = shown_name(path)
    return Refusal(name, key, text(key, "zh", file=name), text(key, "en", file=name))


def _finding(home: Home, trial: Home, path: Path, record: BatchRecord) -> Finding:
    contract = load_contracts()[record.source]
    landed = lake_path(home, record.source, record.as_of, record.batch_id).with_suffix(".json")
    return Finding(
        contract=contract,
        record=record,
        header=READERS[record.file_format](path, contract).header,
        scope_name=_division_name(trial, record.scope_code),
        set_aside=_set_aside(trial, record),
        has_landed=landed.exists(),
    )


def _set_aside(trial: Home, record: BatchRecord) -> list[SetAside]:
    """By reason, the most frequent first."""
    first: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    if record.quarantined:
        rows = str(quarantine_path(trial, record.source, record.batch_id))
        with closing(duckdb.connect()) as database:
            for reason, place, cells in database.execute(FIRST_ROWS, {"rows": rows, "shown": ROWS_SHOWN}).fetchall():
                first[reason].append((place, json.loads(cells)))
    found = [SetAside(reason, count, first[reason]) for reason, count in record.quarantine_reasons.items()]
    return sorted(found, key=lambda one: (-one.count, one.first[0][0]))


def _division_name(trial: Home, code: str) -> str:
    with (trial.seeds / "divisions.csv").open(encoding="utf-8-sig", newline="") as lines:
        return next((row["division_name"] for row in csv.DictReader(lines) if row["division_code"] == code), "")
