"""One writer at a time, and a killed one leaves the lock behind for the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from orchestration.installation.lock import LockedError, exclusive

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.installation.lock import exclusive
with exclusive(Path(sys.argv[1]), 0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_process_is_told_and_gives_up(tmp_path, holder):
    told = []
    began = time.monotonic()
    with pytest.raises(LockedError), exclusive(tmp_path / "lock", 0.5, on_wait=lambda: told.append(1)):
        pass
    assert told == [1]
    assert 0.5 <= time.monotonic() - began < 5


def test_a_killed_holder_leaves_no_lock(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with exclusive(tmp_path / "lock", 0):
        pass


def test_the_lock_is_given_back_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", 0):
        raise ZeroDivisionError
    with exclusive(tmp_path / "lock", 0):
        pass
