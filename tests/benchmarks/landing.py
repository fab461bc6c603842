"""How fast landing is, against DuckDB's own reading of the same rows, and how much memory it takes. By `make bench`.

Here: timing, and the tables of it. Not here: the files (registry_files.py). All figures of a table are of one run on
one machine, the tasks in turn, each in a process of its own whose imports are not counted; the best of the rounds
counts. The yardsticks are DuckDB's, from the same rows as UTF-8: `bare read` into nothing, and `plain copy` of the
typed columns to Parquet, which skips the rows that do not fit. Others at work on the machine spoil seconds more than
processor seconds (`cpu`, of all threads), so both are shown, and both ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from registry_files import NAME, write_files

from orchestration.contracts import load_contracts
from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.landing import land

THREADS = 2
MAX_MEBIBYTES = 2048
SMALL_FILES, SMALL_ROWS = 50, 100
AIMS = {"utf-8": 2.5, "utf-8, quoted": 2.5, "gb18030": 3.0}
READ_AS = {"date": "date", "timestamp": "timestamp"}
Figures = dict[str, float]


def bare_read(file: Path, _: Path) -> None:
    with duckdb.connect(config={"threads": THREADS}) as database:
        database.execute(f"select count(columns(*)) from read_csv('{file}', all_varchar = true)").fetchall()


def plain_copy(file: Path, folder: Path) -> None:
    columns = load_contracts()["gpl_resident"].columns
    types = ", ".join(f"'{column.header}': '{READ_AS.get(column.type, 'varchar')}'" for column in columns)
    read = f"read_csv('{file}', header = true, delim = ',', columns = {{{types}}}, ignore_errors = true)"
    with duckdb.connect(config={"threads": THREADS}) as database:
        database.execute(f"copy (from {read}) to '{folder}/plain.parquet' (format parquet, compression zstd)")


def landing(file: Path, folder: Path) -> None:
    """All files of the folder in which `file` is."""
    home = Home(folder / "home")
    home.seeds.mkdir(parents=True)
    for seed in DEFAULT_SEEDS.glob("*.csv"):
        shutil.copy(seed, home.seeds)
    outcome = land(home, file.parent, keep_originals=True)
    if outcome.refused or not outcome.landed:
        raise SystemExit(f"{file.name} did not land: {[refusal.message_en for refusal in outcome.refused]}")


TASKS: dict[str, Callable[[Path, Path], None]] = {"bare read": bare_read, "plain copy": plain_copy, "landing": landing}


def measure(task: str, file: Path) -> Figures:
    """Seconds, processor seconds and peak memory (MiB) of a task in a process of its own."""
    with tempfile.TemporaryDirectory(dir=file.parents[1]) as folder:
        child = [sys.executable, __file__, "--task", task, "--file", str(file), "--folder", folder]
        return json.loads(subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True).stdout)


def report(task: str, file: Path, folder: Path) -> None:
    start, processor = time.perf_counter(), time.process_time()
    TASKS[task](file, folder)
    seconds, cpu = time.perf_counter() - start, time.process_time() - processor
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": peak_mebibytes()}))


def peak_mebibytes() -> float:
    """Of this process alone; what getrusage says begins with the size of the one that started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def in_turn(tasks: list[tuple[str, Path]], rounds: int) -> list[Figures]:
    """Each task's least seconds, least processor seconds and greatest memory."""
    found = [[measure(*task) for task in tasks] for _ in range(rounds)]
    kept = {"seconds": min, "cpu": min, "mib": max}
    return [{key: best(run[key] for run in runs) for key, best in kept.items()} for runs in zip(*found, strict=True)]


def speed(folder: Path, rows: int, workbook_rows: int, formats: list[str], rounds: int) -> None:
    """The table of formats, and what a small file costs."""
    files = write_files(folder, rows, workbook_rows, formats)
    small = _small_files(folder, files["utf-8"][0])
    yardsticks = ["bare read", "plain copy"]
    tasks = [(task, files["utf-8"][0]) for task in yardsticks] + [("landing", file) for file, _ in files.values()]
    *measured, of_small = in_turn([*tasks, ("landing", small)], rounds)
    counts = [rows] * len(yardsticks) + [count for _, count in files.values()]
    read, copy = ({key: figures[key] / rows for key in ("seconds", "cpu")} for figures in measured[: len(yardsticks)])

    print(f"{rows:,} rows, {os.cpu_count()} processors, best of {rounds}")
    print(f"{'':16}{'':>10}{'':>8}{'':>8}{'':>11}{'':>7}{'x bare read':>14}{'x plain copy':>15}")
    print(
        f"{'':16}{'rows':>10}{'s':>8}{'cpu s':>8}{'rows/s':>11}{'MB/s':>7}"
        f"{'s':>7}{'cpu':>7}{'s':>8}{'cpu':>7}{'aim':>6}{'peak MiB':>10}"
    )
    for name, (_, file), count, figures in zip([*yardsticks, *files], tasks, counts, measured, strict=True):
        seconds = figures["seconds"]
        ratios = [figures[key] / count / yardstick[key] for yardstick in (read, copy) for key in ("seconds", "cpu")]
        print(
            f"{name:16}{count:10,}{seconds:8.2f}{figures['cpu']:8.2f}{count / seconds:11,.0f}"
            f"{file.stat().st_size / seconds / 1e6:7.1f}{ratios[0]:7.1f}{ratios[1]:7.1f}"
            f"{ratios[2]:8.2f}{ratios[3]:7.2f}{AIMS.get(name, ''):>6}{figures['mib']:10.0f}"
        )
    each = [1000 * of_small[key] / SMALL_FILES for key in ("seconds", "cpu")]
    print(f"a file of {SMALL_ROWS} rows: {each[0]:.0f} ms, {each[1]:.0f} ms of processor time")


def _small_files(folder: Path, source: Path) -> Path:
    """The first rows of `source`, delivered for one day after the other; the first of the files."""
    (folder / "small").mkdir()
    with source.open(encoding="utf-8") as lines:
        head = "".join(line for line, _ in zip(lines, range(SMALL_ROWS + 1), strict=False))
    paths = [folder / "small" / f"{NAME[:-10]}{2020 + n // 12}-{n % 12 + 1:02}-28.csv" for n in range(SMALL_FILES)]
    for path in paths:
        path.write_text(head, encoding="utf-8")
    return paths[0]


def memory(folder: Path, rows: int) -> None:
    """Peak memory of one large landing per encoding."""
    files = write_files(folder, rows, 0, ["gb18030"])
    for name, (file, count) in files.items():
        figures = measure("landing", file)
        print(
            f"{name:16}{count:12,} rows{file.stat().st_size / 1e6:8,.0f} MB{figures['seconds']:8.0f} s"
            f"{figures['cpu']:8.0f} cpu s{figures['mib']:8.0f} MiB of {MAX_MEBIBYTES}"
        )
        if figures["mib"] > MAX_MEBIBYTES:
            raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workbook-rows", type=int, default=50_000)
    parser.add_argument("--formats", nargs="*", default=[], help="all by default; UTF-8 is always among them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="prove the bound on memory, with --rows rows")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.task:
        report(chosen.task, chosen.file, chosen.folder)
        return
    with tempfile.TemporaryDirectory(prefix="shuangbai-bench-") as folder:
        if chosen.memory:
            memory(Path(folder), chosen.rows)
        else:
            speed(Path(folder), chosen.rows, chosen.workbook_rows, chosen.formats, chosen.rounds)


if __name__ == "__main__":
    main()
