"""Files are their owner's alone: whatever the shell's mask allows, and where others had opened them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.commands.status import show_status
from orchestration.installation.paths import CHECKOUT, Home
from orchestration.installation.privacy import close_to_others, open_to_others

SHUANGBAI = Path(sys.executable).with_name("shuangbai")
SURVEY = "问卷编号,乡镇代码,调查日期,知晓政策,是否满意\nQ1,623021100000,2026-10-01,是,否\n坏,623021100000,,是,否\n"


def shuangbai(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """As from a shell that lets everybody read, and write."""
    return subprocess.run(
        [SHUANGBAI, *map(str, arguments)],
        env={**os.environ, "SHUANGBAI_HOME": str(home), "PYTHONPATH": str(CHECKOUT)},
        umask=0,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )


def modes(root: Path) -> dict[str, str]:
    """By place what is open to anybody else, links aside."""
    found = [root, *root.rglob("*")]
    return {
        str(path.relative_to(root)): oct(mode)
        for path in found
        if not path.is_symlink() and (mode := stat.S_IMODE(path.lstat().st_mode)) & 0o077
    }


def test_nothing_that_a_run_or_a_report_writes_is_open_to_others(tmp_path):
    home = tmp_path / "home"
    (home / "landing").mkdir(parents=True)
    (home / "landing").chmod(0o777)
    home.chmod(0o755)
    (home / "landing" / "survey_response__623021__2026-10-31.csv").write_text(SURVEY, encoding="utf-8")
    (home / "landing" / "refused.csv").write_text("refused", encoding="utf-8")
    (home / "landing" / "refused.csv").chmod(0o666)
    ran = shuangbai(home, "run", "--landing", home / "landing")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert modes(home) == {}
    assert {"lake", "quarantine", "editions", "dbt", "dagster", "workbench.sqlite"} <= set(os.listdir(home))
    for arguments in [
        ("quarantine", "export", "--out", tmp_path / "lists"),
        ("bulletin", "--out", tmp_path / "bulletin.xlsx"),
        ("synthesize", tmp_path / "county", "--persons", "300", "--months", "1"),
        ("compare", "current", "current", "--out", tmp_path / "differences.csv"),
        ("status",),
    ]:
        done = shuangbai(home, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    written = {path.name for path in tmp_path.iterdir()}
    assert {"lists", "bulletin.xlsx", "county", "differences.csv"} <= written
    tmp_path.chmod(0o700)
    assert modes(tmp_path) == {}


def test_the_doors_close_behind_whoever_comes_in():
    for door in ("orchestration.definitions", "dashboards.__main__"):
        words = (CHECKOUT / Path(*door.split("."))).with_suffix(".py").read_text(encoding="utf-8")
        assert "\nkeep_private()\n" in words, door


def opened(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    (home.root / "lake" / "x").mkdir(parents=True)
    (home.root / "lake" / "x" / "rows.parquet").write_bytes(b"")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "shared.csv").write_bytes(b"")
    home.landing.symlink_to(tmp_path / "elsewhere")
    for place in (home.root, home.root / "lake", home.root / "lake" / "x"):
        place.chmod(0o755)
    (home.root / "lake" / "x" / "rows.parquet").chmod(0o664)
    (tmp_path / "elsewhere").chmod(0o777)
    return home


def test_what_was_open_is_found_and_closed_and_links_lead_nowhere(tmp_path):
    home = opened(tmp_path)
    found = {str(path.relative_to(home.root)) for path in open_to_others(home.root)}
    assert found == {".", "lake", "lake/x", "lake/x/rows.parquet"}
    assert close_to_others(home.root) == []
    assert list(open_to_others(home.root)) == []
    assert stat.S_IMODE((home.root / "lake" / "x" / "rows.parquet").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o777


@pytest.mark.parametrize("is_open", [True, False])
def test_status_says_what_is_open_and_how_to_close_it(tmp_path, capsys, is_open):
    home = opened(tmp_path)
    if not is_open:
        close_to_others(home.root)
    show_status(home)
    shown = "".join(capsys.readouterr().out.split()).replace("│", "")
    assert (f"chmod-Rgo={home.root}" in shown) == is_open
    assert ("仅本用户可读写owneronly" in shown) != is_open
