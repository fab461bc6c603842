"""The seeds in force: the shipped ones, overlaid with the files of another county's folder.

Here: which seed file counts, that it has the columns it needs, and that every date, number and flag in it is one. Not
here: what a seed means, or whether its rows hold together (dbt's tests on the seeds say that).
"""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import duckdb
import yaml

from orchestration.messages import command_line_messages
from orchestration.paths import DEFAULT_SEEDS, Home, seeds_source

# Columns that a county's own file may leave out; they are blank then.
OPTIONAL_COLUMNS = {"divisions": {"division_name_en", "unit_kind"}}
TYPES = "_seeds.yml"
EXAMPLES = {"date": "2026-11-01", "boolean": "true", "integer": "5", "bigint": "5", "decimal": "0.98", "double": "0.98"}


class SeedsError(Exception):
    """A county's seeds cannot be used. `key` and `values` give the message for people."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(command_line_messages()(key, "en", **values))
        self.key, self.values = key, values


def assemble_seeds(home: Home) -> None:
    """Write the seeds in force to `home.seeds`; a file that would not change is left as it is. Raises SeedsError."""
    county = seeds_source()
    if not county.is_dir():
        raise SeedsError("seeds.no_folder", folder=county)
    home.seeds.mkdir(parents=True, exist_ok=True)
    shipped = {file.name: file for file in sorted(DEFAULT_SEEDS.iterdir()) if file.suffix in (".csv", ".yml")}
    for leftover in home.seeds.iterdir():
        if leftover.name not in shipped:
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    for name, file in shipped.items():
        own = county / name
        is_overlaid = county != DEFAULT_SEEDS and file.suffix == ".csv" and own.exists()
        content = _completed(own, file) if is_overlaid else file.read_bytes()
        target = home.seeds / name
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
    _check_values(home.seeds)


def _check_values(seeds: Path) -> None:
    """Every value can be read as what its column holds. Raises SeedsError with the first that cannot."""
    for seed in yaml.safe_load((seeds / TYPES).read_text(encoding="utf-8"))["seeds"]:
        file = seeds / f"{seed['name']}.csv"
        kinds = {name: kind for name, kind in seed["config"]["column_types"].items() if kind != "varchar"}
        if not kinds:
            continue
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            rows = [(reader.line_num, row) for row in reader]
        for column, kind in kinds.items():
            values = {"lines": [line for line, _ in rows], "values": [row[column] or "" for _, row in rows]}
            wrong = duckdb.execute(
                f"""select line, value from (select unnest($lines) as line, unnest($values) as value)
                    where value <> '' and try_cast(value as {kind}) is null order by line limit 1""",
                values,
            ).fetchone()
            if wrong:
                places = {"file": file.name, "line": wrong[0], "column": column, "value": wrong[1]}
                raise SeedsError("seeds.wrong_value", **places, example=EXAMPLES[kind.partition("(")[0]])


def _completed(own: Path, shipped: Path) -> bytes:
    """The county's file in the shipped file's columns, optional ones added blank. Raises SeedsError."""
    columns = _columns(shipped)
    try:
        rows = list(csv.DictReader(io.StringIO(own.read_text(encoding="utf-8-sig"), newline="")))
        present = _columns(own)
    except (UnicodeDecodeError, csv.Error):
        raise SeedsError("seeds.unreadable", file=own.name) from None
    missing = [column for column in columns if column not in present]
    if needed := [column for column in missing if column not in OPTIONAL_COLUMNS.get(own.stem, set())]:
        raise SeedsError("seeds.missing_column", file=own.name, columns=", ".join(needed))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _columns(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return next(csv.reader(text), [])
