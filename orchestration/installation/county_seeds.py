"""The seeds in force: the shipped ones, overlaid with the files of another county's folder.

Here: which seed file counts, and that nothing is taken from a folder that does not hold what it should. Not here: how a
file is read and what its rows must hold (`seed_reading`), or what changed since the last edition (`rule_changes`).
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from orchestration.installation.durable import durable
from orchestration.installation.errors import BilingualError
from orchestration.installation.fingerprint import fingerprint
from orchestration.installation.messages import LANGUAGES, Loader, command_line_messages
from orchestration.installation.paths import DEFAULT_SEEDS, Home, seeds_source
from orchestration.installation.seed_reading.folder import stray_files
from orchestration.installation.seed_reading.problems import Text, problem
from orchestration.installation.seed_reading.row_checks import row_problems
from orchestration.installation.seed_reading.strict_csv import Sheet, UnreadableSeed, read_sheet

# Columns that a county's own file may leave out; they are blank then.
OPTIONAL_COLUMNS = {"divisions": {"division_name_en", "unit_kind"}, "indicators": {"is_open_until_month_end"}}
TYPES = "_seeds.yml"
PROBLEMS_SHOWN = 20
CHECKS = Path(__file__).with_name("seed_reading")


class SeedsError(BilingualError):
    """The seeds cannot be used; `state` is how a run ends that meets it: what cannot be read fails, what contradicts
    itself is blocked by a check."""

    def __init__(self, key: str, state: Literal["failed", "blocked"] = "failed", **values: object) -> None:
        super().__init__(key, **values)
        self.state = state


def assemble_seeds(home: Home, read_in: Home | None = None) -> list[Text]:
    """Write the seeds in force to `home.seeds`; a file that would not change is left as it is. What is worth saying of
    them though nothing is wrong. Raises SeedsError with all that is wrong, and then nothing was written.

    Files that were read and found right are not read again, here or, if it is given, in the installation `read_in`.
    """
    county = seeds_source()
    if not county.is_dir():
        raise SeedsError("seeds.no_folder", folder=county)
    seeds = yaml.load((DEFAULT_SEEDS / TYPES).read_bytes(), Loader)["seeds"]
    if strays := _strays(county, seeds):
        raise _refusal(strays, "failed")
    sources = fingerprint([county, DEFAULT_SEEDS, CHECKS])
    for known in (home, read_in or home):
        if (notices := _read_before(known, sources)) is not None:
            contents = {file.name: file.read_bytes() for file in known.seeds.iterdir()}
            break
    else:
        sheets = _read(county, seeds)
        broken, notices = row_problems(seeds, sheets)
        if broken:
            raise _refusal(broken, "blocked")
        contents = {f"{name}.csv": _written(sheet) for name, sheet in sheets.items()}
        contents[TYPES] = (DEFAULT_SEEDS / TYPES).read_bytes()
    _write(home, contents)
    stamp = {"sources": sources, "written": fingerprint([home.seeds]), "notices": notices}
    with durable(home.seeds_stamp) as temporary:
        temporary.write_text(json.dumps(stamp, ensure_ascii=False), encoding="utf-8")
    return notices


def _read_before(home: Home, sources: str) -> list[Text] | None:
    """What was said of the same files when they were read, if what was written then is still there."""
    try:
        stamp = json.loads(home.seeds_stamp.read_text(encoding="utf-8"))
        is_same = stamp["sources"] == sources and stamp["written"] == fingerprint([home.seeds])
    except (OSError, ValueError, KeyError):
        return None
    return stamp["notices"] if is_same else None


def _write(home: Home, contents: dict[str, bytes]) -> None:
    home.seeds.mkdir(parents=True, exist_ok=True)
    for leftover in home.seeds.iterdir():
        if leftover.name not in contents:
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    for name, content in contents.items():
        target = home.seeds / name
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)


def _strays(county: Path, seeds: Sequence[dict[str, Any]]) -> list[Text]:
    names = [f"{seed['name']}.csv" for seed in seeds]
    return [stray for folder in sorted({county, DEFAULT_SEEDS}) for stray in stray_files(folder, names, TYPES)]


def _read(county: Path, seeds: Sequence[dict[str, Any]]) -> dict[str, Sheet]:
    """Every seed's rows: from the county's file, or else from the shipped one. Raises SeedsError."""
    found, sheets = [], {}
    for seed in seeds:
        name, file = seed["name"], f"{seed['name']}.csv"
        source = county / file if (county / file).is_file() else DEFAULT_SEEDS / file
        try:
            if not source.is_file():
                raise UnreadableSeed("absent_file", file)
            columns = list(seed["config"]["column_types"])
            sheets[name] = read_sheet(file, source.read_bytes(), columns, OPTIONAL_COLUMNS.get(name, ()))
        except UnreadableSeed as error:
            found.append(error.problem)
        except OSError:
            found.append(problem("unopened_file", file))
    if found:
        raise _refusal(found, "failed")
    return sheets


def _refusal(problems: Sequence[Text], state: Literal["failed", "blocked"]) -> SeedsError:
    more = len(problems) - PROBLEMS_SHOWN
    shown = {language: [one[language] for one in problems[:PROBLEMS_SHOWN]] for language in LANGUAGES}
    if more > 0:
        for language, lines in shown.items():
            lines.append(command_line_messages()("seeds.more", language, count=more))
    return SeedsError("seeds.refused", state, **{language: "\n".join(lines) for language, lines in shown.items()})


def _written(sheet: Sheet) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([sheet.columns, *sheet.rows])
    return text.getvalue().encode()
