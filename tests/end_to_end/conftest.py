"""Runs the command line as its users do, in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

SHUANGBAI = Path(sys.executable).with_name("shuangbai")


@dataclass(frozen=True)
class Installation:
    """One `SHUANGBAI_HOME`, driven from outside."""

    home: Path
    seeds: Path | None = None

    def shuangbai(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SHUANGBAI_HOME": str(self.home)}
        if self.seeds:
            environment["SHUANGBAI_SEEDS"] = str(self.seeds)
        return subprocess.run(
            [SHUANGBAI, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=540, check=False
        )

    def published(self) -> duckdb.DuckDBPyConnection:
        edition = (self.home / "editions" / "current").resolve() / "shuangbai.duckdb"
        return duckdb.connect(str(edition), read_only=True)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Installation]:
    """Makes installations, each in a new folder."""

    def make(seeds: Path | None = None) -> Installation:
        return Installation(tmp_path_factory.mktemp("home"), seeds)

    return make
