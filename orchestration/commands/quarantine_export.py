"""The rows that could not be used, as lists that townships correct by: one workbook per township.

Here: which rows still matter, whose they are, and the workbook. Not here: why a row is quarantined and what to do
about it (`quarantine_reasons`), or which cells are masked (landing, before it stores them).
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration import landing
from orchestration.commands.township_list import TownshipList
from orchestration.contracts import Contract, load_contracts
from orchestration.contracts.quarantine_reasons import column_of, fix_words, reason_words
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.installation.paths import Home
from orchestration.landing.batch import BatchRecord, quarantine_path, read_batches
from orchestration.publishing import read_edition

PLACE_CODE = re.compile(r"\d{9}(\d{3})?")
DIVISIONS = Path(landing.__file__).with_name("divisions.sql")


def export(home: Home, out: Path | None, month: str | None) -> int:
    """Write the lists into `out`, made if need be, for the files of one month (`YYYY-MM`) or of all; the exit code."""
    both = command_line_messages().both
    if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        print(both("quarantine.bad_month", month=month), file=sys.stderr)
        return 1
    contracts = load_contracts()
    batches = [
        record
        for record in standing([record for record in read_batches(home) if record.source in contracts], contracts)
        if month in (None, f"{record.as_of:%Y-%m}")
    ]
    if not any(record.quarantined for record in batches):
        print(both("quarantine.nothing"))
        return 0
    newest = max(record.as_of for record in batches)
    folder = out or Path(f"quarantine_{newest}")
    folder.mkdir(parents=True, exist_ok=True)
    written = _write(home, folder, batches, contracts, newest)
    for file, rows in sorted(written.items()):
        print(f"  {file}  {rows:,}")
    print(both("quarantine.written", files=len(written), rows=sum(written.values()), out=folder.resolve()))
    if others := sorted({path.name for path in folder.glob("*.xlsx")} - written.keys()):
        print(both("quarantine.left_there", files=", ".join(others)))
    return 0


def standing(batches: list[BatchRecord], contracts: dict[str, Contract]) -> list[BatchRecord]:
    """The batches that speak and that no later one of their source and scope has replaced, newest first: a snapshot
    competes with those of its month, a ledger export with those of its as-of date."""
    newest: dict[tuple[str, str, str], BatchRecord] = {}
    speaking = [record for record in batches if record.withdrawal is None]
    for record in sorted(speaking, key=lambda record: (record.as_of, record.sequence)):
        day = f"{record.as_of:%Y-%m}" if contracts[record.source].shape == "snapshot" else record.as_of.isoformat()
        newest[record.source, record.scope_code, day] = record
    return sorted(newest.values(), key=lambda record: (record.as_of, record.sequence), reverse=True)


class Places:
    """Whose row it is: by the seeds in force, which landing judged it by."""

    def __init__(self, home: Home) -> None:
        with closing(duckdb.connect()) as database:
            for statement in database.extract_statements(DIVISIONS.read_text(encoding="utf-8")):
                seeds = {name: str(home.seeds / f"{name}.csv") for name in statement.named_parameters}
                database.execute(statement, seeds)
            self._townships = {
                system: {code: (township, county) for code, township, county in database.table(table).fetchall()}
                for system, table in {"nbs": "township_nbs", "mca": "township_mca"}.items()
            }
        with (home.seeds / "divisions.csv").open(encoding="utf-8-sig", newline="") as lines:
            self._names = {row["division_code"]: row["division_name"] for row in csv.DictReader(lines)}

    def name(self, code: str) -> str:
        return self._names.get(code, code)

    def of(self, record: BatchRecord, contract: Contract, reason: str, cells: dict[str, str]) -> str:
        """The township that the row's own code names, if it is one of the county that delivered it; else the file's
        scope, which has to see to the row."""
        _, county = self._townships["nbs"].get(record.scope_code[:9], (None, record.scope_code))
        header = next((column.header for column in contract.columns if column.type == "code12"), None)
        code = cells.get(header) or ""
        if reason == "out_of_scope" or not PLACE_CODE.fullmatch(code):
            return record.scope_code
        township, its_county = self._townships[contract.division_system].get(code[:9], (None, None))
        return township if township and its_county == county else record.scope_code


def _write(
    home: Home,
    folder: Path,
    batches: list[BatchRecord],
    contracts: dict[str, Contract],
    newest: date,
) -> dict[str, int]:
    """Rows by file name."""
    places, text = Places(home), command_line_messages()
    edition_id = (read_edition(home) or {}).get("edition_id")
    edition = {one: edition_id or text("quarantine.no_edition", one) for one in LANGUAGES}
    lists: dict[str, TownshipList] = {}
    try:
        for record in batches:
            contract = contracts[record.source]
            words = {reason: _words(contract, reason) for reason in record.quarantine_reasons}
            for source_row, reason, cells in _quarantined(home, record):
                place = places.of(record, contract, reason, cells)
                if place not in lists:
                    name = places.name(place)
                    titles = [
                        text("quarantine.title", one, place=name, as_of=newest, edition=edition[one])
                        for one in LANGUAGES
                    ]
                    lists[place] = TownshipList(folder / _file_name(place, name), titles, newest)
                row = [contract.name_zh, record.file_name, source_row, *words[reason], _told(cells)]
                lists[place].add(row)
    finally:
        for listed in lists.values():
            listed.close()
    return {_file_name(place, places.name(place)): listed.rows for place, listed in lists.items()}


def _quarantined(home: Home, record: BatchRecord) -> Iterator[tuple[int, str, dict[str, str]]]:
    if not record.quarantined:
        return
    with pq.ParquetFile(quarantine_path(home, record.source, record.batch_id)) as file:
        for block in file.iter_batches(columns=["source_row", "reason", "cells"]):
            for source_row, reason, cells in zip(*(column.to_pylist() for column in block.columns), strict=True):
                yield source_row, reason, json.loads(cells)


def _words(contract: Contract, reason: str) -> list[str]:
    """From `reason` to `fix_en`, in the order of `township_list.COLUMNS`."""
    column = column_of(contract, reason)
    reasons, fixes = ([say(contract, reason, one) for one in LANGUAGES] for say in (reason_words, fix_words))
    return [*reasons, column.header if column else "", *fixes]


def _told(cells: dict[str, str]) -> str:
    return " | ".join(f"{header}={cell}" for header, cell in cells.items() if cell)


def _file_name(code: str, name: str) -> str:
    digits = code[:6] if code.endswith("000000") else code[:9]
    return re.sub(r"[^\w-]", "_", f"{digits}_{name}") + ".xlsx"
