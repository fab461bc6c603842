"""The same lake gives the same tables to the last bit: in another process, on another day, with other threads."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.installation.paths import DBT_PROJECT

ELSEWHEN = Path(__file__).with_name("elsewhen.py")
# A clock or dice that answer anew each time; `read` in statistics, where a seeded generator is made, is no dice.
CLOCK = re.compile(
    r"\bcurrent_(date|time|timestamp)\b|\b(now|today|get_current_\w+|random|gen_random_uuid|uuid)\s*\(\s*\)"
    r"|\b(datetime|date)\.(now|today|utcnow)\b|\btime\.time\b|\bdefault_rng\(\s*\)|\bmodules\.datetime\b"
)


def test_no_model_asks_what_time_it_is():
    models = [path for suffix in ("sql", "py", "yml") for path in DBT_PROJECT.rglob(f"*.{suffix}")]
    assert len(models) > 100
    assert [path.name for path in models if CLOCK.search(path.read_text(encoding="utf-8"))] == []


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory):
    """Fourteen months, so that charts and years begin to speak, built by one thread."""
    extracts = tmp_path_factory.mktemp("county")
    made = installation()
    synthesized = made.shuangbai("synthesize", extracts, "--persons", "300", "--months", "14", "--seed", "5")
    assert synthesized.returncode == 0, synthesized.stderr
    os.environ["SHUANGBAI_THREADS"] = "1"
    try:
        ran = made.shuangbai("run", "--landing", extracts)
    finally:
        del os.environ["SHUANGBAI_THREADS"]
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return made


def test_built_again_elsewhere_and_later_it_is_the_same(county):
    stamp = json.loads((county.home / "editions" / "current" / "edition.json").read_text(encoding="utf-8"))
    published = {
        name for (name,) in county.published().execute("select table_name from duckdb_tables()").fetchall()
    }  # fmt: skip
    of_runs = {"edition", "fct_quality_result", "fct_quality_failure", "fct_quality_repair", "fct_rule_change"}
    assert published - stamp["digests"].keys() == of_runs
    again = subprocess.run(
        [sys.executable, ELSEWHEN, "400", "verify", "--rebuild"],
        env={
            **os.environ,
            "SHUANGBAI_HOME": str(county.home),
            "SHUANGBAI_THREADS": "4",
            "PYTHONHASHSEED": "7",
            "TZ": "America/New_York",
            "LC_ALL": "C",
        },
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert f"{len(stamp['digests'])} " in again.stdout


def test_what_is_no_longer_the_same_is_named(county):
    edition = (county.home / "editions" / "current" / "edition.json").resolve()
    stamp = json.loads(edition.read_text(encoding="utf-8"))
    stamp["digests"]["fct_ranking"] = "0:0"
    edition.chmod(0o644)
    edition.write_text(json.dumps(stamp), encoding="utf-8")
    found = county.shuangbai("verify")
    assert found.returncode == 1
    assert "fct_ranking" in found.stderr and found.stderr.count("\n") == 2
