"""An audit from the draw to the indicator: drawn, filled in, returned, landed, counted; and the next month's draw."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

COLUMNS = (
    *("档案编号", "户编号", "公民身份号码", "性别", "出生日期", "户籍地代码", "现居住地代码", "流入日期", "居住方式"),
    *("档案状态", "登记时间", "更新时间"),
)
FILES = {"623021100": 30, "623021101": 6}
WANTED = 8
FILLED = ("checked_date", "first_result", "second_result")


def write_registry(folder: Path, as_of: str) -> None:
    with (folder / f"gpl_resident__623021__{as_of}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for township, count in FILES.items():
            for number in range(count):
                name, village = f"{township}-{number:03d}", f"{township}201"
                times = ("2025-01-01", "自购房", "在管", "2025-01-02 08:00:00", f"{as_of} 08:00:00")
                writer.writerow([name, name, "", "女", "1980-01-01", "622901", village, *times])


def fill_in(form: Path, returned: Path, day: str, results: list[tuple[str, str]]) -> None:
    """The form as a clerk leaves it: its own rows, with day and results typed in from the top."""
    rows = CalamineWorkbook.from_path(form).get_sheet_by_index(0).to_python()
    top = next(number for number, row in enumerate(rows) if "(audit_no)" in str(row[0]))
    position = {name: next(i for i, cell in enumerate(rows[top]) if f"({name})" in str(cell)) for name in FILLED}
    assert len(rows) - top - 1 == len(results)
    for row, (first, second) in zip(rows[top + 1 :], results, strict=True):
        for name, value in zip(FILLED, (day, first, second), strict=True):
            assert row[position[name]] == ""
            row[position[name]] = value
    book = xlsxwriter.Workbook(returned)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()


def drawn(home: Path, month: str) -> dict[str, list[str]]:
    """Record numbers by township, as the installation remembers them."""
    return {
        file.stem: [one["record_no"] for one in json.loads(file.read_text(encoding="utf-8"))["sample"]]
        for file in sorted((home / "audit_draws" / month).iterdir())
    }


@pytest.fixture(scope="module")
def audited(installation, tmp_path_factory):
    """October landed and drawn; the forms back on 20 November, with November's registry."""
    made, extracts, forms = installation(), tmp_path_factory.mktemp("extracts"), tmp_path_factory.mktemp("forms")
    early = made.shuangbai("audit-sample", "--out", forms)
    assert early.returncode == 1 and "Run shuangbai run" in early.stderr and not list(forms.iterdir())
    write_registry(extracts, "2026-10-31")
    assert made.shuangbai("run", "--landing", extracts).returncode == 0
    said = made.shuangbai("audit-sample", "--per-township", str(WANTED), "--seed", "5", "--out", forms)
    assert said.returncode == 0, said.stderr
    fill_in(
        forms / "audit_sample__623021100__交回日期.xlsx",
        extracts / "audit_sample__623021100__2026-11-20.xlsx",
        "2026-11-18",
        [("一致", "")] * 5 + [("不一致", "一致"), ("不一致", ""), ("查无", "查无")],
    )
    write_registry(extracts, "2026-11-30")
    landed = made.shuangbai("run", "--landing", extracts)
    assert landed.returncode == 0, landed.stdout + landed.stderr
    return made, said, forms


def test_it_says_what_the_sample_can_show(audited):
    _, said, forms = audited
    assert {path.name for path in forms.iterdir()} == {f"audit_sample__{code}__交回日期.xlsx" for code in FILES}
    assert "183" in said.stdout and "277" in said.stdout and "交回日期" in said.stdout
    # 8 clean of 30 leave up to 9 bad: C(21, 8) / C(30, 8) = .035, C(20, 8) / C(30, 8) = .0215; 6 of 6 leave none.
    assert "70 %" in said.stdout and "100 %" in said.stdout


def test_every_form_row_is_a_row_of_the_extract(audited):
    made, _, _ = audited
    with made.published() as edition:
        batches = edition.execute(
            "select accepted, quarantined, rows_in - non_data from fct_batch where source = 'audit_sample'"
        ).fetchall()
        failing = edition.execute("select * from fct_quality_failure where source = 'audit_sample'").fetchall()
    assert batches == [(WANTED, 0, WANTED)]
    assert failing == []


def test_the_audited_accuracy_is_what_was_found(audited):
    made, _, _ = audited
    with made.published() as edition:
        found = edition.execute(
            """select division_code, numerator, denominator from fct_indicator_result
               where indicator_code = 'audited_accuracy' and period_kind = 'month'
                   and period_start = date '2026-11-01' and level in ('township', 'county') order by all"""
        ).fetchall()
        missed = edition.execute(
            "select case_ref, reason from fct_missed_case where indicator_code = 'audited_accuracy' order by all"
        ).fetchall()
    assert found == [("623021000000", 6, 8), ("623021100000", 6, 8)]
    numbers = [f"CC202610T623021100N{number:03d}" for number in (7, 8)]
    assert missed == list(zip(numbers, ["audit_differs", "audit_not_found"], strict=True))


def test_the_next_draw_spares_them_and_a_repeated_one_changes_nothing(audited, tmp_path):
    made, _, forms = audited
    october = drawn(made.home, "2026-10")
    assert {code: len(records) for code, records in october.items()} == {"623021100": WANTED, "623021101": 6}
    assert made.shuangbai("audit-sample", "--per-township", str(WANTED), "--out", tmp_path / "next").returncode == 0
    november = drawn(made.home, "2026-11")
    assert set(november["623021100"]) & set(october["623021100"]) == set()
    assert november["623021101"] == october["623021101"], "all six have been drawn, so they re-enter"

    again = made.shuangbai("audit-sample", "--month", "2026-10", "--seed", "9", "--out", tmp_path / "again")
    assert again.returncode == 0 and "2 of these townships had their sample" in again.stdout
    assert drawn(made.home, "2026-10") == october
    for path in forms.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_one_workbook_for_all_and_what_cannot_be_drawn(audited, tmp_path):
    made, _, _ = audited
    assert made.shuangbai("audit-sample", "--month", "2026-10", "--out", tmp_path / "all.xlsx").returncode == 0
    rows = CalamineWorkbook.from_path(tmp_path / "all.xlsx").get_sheet_by_index(0).to_python()
    assert sum(str(row[0]).startswith("CC202610T") for row in rows) == WANTED + 6
    for arguments, complaint in [
        (("--month", "2026-13"), "2026-13 is no month"),
        (("--month", "2025-01"), "No active file of 2025-01"),
        (("--county", "623022"), "county: 623022"),
        (("--county", "62"), "no county code"),
    ]:
        refused = made.shuangbai("audit-sample", *arguments, "--out", tmp_path / "none")
        assert refused.returncode == 1 and complaint in refused.stderr and "Traceback" not in refused.stderr
    assert not (tmp_path / "none").exists()
