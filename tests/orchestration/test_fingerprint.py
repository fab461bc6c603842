"""The fingerprint by which a run knows whether its tables are current covers all that makes figures."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.fingerprint import fingerprint
from orchestration.installation.paths import CHECKOUT, DBT_PROJECT, Home
from orchestration.warehouse_build import fingerprint as of_figures
from orchestration.warehouse_build.fingerprint import ENGINES, SETTINGS, build_fingerprint, figure_trees


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    assemble_seeds(home)
    return home


def test_touching_any_file_of_any_tree_changes_it(home, tmp_path):
    untouched = set()
    for number, tree in enumerate(figure_trees(home)):
        copy = tmp_path / str(number) / tree.name
        shutil.copytree(tree, copy, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
        before = fingerprint([copy])
        for file in (path for path in copy.rglob("*") if path.is_file() and path.suffix != ".md"):
            content = file.read_bytes()
            file.write_bytes(content + b"\n")
            if fingerprint([copy]) == before:
                untouched.add(file.relative_to(tmp_path))
            file.write_bytes(content)
        file.rename(file.with_name("another" + file.suffix))
        assert fingerprint([copy]) != before, f"{tree}: a file that was renamed"
    assert untouched == set()


def test_the_trees_hold_every_file_that_makes_figures(home):
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    trees = [tree.relative_to(CHECKOUT) for tree in figure_trees(home) if tree.is_relative_to(CHECKOUT)]
    outside = {
        path.parts[:2]
        for path in (Path(line) for line in listed.splitlines())
        if path.parts[0] in ("warehouse", "expectations", "orchestration")
        and path.suffix in (".sql", ".csv", ".yml", ".py")
        and not any(path.is_relative_to(tree) for tree in trees)
    }
    rooms = {("orchestration", path.name) for path in (CHECKOUT / "orchestration").iterdir() if path.suffix == ".py"}
    no_figures = {"installation", "landing", "workbench", "alerts", "audits", "synthetic", "runs", "commands"}
    assert outside <= rooms | {("orchestration", room) for room in no_figures}
    assert home.seeds in figure_trees(home)


def test_every_setting_that_a_model_reads_changes_it(home, monkeypatch):
    read = {
        name
        for file in DBT_PROJECT.rglob("*")
        if file.suffix in (".sql", ".py", ".yml") and "target" not in file.parts
        for name in re.findall(r"""(?:env_var\(|environ\S*?[(\[])\s*['"](\w+)""", file.read_text(encoding="utf-8"))
    }
    # Where files lie and how much of the machine is taken: the same tables whatever they say (test_same_again).
    of_the_machine = {f"SHUANGBAI_{name}" for name in ("WAREHOUSE", "SCRATCH", "MEMORY", "THREADS")}
    assert read - of_the_machine == set(SETTINGS)
    before = build_fingerprint(home)
    assert build_fingerprint(home) == before
    for name in SETTINGS:
        monkeypatch.setenv(name, "123")
        assert build_fingerprint(home) != before
        monkeypatch.delenv(name)
    assert build_fingerprint(home) == before


@pytest.mark.parametrize("engine", ["duckdb", "numpy", "scipy", "pyarrow", "dbt-core"])
def test_another_version_of_an_engine_changes_it(home, monkeypatch, engine):
    assert engine in ENGINES
    before, version = build_fingerprint(home), of_figures.version
    monkeypatch.setattr(of_figures, "version", lambda name: "0" if name == engine else version(name))
    assert build_fingerprint(home) != before
