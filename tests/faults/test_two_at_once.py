"""Two processes that begin at once: one waits, each file lands once, and nobody is told of an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import orchestration.landing
from orchestration.installation.lock import LockedError, exclusive
from orchestration.landing import land, read_batches

from .conftest import files_below, published, put

SHUANGBAI = Path(sys.executable).with_name("shuangbai")


def test_two_runs_at_once_land_each_file_once(new_home):
    home = new_home()
    for day in range(1, 9):
        put(home.landing, f"survey_response__623021__2026-10-{day:02d}.csv", [f"Q{day},623021100000,2026-10-01,是,否"])
    environment = {**os.environ, "SHUANGBAI_HOME": str(home.root)}
    running = [
        subprocess.Popen([SHUANGBAI, "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in running]
    assert sorted(process.returncode for process in running) == [0, 3], said
    assert sum("Another" in error or "waiting" in error.lower() for _, error in said) <= 1
    records = read_batches(home)
    assert [record.sequence for record in records] == list(range(1, 9))
    assert len({record.file_name for record in records}) == 8
    assert list(home.landing.iterdir()) == []
    assert len(published(home)["fct_batch"]) == 8


def test_whoever_lands_waits_for_the_lock(new_home, monkeypatch):
    home = new_home()
    put(home.landing, "survey_response__623021__2026-10-31.csv", ["Q1,623021100000,2026-10-01,是,否"])
    monkeypatch.setattr(orchestration.landing, "WAIT_SECONDS", 0.1)
    with exclusive(home.lock, 0):
        before = files_below(home.root)
        with pytest.raises(LockedError):
            land(home, home.landing, keep_originals=False)
        assert files_below(home.root) == before
    assert len(land(home, home.landing, keep_originals=False).landed) == 1
