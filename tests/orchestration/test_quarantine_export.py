"""`shuangbai quarantine export` and the rows by source of `shuangbai status`, on files whose every row is known."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import Home
from orchestration.landing import land, read_batches

GPL = [
    "档案编号",
    "公民身份号码",
    "性别",
    "出生日期",
    "户籍地代码",
    "现居住地代码",
    "流入日期",
    "档案状态",
    "登记时间",
    "更新时间",
]
GOOD = ["G1", "", "女", "1949-12-31", "110105", "623021100201", "2026-01-01", "在管", "2026-01-02", "2026-01-03"]
MESSAGE = ["信息编号", "信息类型", "紧急程度", "重点信息", "发出地代码", "接收地代码", "发出时间"]
SENT = ["M1", "协查", "普通", "否", "620102", "623021101000", "2026-10-01 08:00:00"]
# 城关镇, 新城镇 of 临潭县 623021; 柳林镇 of 卓尼县 623022, as the shipped seeds have them.
FILES = {
    "gpl_resident__623021__2026-10-15.csv": [GPL, ["OLD", "", "?", *GOOD[3:]]],
    "gpl_resident__623021__2026-10-31.csv": [
        GPL,
        GOOD,
        ["G2", "", "?", *GOOD[3:]],  # its own code says 城关镇
        ["G3", "11010519491231002X", "", *GOOD[3:5], "623021101201", *GOOD[6:]],  # 新城镇
        ["G4", *GOOD[1:5], "623022100201", *GOOD[6:]],  # out of scope: nobody's but the county's
        ["G5", *GOOD[1:5], "不详", *GOOD[6:]],  # no code
        ["G6", *GOOD[1:3]],  # malformed
    ],
    "gpl_resident__623021100__2026-09-30.csv": [GPL, ["G7", "", "男", *GOOD[3:5], "", *GOOD[6:]]],
    "exchange_message__623021__2026-10-20.csv": [MESSAGE, SENT, ["M2", "?", *SENT[2:]]],
    "exchange_message__623021__2026-10-31.csv": [MESSAGE, SENT, SENT],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home, folder = Home(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("files")
    assemble_seeds(home)
    for name, rows in FILES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    assert land(home, folder, keep_originals=True).refused == []
    return home


def run(home: Home, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setenv("SHUANGBAI_HOME", str(home.root))
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def lists(folder: Path) -> dict[str, list[list[object]]]:
    """The rows of each workbook, title lines included."""
    return {path.stem: CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() for path in folder.iterdir()}


def found(folder: Path) -> dict[str, list[tuple[str, int, str]]]:
    """(file, line, column) of each list, in its order."""
    return {
        name: [(row[1].split("__", 1)[0] + row[1][-14:-4], row[2], row[5]) for row in rows[3:]]
        for name, rows in lists(folder).items()
    }


def test_each_row_is_on_the_list_of_its_township_and_superseded_files_on_none(home, tmp_path, monkeypatch):
    code, said = run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path / "out"))
    assert code == 0 and str(tmp_path / "out") in said.replace("\n", "")
    gpl, message = "gpl_resident2026-10-31", "exchange_message2026-10-31"
    assert found(tmp_path / "out") == {
        "623021100_城关镇": [(gpl, 3, "性别"), ("gpl_resident2026-09-30", 2, "现居住地代码")],
        "623021101_新城镇": [(gpl, 4, "性别"), (message, 3, ""), ("exchange_message2026-10-20", 3, "信息类型")],
        "623021_临潭县": [(gpl, 5, "现居住地代码"), (gpl, 6, "现居住地代码"), (gpl, 7, "")],
    }


def test_a_list_says_what_it_is_why_and_what_to_do(home, tmp_path, monkeypatch):
    run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path))
    (zh, *_), (en, *_), heading, first, *_ = lists(tmp_path)["623021100_城关镇"]
    assert "城关镇" in zh and "2026-10-31" in zh and "2026-10-31" in en
    assert heading[3:5] == ["原因", "Reason"]
    source, _, _, reason, reason_en, column, fix, _, cells = first
    assert (source, reason, column) == ("流动人口登记册", "性别不在规定选项内", "性别")
    assert "not one of the values" in reason_en and "男 / 女" in fix
    assert cells.startswith("档案编号=G2 | 性别=? | 出生日期=1949-12-31 | ")


def test_no_identity_number_and_no_clock_is_in_a_list(home, tmp_path, monkeypatch):
    for folder in ("a", "b"):
        run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path / folder))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert "11010519491231002X" not in str(lists(tmp_path / "a"))


def test_one_month_only(home, tmp_path, monkeypatch):
    run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path), "--month", "2026-09")
    assert found(tmp_path) == {"623021100_城关镇": [("gpl_resident2026-09-30", 2, "现居住地代码")]}
    code, said = run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path / "x"), "--month", "2026-08")
    assert code == 0 and "No quarantined row" in said and not (tmp_path / "x").exists()
    assert run(home, monkeypatch, "quarantine", "export", "--month", "10")[0] == 1


def test_without_a_folder_it_is_named_by_the_data_and_older_lists_are_pointed_out(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(home, monkeypatch, "quarantine", "export")
    folder = tmp_path / "quarantine_2026-10-31"
    assert len(list(folder.iterdir())) == 3
    (folder / "623021999_旧乡.xlsx").touch()
    assert "623021999_旧乡.xlsx" in run(home, monkeypatch, "quarantine", "export")[1]


def test_what_a_killed_run_left_without_a_record_is_on_no_list(home, tmp_path, monkeypatch):
    run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path / "before"))
    orphan = home.quarantine / "gpl_resident" / f"{'0' * 32}.parquet"
    shutil.copy(next(orphan.parent.iterdir()), orphan)
    try:
        run(home, monkeypatch, "quarantine", "export", "--out", str(tmp_path / "after"))
    finally:
        orphan.unlink()
    assert found(tmp_path / "after") == found(tmp_path / "before")


def test_status_counts_what_became_of_the_rows(home, monkeypatch):
    said = run(home, monkeypatch, "status")[1]
    gpl = next(line for line in reversed(said.splitlines()) if "gpl_resident" in line)
    assert [cell.strip() for cell in gpl.strip("│ ").split("│")] == ["gpl_resident", "8", "1", "7", "0"]
    records = read_batches(home)
    assert sum(record.rows_in for record in records if record.source == "gpl_resident") == 8
    assert max(record.as_of for record in records) == date(2026, 10, 31)
