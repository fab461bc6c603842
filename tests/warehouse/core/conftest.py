"""Builds staging and core over a lake filled by hand, in an installation of its own."""

from __future__ import annotations

import importlib.util
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.installation.paths import Home
from orchestration.warehouse_build.dbt_project import DbtProject, assemble

SPEC = importlib.util.spec_from_file_location("lake_fixture", Path(__file__).with_name("lake_fixture.py"))
lake_fixture = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lake_fixture)
LAYERS = ("--select", "resource_type:seed", "staging", "core", "--indirect-selection", "buildable")


@dataclass(frozen=True)
class Warehouse:
    """A lake and the tables that dbt builds over it."""

    home: Home
    project: DbtProject
    lake: Any

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """dbt in this process, on the project as somebody has parsed it before; it holds no connection afterwards. Its
        output are the nodes with what dbt said of them."""
        if self.project.parsed is None:
            self.project.parse()
        results = self.project._invoke(self.project.parsed, [*arguments, "--no-write-json"], None).result.results
        broken = [one for one in results if one.status not in ("success", "pass")]
        said = "".join(f"{one.status} {one.node.name}: {one.message}\n" for one in results)
        return subprocess.CompletedProcess([*arguments], int(bool(broken)), said, "")

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
    return Warehouse(home, assemble(home), lake_fixture.Lake(home.warehouse))
