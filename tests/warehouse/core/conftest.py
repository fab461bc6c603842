"""Builds staging and core over a lake filled by hand, in an installation of its own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt_project import assemble
from orchestration.paths import Home

SPEC = importlib.util.spec_from_file_location("lake_fixture", Path(__file__).with_name("lake_fixture.py"))
lake_fixture = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lake_fixture)
LAYERS = ("--select", "resource_type:seed", "staging", "core", "--indirect-selection", "buildable")


@dataclass(frozen=True)
class Warehouse:
    """A lake and the tables that dbt builds over it."""

    home: Home
    lake: Any

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """dbt as a process of its own, so that it holds no connection afterwards."""
        places = {
            "SHUANGBAI_WAREHOUSE": self.home.warehouse, "SHUANGBAI_SCRATCH": self.home.scratch,
            "DBT_TARGET_PATH": self.home.dbt_target, "DBT_LOG_PATH": self.home.dbt_logs,
            "DBT_PROJECT_DIR": self.home.dbt_project, "DBT_PROFILES_DIR": self.home.dbt_project,
        }  # fmt: skip
        environment = os.environ | {name: str(place) for name, place in places.items()}
        command = [Path(sys.executable).with_name("dbt"), "--quiet", *arguments]
        return subprocess.run(command, env=environment, cwd=self.home.root, capture_output=True, text=True, check=False)

    def build(self, *arguments: str) -> None:
        built = self.dbt("build", *LAYERS, "--exclude-resource-type", "unit_test", *arguments)
        assert built.returncode == 0, built.stdout + built.stderr

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.lake.connect() as warehouse:
            return warehouse.execute(query).fetchall()

    def outcomes(self, fact: str, indicator: str) -> dict[tuple[str, str], str | None]:
        """`{(month, case_ref): outcome}` of one outcome column."""
        return {
            (month, case): outcome
            for month, case, outcome in self.rows(
                f"select strftime(period_month, '%Y-%m'), case_ref, {indicator} from core.{fact}"
            )
        }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    home = Home(tmp_path_factory.mktemp("warehouse"))
    assemble(home)
    return Warehouse(home, lake_fixture.Lake(home.warehouse))
