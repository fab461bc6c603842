"""Saying what is going on: a bar on a terminal, plain lines elsewhere.

Here: drawing. Not here: the texts (`messages.yml`) or what is done.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from orchestration.installation.messages import LANGUAGES, command_line_messages

# On a log, a line every few seconds is enough to see that something moves.
PLAIN_LINE_SECONDS = 5.0


class Reporter:
    """Progress of one run, on the error stream; use as a context manager. Without one, nothing is drawn."""

    def __init__(self, is_quiet: bool = False) -> None:
        self._console = Console(file=sys.stderr, quiet=is_quiet)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[label]}", style="dim"),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._title, self._task, self._last_line = "", None, 0.0

    def __enter__(self) -> Reporter:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._finish_task()
        if self._console.is_terminal:
            self._bar.stop()

    def step(self, name: str) -> None:
        """Begin a step; `name` is the key of its title, without `step.`."""
        self._finish_task()
        self._title = in_one_line(f"step.{name}")
        self._last_line = time.monotonic()
        if self._console.is_terminal:
            self._task = self._bar.add_task(self._title, total=None, label="")
        else:
            self._console.print(self._title, highlight=False)

    def progress(self, label: str, done: int, total: int) -> None:
        """`done` of `total` in the current step; `label` is what is being worked on."""
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None, label=label)
        elif not self._console.is_terminal and time.monotonic() - self._last_line > PLAIN_LINE_SECONDS:
            self._last_line = time.monotonic()
            share = f" {100 * done // total}%" if total else ""
            self._console.print(f"{self._title}: {done}/{total}{share} {label}", highlight=False, markup=False)

    def say(self, key: str, **values: object) -> None:
        self._console.print(command_line_messages().both(key, **values), highlight=False, markup=False)

    def _finish_task(self) -> None:
        if self._task is not None:
            total = self._bar.tasks[self._bar.task_ids.index(self._task)].total or 1
            self._bar.update(self._task, completed=total, total=total, label="")
            self._task = None


def in_one_line(key: str, **values: object) -> str:
    """Both languages on one line, for titles."""
    return "  ".join(command_line_messages()(key, language, **values) for language in LANGUAGES)
