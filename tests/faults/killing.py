"""Runs that are killed at a chosen moment, one after the other, in processes that nothing can save.

Here: what a moment is, and sending the signal. Not here: what must be true afterwards (the tests). A moment is
`how:event:pattern`, the first audit event of that kind on a path below the home in which the pattern is found: `before`
kills as it is about to happen, `torn` lets the file be opened for writing and kills with nothing written to it;
`at:node:7` kills when seven nodes have been built or tested; `count:land:3` kills landing
alone at its third change of a path. `-` is a run that nobody disturbs.

    python killing.py HOME MOMENT [HOME MOMENT]...

A child is forked for each moment, so that imports are paid for once, and before anything here starts a thread.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
import sys
import traceback
from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Which argument of an audit event is the path that changes.
CHANGED = {"open": 0, "os.rename": 0, "os.remove": 0, "os.symlink": 1}

# All that a run imports when it comes to it, none of which starts a thread.
IMPORTS_OF_RUNS = ("orchestration.runs.job", "orchestration.runs.running", "orchestration.workbench", "dbt.cli.main")
IMPORTS_OF_RUNS += ("dbt.adapters.duckdb", "expectations.duckdb_dialect", "great_expectations")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def changed_path(root: Path, event: str, arguments: tuple) -> str | None:
    """The path below `root` that an audit event is about to change."""
    if event not in CHANGED:
        return None
    path = arguments[CHANGED[event]]
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
        return None
    if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(str(root)):
        return os.fspath(path).removeprefix(str(root))
    return None


def die_at_path(root: Path, how: str, kind: str, pattern: str) -> None:
    wanted, is_dying = re.compile(pattern), False

    def watch(event: str, arguments: tuple) -> None:
        nonlocal is_dying
        path = changed_path(root, event, arguments) if event == kind and not is_dying else None
        if path is not None and wanted.search(path):
            is_dying = True
            if how == "torn":
                os.close(os.open(f"{root}{path}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
            die()

    sys.addaudithook(watch)


def die_at_node(number: int) -> None:
    from orchestration.installation.progress import Reporter

    told, progress = 0, Reporter.progress

    def counting(self: Reporter, label: str, done: int, total: int) -> None:
        nonlocal told
        told += "." not in label
        if told == number:
            die()
        progress(self, label, done, total)

    Reporter.progress = counting


def die_at_change(root: Path, number: int) -> None:
    seen = 0

    def watch(event: str, arguments: tuple) -> None:
        nonlocal seen
        if changed_path(root, event, arguments) is not None:
            seen += 1
            if seen == number:
                die()

    sys.addaudithook(watch)


def arm(root: Path, moment: str) -> None:
    """Let this process die at the moment."""
    how, kind, pattern = moment.split(":", 2)
    if kind == "node":
        die_at_node(int(pattern))
    elif kind == "land":
        die_at_change(root, int(pattern))
    else:
        die_at_path(root, how, kind, pattern)


def live(root: Path, moment: str) -> int:
    """One run, or one landing, as a process of its own; its exit code, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        if moment != "-":
            arm(root, moment)
        code = land_only(root) if ":land:" in moment else run(root)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def land_only(root: Path) -> int:
    from orchestration.installation.paths import Home
    from orchestration.landing import land

    land(Home(root), Home(root).landing, keep_originals=False)
    return 0


def run(root: Path) -> int:
    from orchestration.installation.paths import Home
    from orchestration.runs.running import run_pipeline

    return run_pipeline(Home(root)).exit_code


def main() -> None:
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    runs = any(":land:" not in moment for _, moment in pairs)
    for name in ("orchestration.landing", *(IMPORTS_OF_RUNS if runs else ())):
        importlib.import_module(name)
    for root, moment in pairs:
        print(f"ended {live(Path(root).resolve(), moment)} {moment}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
