"""The secret: made once, whole, by one of however many processes; for its owner's eyes only."""

from __future__ import annotations

import hmac
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.commands.status import show_status
from orchestration.commands.verify import verify
from orchestration.installation.progress import Reporter
from orchestration.landing import land, read_batches
from orchestration.landing.secret import SecretError, read_or_create_secret
from orchestration.runs import steps
from orchestration.runs.run import open_run
from orchestration.runs.running import run_pipeline

from .conftest import files_below, put

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
    with pytest.raises(SecretError, match="Restore it from a backup") as refused:
        read_or_create_secret(path)
    assert path.read_bytes() == content
    assert "short" not in str(refused.value)


REPLACED = ["不是原来的那个", "1 个是用另一个密钥加密的", "1 of 1 landed batches were made with another"]


def landed_once(home):
    put(home.landing, "survey_response__623021__2026-10-31.csv", ["Q1,623021100000,2026-10-01,是,否"])
    land(home, home.landing, keep_originals=False)
    put(home.landing, "survey_response__623021__2026-11-30.csv", ["Q2,623021100000,2026-11-01,是,否"])
    return home


def test_none_is_made_beside_rows_that_were_made_with_another(new_home):
    home = landed_once(new_home())
    secret = home.person_key_secret.read_bytes()
    home.person_key_secret.unlink()
    before = files_below(home.root)
    with pytest.raises(SecretError, match="Restore the file from its backup"):
        land(home, home.landing, keep_originals=False)
    assert files_below(home.root) == before
    home.person_key_secret.write_bytes(secret)
    assert len(land(home, home.landing, keep_originals=False).landed) == 1


def test_one_is_made_where_no_batch_was_ever_committed(new_home):
    home = landed_once(new_home())
    home.person_key_secret.unlink()
    for record in read_batches(home):
        Path(record.parquet_path).with_suffix(".json").unlink()
    assert len(land(home, home.landing, keep_originals=False).landed) == 1
    assert home.person_key_secret.exists()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (Path.unlink, ["请从备份恢复", "Restore the file from its backup", "把整个 SHUANGBAI_HOME 移走", "aside"]),
        (lambda path: path.write_bytes(b"short"), ["请从备份恢复", "Restore it from a backup"]),
        (lambda path: path.write_bytes(b"of another installation, 32 byte"), REPLACED),
        (lambda path: path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:]), REPLACED),
    ],
    ids=["lost", "damaged", "another", "one bit"],
)
def test_a_run_says_what_to_do_and_shows_no_traceback(new_home, capsys, damage, said):
    home = landed_once(new_home())
    damage(home.person_key_secret)
    assert run_pipeline(home).exit_code == 1
    shown = capsys.readouterr()
    words = "".join((shown.out + shown.err).split())
    assert [word for word in said if "".join(word.split()) not in words] == []
    assert "Traceback" not in shown.err
    assert not home.logs.exists(), "what a person can mend needs no log"
    assert [record.as_of.month for record in read_batches(home)] == [10]
    assert verify(home) == 1
    shown = capsys.readouterr()
    assert [word for word in said if "".join(word.split()) not in "".join(shown.err.split())] == []
    show_status(home)
    shown = "".join(capsys.readouterr().out.split()).replace("│", "")
    assert "".join(said[0].split()) in shown


def test_building_refuses_another_one_even_where_nothing_is_landed(new_home):
    home = landed_once(new_home())
    home.person_key_secret.write_bytes(b"of another installation, 32 byte")
    with open_run(home, Reporter(is_quiet=True)) as run, pytest.raises(SecretError, match="made with another"):
        steps.catalogue_lake(run)
    assert not home.warehouse.exists()


def test_records_carry_its_fingerprint_and_nothing_of_it_and_older_ones_any_fits(new_home, capsys):
    home = landed_once(new_home())
    (record,) = read_batches(home)
    secret = home.person_key_secret.read_bytes()
    expected = hmac.new(secret, b"\x00shuangbai person_key", "sha256").hexdigest()[:16]
    assert record.key_fingerprint == expected
    place = Path(record.parquet_path).with_suffix(".json")
    old = json.loads(place.read_text(encoding="utf-8"))
    del old["key_fingerprint"]
    place.write_text(json.dumps(old), encoding="utf-8")
    home.person_key_secret.write_bytes(b"of another installation, 32 byte")
    assert len(land(home, home.landing, keep_originals=False).landed) == 1, "the first known one is theirs"
    home.person_key_secret.write_bytes(secret)
    put(home.landing, "survey_response__623021__2026-12-31.csv", ["Q3,623021100000,2026-12-01,是,否"])
    with pytest.raises(SecretError, match="1 of 2 landed batches"):
        land(home, home.landing, keep_originals=False)
