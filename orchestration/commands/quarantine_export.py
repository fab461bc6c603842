"""The rows that could not be used, as lists that townships correct by: one workbook per township.

Here: the rows that are still awaited, by the models that say so, over the lake as it is now; and the workbook. Not
here: whose a row is (`lake.quarantined`) and whether it still stands (model `quarantine_status`), why it is quarantined
and what to do about it (`quarantine_reasons`), or which cells are masked (landing, before it stores them).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path

import duckdb

from orchestration.commands.township_list import TownshipList
from orchestration.contracts import Contract, load_contracts
from orchestration.contracts.quarantine_reasons import column_of, fix_words, reason_words
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.sql import only_row
from orchestration.lake.catalogue import CREATE, write_lake
from orchestration.lake.parquet import quoted, rows_of
from orchestration.landing.batch import quarantine_path, read_batches
from orchestration.publishing import read_edition
from warehouse.model_sql import model_sql

MODELS = ("landed_batch", "batch_coverage", "batch_status", "accepted_number", "quarantine_status")
STORED = {"batch_id": "varchar", "source_row": "bigint", "cells": "varchar"}
NEWEST = """
    select max(as_of) from batch_status
    where state = 'speaks' and coalesce(strftime(period_month, '%Y-%m') = $month, true)
"""
AWAITED = """
    select status.source, file_name, status.source_row, reason, cells, division_code, division_name
    from quarantine_status as status
    join lake.batch using (batch_id)
    join ({stored}) as stored on stored.batch_id = status.batch_id and stored.source_row = status.source_row
    join divisions on division_code = coalesce(township_code, scope_code)
    where is_awaited and coalesce(strftime(period_month, '%Y-%m') = $month, true)
    order by as_of desc, status.sequence desc, status.source_row
"""
ROWS_AT_ONCE = 10_000
Row = tuple[str, str, int, str, str, str, str]


def export(home: Home, out: Path | None, month: str | None) -> int:
    """Write the lists into `out`, made if need be, for the files of one month (`YYYY-MM`) or of all; the exit code."""
    both = command_line_messages().both
    if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        print(both("quarantine.bad_month", month=month), file=sys.stderr)
        return 1
    with _awaited(home, month) as (rows, newest):
        first = next(rows, None)
        if first is None:
            print(both("quarantine.nothing"))
            return 0
        folder = out or Path(f"quarantine_{newest}")
        folder.mkdir(parents=True, exist_ok=True)
        written = _write(home, folder, chain([first], rows), newest)
    for file, count in sorted(written.items()):
        print(f"  {file}  {count:,}")
    print(both("quarantine.written", files=len(written), rows=sum(written.values()), out=folder.resolve()))
    if others := sorted({path.name for path in folder.glob("*.xlsx")} - written.keys()):
        print(both("quarantine.left_there", files=", ".join(others)))
    return 0


@contextmanager
def _awaited(home: Home, month: str | None) -> Generator[tuple[Iterator[Row], date]]:
    """The rows that are awaited, those of the newest files first, and the newest day that a file speaks for."""
    contracts = load_contracts()
    landed = [record for record in read_batches(home) if record.source in contracts]
    speaking = [record for record in landed if record.withdrawal is None]
    paths = [quarantine_path(home, record.source, record.batch_id) for record in speaking if record.quarantined]
    with duckdb.connect() as connection:
        for statement in connection.extract_statements(CREATE):
            connection.execute(statement)
        write_lake(connection, home, speaking, [record for record in landed if record.withdrawal is not None])
        seeds = quoted(home.seeds / "divisions.csv")
        connection.execute(f"create temp table divisions as from read_csv({seeds}, all_varchar = true, header = true)")
        relations = {f"lake.{table}": f"lake.{table}" for table in ("batch", "withdrawn_batch", "quarantined_row")}
        relations |= {f"lake.{source}": f"lake.{source}" for source in contracts} | {"divisions": "divisions"}
        for model in MODELS:
            connection.execute(f"create temp table {model} as {model_sql(model, relations)}")
            relations[model] = model
        (newest,) = only_row(connection.execute(NEWEST, {"month": month}))
        found = connection.execute(AWAITED.format(stored=rows_of(paths, STORED)), {"month": month})
        yield (row for block in iter(lambda: found.fetchmany(ROWS_AT_ONCE), []) for row in block), newest


def _write(home: Home, folder: Path, rows: Iterator[Row], newest: date) -> dict[str, int]:
    """Rows by file name."""
    contracts, text = load_contracts(), command_line_messages()
    edition_id = (read_edition(home) or {}).get("edition_id")
    edition = {one: edition_id or text("quarantine.no_edition", one) for one in LANGUAGES}
    lists: dict[str, TownshipList] = {}
    words: dict[tuple[str, str], list[str]] = {}
    try:
        for source, file_name, source_row, reason, cells, place, name in rows:
            file = _file_name(place, name)
            if file not in lists:
                titles = [
                    text("quarantine.title", one, place=name, as_of=newest, edition=edition[one]) for one in LANGUAGES
                ]
                lists[file] = TownshipList(folder / file, titles, newest)
            if (source, reason) not in words:
                words[source, reason] = _words(contracts[source], reason)
            why = words[source, reason]
            lists[file].add([contracts[source].name_zh, file_name, source_row, *why, _told(json.loads(cells))])
    finally:
        for listed in lists.values():
            listed.close()
    return {file: listed.rows for file, listed in lists.items()}


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
