"""The secret: made once, whole, by one of however many processes; for its owner's eyes only."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.landing.secret import read_or_create_secret

ASK = """
import sys, time
from pathlib import Path
from orchestration.landing.secret import read_or_create_secret
time.sleep(max(0, float(sys.argv[2]) - time.time()))
print(read_or_create_secret(Path(sys.argv[1])).hex())
"""


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_processes_that_begin_at_once_all_have_the_same_secret(tmp_path):

    path, begin = tmp_path / "secret" / "person_key", str(time.time() + 1.5)
    asking = [
        subprocess.Popen([sys.executable, "-c", ASK, str(path), begin], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    answers = {process.communicate(timeout=60)[0].strip() for process in asking}
    assert {process.returncode for process in asking} == {0}
    assert answers == {path.read_bytes().hex()}
    assert [entry.name for entry in path.parent.iterdir()] == ["person_key"]


def test_it_is_made_for_its_owner_only_whatever_the_umask_allows(tmp_path):

    path, before = tmp_path / "secret" / "person_key", os.umask(0)
    try:
        read_or_create_secret(path)
    finally:
        os.umask(before)
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o666])
def test_one_that_others_may_read_is_closed_to_them(tmp_path, mode):
    path = tmp_path / "secret" / "person_key"
    secret = read_or_create_secret(path)
    path.chmod(mode)
    assert read_or_create_secret(path) == secret
    assert mode_of(path) == 0o600


def test_half_a_secret_left_by_a_killed_process_is_no_secret(tmp_path):
    path = tmp_path / "secret" / "person_key"
    path.parent.mkdir()
    (path.parent / ".person_key.tmp").write_bytes(b"half")
    assert len(read_or_create_secret(path)) == 32
    assert [entry.name for entry in path.parent.iterdir()] == ["person_key"]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_one_is_never_replaced(tmp_path, content):
    path = tmp_path / "secret" / "person_key"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ValueError, match="restore it from a backup") as refused:
        read_or_create_secret(path)
    assert path.read_bytes() == content
    assert "short" not in str(refused.value)
