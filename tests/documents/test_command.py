"""`shuangbai bulletin`: what it writes, what it refuses, and how it says so."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dashboards.documents import letterhead
from dashboards.documents.command import Order, bulletin
from dashboards.documents.failures import DocumentError
from orchestration.installation.paths import Home

CHECKOUT = Path(__file__).resolve().parents[2]


def order(out: Path, **other) -> Order:
    return Order(**{"month": "2026-09", "kind": "month", "format": None, "out": out, "language": "zh", "county": None,
                    "number": None, "overwrite": False} | other)  # fmt: skip


def test_writes_the_newest_closed_month_by_default(home, tmp_path, capsys):
    out = tmp_path / "new" / "b.xlsx"
    assert bulletin(Home(home), order(out, month=None)) == 0
    assert out.read_bytes().startswith(b"PK")
    said = capsys.readouterr().out
    assert "2026年10月" in said
    assert "October 2026" in said
    assert [path.name for path in out.parent.iterdir()] == ["b.xlsx"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"month": "2026-13"}, ("写成 2026-09", "write it as 2026-09")),
        ({"month": "0000-01"}, ("写成 2026-09", "write it as 2026-09")),
        ({"month": "2019-01"}, ("2019年1月没有数据", "no figures for January 2019")),
        ({"kind": "week"}, ("--kind week", "it is one of")),
        ({"format": "odt"}, ("不能写成", "cannot be written")),
        ({"format": "pdf"}, ("扩展名与格式", "does not fit")),
        ({"county": "999999"}, ("可选的区划代码", "Codes that can be chosen")),
    ],
)
def test_says_what_is_wrong_and_writes_nothing(home, tmp_path, capsys, change, said):
    out = tmp_path / "b.xlsx"
    assert bulletin(Home(home), order(out, **change)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert all(part in captured.err for part in said)
    assert not out.exists()


def test_without_a_period_of_the_kind(home, tmp_path, capsys):
    copy = tmp_path / "home"
    shutil.copytree(home, copy, symlinks=True)
    with duckdb.connect(str((copy / "editions" / "current").resolve() / "shuangbai.duckdb")) as edition:
        edition.execute("delete from fct_ranking where period_kind = 'quarter'")
    assert bulletin(Home(copy), order(tmp_path / "b.xlsx", kind="quarter", month=None)) == 1
    assert "--kind quarter没有数据" in capsys.readouterr().err


def test_without_an_edition(tmp_path, capsys):
    assert bulletin(Home(tmp_path), order(tmp_path / "b.xlsx")) == 1
    assert "还没有发布" in capsys.readouterr().err


def test_a_damaged_edition(tmp_path, capsys):
    edition = tmp_path / "editions" / "current"
    edition.mkdir(parents=True)
    (edition / "shuangbai.duckdb").write_bytes(b"not a database")
    assert bulletin(Home(tmp_path), order(tmp_path / "b.xlsx")) == 1
    assert "打不开这个版本" in capsys.readouterr().err


def test_leaves_an_existing_file_alone_unless_told(home, tmp_path, capsys):
    out = tmp_path / "b.xlsx"
    out.write_text("mine")
    assert bulletin(Home(home), order(out)) == 1
    assert out.read_text() == "mine"
    assert "--overwrite" in capsys.readouterr().err
    assert bulletin(Home(home), order(out, overwrite=True)) == 0
    assert out.read_bytes().startswith(b"PK")


def test_a_place_that_cannot_be_written_to(home, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert bulletin(Home(home), order(tmp_path / "file" / "b.xlsx")) == 1
    assert "写不进去" in capsys.readouterr().err


def test_the_command_is_quiet_beside_its_answer(home, tmp_path):
    """Streamlit must not warn that no page is being served."""
    out = tmp_path / "b.xlsx"
    ran = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "bulletin", "--month", "2026-09", "--lang", "en",
         "--out", str(out)],
        cwd=CHECKOUT, env={**os.environ, "SHUANGBAI_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("\n") == 2
    assert out.exists()


class TestTheLetterhead:
    def test_is_blank_where_nothing_is_set(self, tmp_path):
        assert letterhead.read(tmp_path / "bulletin.yml", "zh") == letterhead.BLANK

    def test_is_read_by_language_and_its_number_replaced(self, tmp_path):
        file = tmp_path / "bulletin.yml"
        file.write_text("zh: {issuer: 某办公室, number: 某办〔2026〕1号}\nen: {issuer: Office}\n", encoding="utf-8")
        assert letterhead.read(file, "zh").number == "某办〔2026〕1号"
        assert letterhead.read(file, "zh", "某办〔2026〕2号").number == "某办〔2026〕2号"
        assert letterhead.read(file, "en") == letterhead.Letterhead(issuer="Office")

    def test_has_days(self, tmp_path):
        file = tmp_path / "bulletin.yml"
        file.write_text("zh: {printed_on: 2026-11-20, report_by: 2026-12-10, report_to: 某办}\n", encoding="utf-8")
        read = letterhead.read(file, "zh")
        assert (read.printed_on, read.report_by) == (dt.date(2026, 11, 20), dt.date(2026, 12, 10))

    @pytest.mark.parametrize(
        "said",
        [
            "zh: {isuer: x}",
            "fr: {issuer: x}",
            "zh: {number: 7}",
            "- a",
            "zh: [",
            "zh: x",
            "zh: {printed_on: soon}",
            "zh: {report_by: 2026-12-10 08:00:00}",
            "zh: {issuer: 2026-12-10}",
        ],
    )
    def test_what_is_not_understood_is_an_error(self, tmp_path, said):
        file = tmp_path / "bulletin.yml"
        file.write_text(said, encoding="utf-8")
        with pytest.raises(DocumentError) as raised:
            letterhead.read(file, "zh")
        assert "issuer" in str(raised.value)
