"""One failure's life: planted, seen, assigned, still there, waived, expired, mended, and back again.

Walks a single row that rents a house without a number through every delivery and every hand it passes, as
`test_one_fact.py` walks a row that is right. The shortest true description of the quality workbench.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from stdnum.cn import ric

from orchestration.installation.paths import Home
from orchestration.workbench import ConcurrentEditError, RowKey, Workbench

COLUMNS = (
    *("档案编号", "户编号", "公民身份号码", "性别", "出生日期", "户籍地代码", "现居住地代码", "流入日期", "居住方式"),
    *("房屋编号", "联系电话", "档案状态", "登记时间", "更新时间", "服务联系卡", "宣传告知"),
)
RULE, SOURCE, RECORD = "gpl_house_if_renting", "gpl_resident", "623021100-007"
OURS, THEIRS = "623021100", "623021101"
FILES = 20
LINE = 9  # The header is line 1, record 000 line 2.


def write_registry(path: Path, townships: tuple[str, ...], house_no: str = "") -> Path:
    """Twenty files a township, all right but for the one that rents and has `house_no`, ours only."""
    as_of = path.stem[-10:]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for township in townships:
            for number in range(FILES):
                record = f"{township}-{number:03d}"
                person = f"62290119800101{2 * number + (100 if township == THEIRS else 0):03d}"
                is_renting = record == RECORD
                writer.writerow(
                    [
                        *(record, record, person + ric.calc_check_digit(f"{person}?"), "女", "1980-01-01", "622901"),
                        *(f"{township}201", "2025-01-01", "租房" if is_renting else "自购房"),
                        *(house_no if is_renting else "", "13912345678", "在管"),
                        *("2025-01-02 08:00:00", f"{as_of} 08:00:00", "是", "是"),
                    ]
                )
    return path


class Story:
    """The county in its own home, and what can be seen of the one row after each step."""

    def __init__(self, installation, extracts: Path) -> None:
        self.installation, self.extracts = installation, extracts
        self.seen: dict[str, SimpleNamespace] = {}

    @property
    def workbench(self) -> Workbench:
        return Workbench.open(Home(self.installation.home))

    def deliver(self, as_of: str, *townships: str, scope: str = "623021", house_no: str = "") -> None:
        write_registry(self.extracts / f"gpl_resident__{scope}__{as_of}.csv", townships, house_no)

    def run(self, step: str, exit_code: int = 0) -> None:
        said = self.installation.shuangbai("run", "--landing", self.extracts)
        assert said.returncode == exit_code, said.stdout + said.stderr
        self.seen[step] = self.look()

    def look(self) -> SimpleNamespace:
        with self.installation.published() as edition:

            def one(sql: str) -> SimpleNamespace | None:
                result = edition.execute(sql)
                names, row = [column[0] for column in result.description], result.fetchone()
                return SimpleNamespace(**dict(zip(names, row, strict=True))) if row else None

            key = f"rule_id = '{RULE}' and source = '{SOURCE}' and record_ref = '{RECORD}'"
            ours = f"division_code = '{OURS}000'"
            return SimpleNamespace(
                failure=one(f"from fct_quality_failure where {key}"),
                accuracy={
                    f"{month:%m}": (met, cases)
                    for month, met, cases in edition.execute(
                        f"""select period_start, numerator, denominator from fct_indicator_result
                            where {ours} and indicator_code = 'data_accuracy' and period_kind = 'month'"""
                    ).fetchall()
                },
                waived={
                    f"{month:%m}": rows
                    for month, rows in edition.execute(
                        f"""select period_start, waived_rows from fct_quality_waived
                            where {ours} and indicator_code = 'data_accuracy'"""
                    ).fetchall()
                },
                impact=one(
                    f"""from fct_quality_impact where rule_id = '{RULE}' and {ours}
                        and indicator_code = 'data_accuracy' order by period_start desc limit 1"""
                ),
                incidents=self.workbench.incidents(rule_id=RULE, division_code=f"{OURS}000"),
            )


@pytest.fixture(scope="module")
def story(installation, tmp_path_factory):
    told = Story(installation(), tmp_path_factory.mktemp("extracts"))
    told.deliver("2026-06-30", OURS, THEIRS)
    told.run("seen")

    (incident,) = told.seen["seen"].incidents
    clerk = told.workbench
    clerk.acknowledge(incident.id, incident.version, "李质", "being_looked_into", "已看到")
    with pytest.raises(ConcurrentEditError) as told.too_late:
        clerk.assign(incident.id, incident.version, "王数", "张乡", "being_looked_into", "请核实")
    clerk.assign(incident.id, told.too_late.value.incident.version, "王数", "张乡", "being_looked_into", "请核实")

    told.deliver("2026-07-31", THEIRS, scope=THEIRS)
    told.run("only the neighbour delivered")
    told.deliver("2026-07-31", OURS, scope=OURS)
    told.run("still there")

    row = RowKey(rule_id=RULE, source=SOURCE, record_ref=RECORD, division_code=f"{OURS}000")
    clerk.waive([row], "李质", "proven_right", "住村集体房屋，无编号", dt.date(2026, 8, 15), today=dt.date(2026, 8, 3))
    told.run("waived")
    told.run("nothing new", exit_code=3)
    told.deliver("2026-08-31", OURS, THEIRS)
    told.run("expired")
    told.deliver("2026-09-30", OURS, THEIRS, house_no="H-1")
    told.run("mended")
    told.deliver("2026-10-31", OURS, THEIRS)
    told.run("back")
    return told


def test_it_is_seen_down_to_file_and_line_and_what_it_does(story):
    seen = story.seen["seen"]
    assert (seen.failure.source_file, seen.failure.source_row) == ("gpl_resident__623021__2026-06-30.csv", LINE)
    assert (seen.failure.resolved_on, seen.failure.runs_failing, seen.failure.is_waived) == (None, 1, False)
    assert seen.failure.division_code == f"{OURS}000"
    assert seen.accuracy["06"] == (FILES - 1, FILES)
    assert (seen.impact.value, seen.impact.value_if_all_good, seen.impact.value_if_all_bad) == (0.95, 1.0, 0.95)
    assert seen.impact.crosses_target, "98 % is reached only if the row is right"
    (incident,) = seen.incidents
    assert (incident.status, incident.assignee) == ("new", None)


def test_two_clerks_at_once_do_not_undo_each_other(story):
    assert story.too_late.value.incident.status == "acknowledged"
    (incident,) = story.seen["only the neighbour delivered"].incidents
    assert (incident.status, incident.assignee) == ("assigned", "张乡")
    history = story.workbench.incident(incident.id).history
    assert [(event.actor, event.to_status) for event in history if event.action in ("acknowledge", "assign")] == [
        ("李质", "acknowledged"),
        ("王数", "assigned"),
    ]


def test_a_township_that_did_not_deliver_resolves_nothing(story):
    before, after = story.seen["seen"].failure, story.seen["only the neighbour delivered"].failure
    assert after.resolved_on is None and after.period_start == before.period_start == dt.date(2026, 6, 1)


def test_a_repeat_joins_the_open_incident(story):
    seen = story.seen["still there"]
    assert seen.failure.source_file == "gpl_resident__623021100__2026-07-31.csv"
    # In June's run, in the neighbour's (its later clock ends June's terms, so June is tested again), and in this one.
    assert seen.failure.runs_failing == 3 and seen.failure.period_start == dt.date(2026, 7, 1)
    (incident,) = seen.incidents
    assert incident.id == story.seen["seen"].incidents[0].id and incident.status == "assigned"


def test_the_next_build_honours_the_waiver_and_says_so(story):
    seen = story.seen["waived"]
    assert seen.accuracy == {"06": (FILES, FILES), "07": (FILES, FILES)}
    assert seen.waived["07"] == 1
    assert seen.failure.is_waived and seen.failure.resolved_on is None
    (incident,) = seen.incidents
    assert incident.status == "resolved", "nothing is left to mend"


def test_an_expired_waiver_counts_no_more_and_rewrites_nothing(story):
    seen = story.seen["expired"]
    assert seen.accuracy == {"06": (FILES, FILES), "07": (FILES, FILES), "08": (FILES - 1, FILES)}
    assert seen.waived.get("08", 0) == 0 and seen.waived["07"] == 1
    assert not seen.failure.is_waived and seen.failure.resolved_on is None
    opened = [incident for incident in seen.incidents if incident.status != "resolved"]
    assert [incident.previous_id for incident in opened] == [story.seen["seen"].incidents[0].id]


def test_a_clean_delivery_resolves_it_and_ends_the_incident(story):
    seen = story.seen["mended"]
    assert seen.failure.resolved_on is not None
    assert seen.accuracy["09"] == (FILES, FILES) and seen.accuracy["08"] == (FILES - 1, FILES)
    assert {incident.status for incident in seen.incidents} == {"resolved"}
    last = story.workbench.incident(max(incident.id for incident in seen.incidents)).history[-1]
    assert last.to_status == "resolved"


def test_what_comes_back_is_known_again(story):
    seen = story.seen["back"]
    assert seen.failure.times_reopened == 1 and seen.failure.resolved_on is None
    assert seen.failure.first_seen <= seen.failure.reopened_on
    assert [incident.status for incident in seen.incidents if incident.status != "resolved"] == ["new"]
    assert len(seen.incidents) == 3
