"""Runs the command line as its users do, in a home of its own.

In this process, unless the process itself is what a test is about: a new one imports Dagster, dbt and Great
Expectations anew, for seconds each time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli import app

SHUANGBAI = Path(sys.executable).with_name("shuangbai")


@dataclass(frozen=True)
class Installation:
    """One `SHUANGBAI_HOME`, driven from outside."""

    home: Path
    seeds: Path | None = None

    @property
    def settings(self) -> dict[str, str]:
        seeds = {"SHUANGBAI_SEEDS": str(self.seeds)} if self.seeds else {}
        return {"SHUANGBAI_HOME": str(self.home), **seeds}

    def shuangbai(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """One command, in this process."""
        words = [*map(str, arguments)]
        mask = os.umask(0o022)
        try:
            said = CliRunner().invoke(app, words, env=self.settings)
        finally:
            os.umask(mask)  # The command closes it, for the life of its process.
        is_broken = said.exception is not None and not isinstance(said.exception, SystemExit)
        stderr = said.stderr + ("".join(traceback.format_exception(said.exception)) if is_broken else "")
        return subprocess.CompletedProcess(words, said.exit_code, said.stdout, stderr)

    def process(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """One command, in a process of its own: all that it says, whoever says it."""
        words, environment = [SHUANGBAI, *map(str, arguments)], {**os.environ, **self.settings}
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=540, check=False)

    def published(self) -> duckdb.DuckDBPyConnection:
        edition = (self.home / "editions" / "current").resolve() / "shuangbai.duckdb"
        return duckdb.connect(str(edition), read_only=True)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Installation]:
    """Makes installations, each in a new folder."""

    def make(seeds: Path | None = None) -> Installation:
        return Installation(tmp_path_factory.mktemp("home"), seeds)

    return make
