"""Editions side by side: a late delivery restates what it touches and is named; a target of the future nothing."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from orchestration.installation.paths import DEFAULT_SEEDS

COLUMNS = (
    *("档案编号", "户编号", "公民身份号码", "性别", "出生日期", "户籍地代码", "现居住地代码", "流入日期", "居住方式"),
    *("档案状态", "登记时间", "更新时间", "宣传告知"),
)
LATE = "gpl_resident__623021100__2026-09-30.csv"


def write_registry(path: Path, informed: dict[str, tuple[int, int]]) -> None:
    """`informed`: by township how many files, and how many of the residents have been informed."""
    as_of = path.stem[-10:]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for township, (files, told) in informed.items():
            for number in range(files):
                name = f"{township}-{number:03d}"
                row = [name, name, "", "女", "1980-01-01", "622901", f"{township}201", "2025-01-01", "自购房", "在管"]
                flag = "是" if number < told else "否"
                writer.writerow([*row, "2025-01-02 08:00:00", f"{as_of} 08:00:00", flag])


def write_seeds(folder: Path, valid_from: str, target: str) -> None:
    """The shipped targets, but publicity's is another from a day on."""
    folder.mkdir()
    with (DEFAULT_SEEDS / "targets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (old,) = [row for row in rows if row["indicator_code"] == "publicity"]
    rows.append(old | {"valid_from": valid_from, "target_value": target, "floor_value": "0.5"})
    year, month, day = valid_from.split("-")
    assert day == "01"
    old["valid_to"] = f"{int(year) - 1}-12-31" if month == "01" else f"{year}-{int(month) - 1:02d}-30"
    with (folder / "targets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def restated(installation, tmp_path_factory):
    """Four editions: September and October; September corrected; a target for 2027; another for October."""
    made, extracts, seeds = installation(), tmp_path_factory.mktemp("extracts"), tmp_path_factory.mktemp("seeds")
    both = {"623021100": (20, 19), "623021101": (10, 10)}
    write_registry(extracts / "gpl_resident__623021__2026-09-30.csv", both)
    write_registry(extracts / "gpl_resident__623021__2026-10-31.csv", both)
    steps = [made]
    for name, valid_from, target in [("future", "2027-01-01", "0.9"), ("october", "2026-10-01", "0.9")]:
        write_seeds(seeds / name, valid_from, target)
        steps.append(replace(made, seeds=seeds / name))
    editions = []
    for number, step in enumerate([made, *steps]):
        if number == 1:
            write_registry(extracts / LATE, {"623021100": (20, 20)})
        run = step.shuangbai("run", "--landing", extracts)
        if step is steps[-1]:
            # A target for a month that is closed counts only once somebody has accepted it.
            assert run.returncode == 4 and "publicity" in run.stderr and "--accept-rules" in run.stderr, run.stderr
            assert (made.home / "editions" / "current").resolve().name == editions[-1]
            run = step.shuangbai("run", "--landing", extracts, "--accept-rules", "张三")
            assert "publicity" in run.stdout and "张三" in run.stdout
        assert run.returncode == 0, run.stdout + run.stderr
        editions.append((made.home / "editions" / "current").resolve().name)
    return made, editions


def test_what_changed_in_the_rules_is_in_the_edition_with_who_accepted_it(restated):
    made, editions = restated
    found = []
    for edition in editions:
        with duckdb.connect(str(made.home / "editions" / edition / "shuangbai.duckdb"), read_only=True) as database:
            found.append(
                database.execute(
                    """select column_name, first_day, last_day, was, becomes, accepted_by from fct_rule_change
                       where indicator_code = 'publicity' order by all"""
                ).fetchall()
            )
    day, october, december = date(2027, 1, 1), date(2026, 10, 1), date(2026, 12, 31)
    assert found == [
        [],
        [],
        [("floor_value", day, None, "0.8", "0.5", None), ("target_value", day, None, "1.0", "0.9", None)],
        [
            ("floor_value", october, december, "0.8", "0.5", "张三"),
            ("target_value", october, december, "1.0", "0.9", "张三"),
        ],
    ]
    told = json.loads((made.home / "editions" / editions[-1] / "edition.json").read_text(encoding="utf-8"))["rules"]
    assert told["edition_id"] == editions[-2] and told["accepted_by"] == "张三" and told["accepted_at"]
    assert all("publicity" in change["zh"] and "publicity" in change["en"] for change in told["changes"])


def listed(made, before: str, after: str, out: Path) -> list[dict[str, str]]:
    said = made.shuangbai("compare", before, after, "--out", out)
    assert said.returncode == 0, said.stdout + said.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        return [{name.split()[0]: cell for name, cell in row.items()} for row in csv.DictReader(file)]


def test_a_late_delivery_restates_what_it_touches_and_is_named(restated, tmp_path):
    made, (first, second, *_) = restated
    rows = listed(made, first, second, tmp_path / "late.csv")
    assert {row["有关文件"] for row in rows} == {LATE}
    assert {row["指标代码"] for row in rows} == {"publicity", ""}
    months = {
        row["区划代码"]: (row["已发布"].split()[0], row["现已知"].split()[0])
        for row in rows
        if row["指标代码"] and row["期间"].startswith("月")
    }
    assert months == dict.fromkeys(("623021100201", "623021100000"), ("19/20", "20/20")) | dict.fromkeys(
        ("623021000000", "623000000000", "620000000000"), ("29/30", "30/30")
    )
    assert {row["起始月"] for row in rows} == {"2026-09-01", "2026-07-01"}, (
        "October stands, and so does its year to date"
    )
    assert all("files landed since" in row["原因"] for row in rows)
    reached = next(row for row in rows if row["区划代码"] == "623021100000" and row["指标代码"])
    assert "< 100.0 % ▲" in reached["已发布"] and "≥ 100.0 % ●" in reached["现已知"]


def test_it_lists_exactly_what_differs(restated, tmp_path):
    made, (first, second, *_) = restated
    rows = listed(made, first, second, tmp_path / "all.csv")

    with duckdb.connect() as both:
        for name, edition in (("a", first), ("b", second)):
            both.execute(f"attach '{made.home}/editions/{edition}/shuangbai.duckdb' as {name} (read_only)")
        results, ranks = (
            both.execute(
                f"""select count(*) from (
                    select {columns} from b.{table} except select {columns} from a.{table})"""
            ).fetchone()[0]
            for table, columns in [
                (
                    "fct_indicator_result",
                    "period_kind, period_start, division_code, indicator_code, numerator, denominator, verdict",
                ),
                ("fct_ranking", "period_kind, period_start, division_code, score, rank, grade"),
            ]
        )
    assert sum(row["指标代码"] != "" for row in rows) == results > 0
    assert sum(row["指标代码"] == "" for row in rows) == ranks


def test_a_target_of_the_future_changes_no_closed_month(restated, tmp_path):
    made, (_, second, third, _) = restated
    assert listed(made, second, third, tmp_path / "future.csv") == []
    said = made.shuangbai("compare", second, third).stdout
    assert "No result and no rank differs" in said and "Targets that differ: 1" in said and "publicity" in said


def test_a_target_changed_for_the_past_is_given_as_the_reason(restated, tmp_path):
    made, (_, _, third, fourth) = restated
    rows = listed(made, third, fourth, tmp_path / "past.csv")
    assert {row["原因"] for row in rows if row["指标代码"]} == {"目标改动  target changed"}
    assert {row["指标代码"] for row in rows if row["指标代码"]} == {"publicity"}
    assert "2026-09-01" not in {row["起始月"] for row in rows}
    october = next(row for row in rows if row["区划代码"] == "623021100000" and row["指标代码"])
    assert "< 100.0 % ▲" in october["已发布"] and "≥ 90.0 % ◐" in october["现已知"]
    assert {row["有关文件"] for row in rows} == {""}


def test_editions_go_by_id_path_and_name(restated, tmp_path):
    made, (first, *_, third, fourth) = restated
    copied = tmp_path / "kept.duckdb"
    shutil.copy(made.home / "editions" / first / "shuangbai.duckdb", copied)
    expected = listed(made, first, fourth, tmp_path / "by_id.csv")
    assert listed(made, copied, "current", tmp_path / "by_path.csv") == expected
    assert listed(made, made.home / "editions" / first, fourth, tmp_path / "by_folder.csv") == expected
    assert listed(made, "previous", "current", tmp_path / "a.csv") == listed(made, third, fourth, tmp_path / "b.csv")
    assert made.shuangbai("compare", first, fourth, "--out", tmp_path / "sheet.xlsx").returncode == 0
    sheet = CalamineWorkbook.from_path(tmp_path / "sheet.xlsx").get_sheet_by_index(0).to_python()
    assert len(sheet) == len(expected) + 1


def test_what_cannot_be_compared_is_said_in_both_languages(restated, tmp_path):
    made, (first, *_) = restated
    (tmp_path / "no.duckdb").write_text("not a database", encoding="utf-8")
    for arguments, zh, en in [
        ((first, "nothing"), "没有版本 nothing", f"There is no edition nothing.*{first}"),
        (("2", "current"), "对应不止一个版本", "more than one edition"),
        ((first, tmp_path / "no.duckdb"), "不是版本文件", "no edition's file"),
        ((first, "current", "--out", tmp_path / "x.pdf"), "x.pdf", "one of .csv .xlsx"),
    ]:
        refused = made.shuangbai("compare", *arguments)
        assert refused.returncode == 1 and "Traceback" not in refused.stderr
        assert zh in refused.stderr and en.split(".*")[0] in refused.stderr and en.split(".*")[-1] in refused.stderr
