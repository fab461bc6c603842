"""Waivers and the townships' answers: kept whole, and never two that contradict each other."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from orchestration.lake.waivers import in_force, waivers_digest
from orchestration.workbench import Answer, Failing, ImportOutcome, RowKey, WorkbenchError

TODAY = dt.date(2026, 11, 3)
UNTIL = dt.date(2026, 12, 31)
TOWN, OTHER = "623021100000", "623021101000"
ROW = RowKey("gpl_id_valid", "gpl_resident", "A-001", TOWN)


def waive(workbench, *rows: RowKey, until: dt.date = UNTIL):
    return workbench.waive(list(rows), "李质", "proven_right", "上门看过", until, today=TODAY)


def test_a_waiver_says_who_why_and_until_when(workbench):
    (waiver,) = waive(workbench, ROW)
    assert (waiver.rule_id, waiver.source, waiver.record_ref, waiver.division_code) == (
        ROW.rule_id, ROW.source, ROW.record_ref, TOWN,
    )  # fmt: skip
    assert (waiver.author, waiver.reason, waiver.comment, waiver.expires_on) == (
        "李质", "proven_right", "上门看过", UNTIL,
    )  # fmt: skip
    assert abs(waiver.created_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert waiver.is_active and workbench.waivers() == [waiver]
    assert waiver.counts_on(UNTIL) and not waiver.counts_on(UNTIL + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"actor": " "}, "请填写姓名"),
        ({"comment": "　\n"}, "请填写说明"),
        ({"reason": ""}, "没有"),
        ({"reason": "corrected"}, "没有"),
        ({"expires_on": TODAY - dt.timedelta(days=1)}, "不能早于今天"),
        ({"expires_on": None}, "不能早于今天"),
        ({"rows": []}, "先选中"),
    ],
)
def test_a_waiver_without_reason_author_or_end_is_refused(workbench, change, says):
    whole = {"rows": [ROW], "actor": "李质", "reason": "other", "comment": "看过", "expires_on": TODAY, "today": TODAY}
    with pytest.raises(WorkbenchError, match=says):
        workbench.waive(**whole | change)
    assert workbench.waivers() == []
    assert workbench.waive(**whole)


def test_a_new_waiver_takes_the_place_of_the_former(workbench):
    (first,) = waive(workbench, ROW)
    (second,) = waive(workbench, ROW, until=UNTIL + dt.timedelta(days=90))
    assert workbench.waivers(is_active=True) == [second]
    (former,) = workbench.waivers(is_active=False)
    assert former.id == first.id and former.withdrawn_by == "李质" and former.expires_on == UNTIL


def test_a_withdrawn_waiver_stays_as_history_and_is_withdrawn_once(workbench):
    (waiver,) = waive(workbench, ROW)
    gone = workbench.withdraw(waiver.id, "王数", "看错了")
    assert (gone.withdrawn_by, gone.withdrawn_comment, gone.comment) == ("王数", "看错了", "上门看过")
    assert not gone.counts_on(TODAY) and workbench.waivers(is_active=False) == [gone]
    with pytest.raises(WorkbenchError, match="王数"):
        workbench.withdraw(waiver.id, "李质", "我也要撤")
    with pytest.raises(WorkbenchError, match="没有编号"):
        workbench.withdraw(waiver.id + 1, "李质", "撤销")
    assert waive(workbench, ROW)[0].is_active


def test_rows_are_waived_all_or_none_and_each_once(workbench):
    assert len(waive(workbench, ROW, ROW, RowKey("gpl_id_valid", "gpl_resident", "A-002", OTHER))) == 2
    assert [w.record_ref for w in workbench.waivers(division_code=OTHER)] == ["A-002"]
    assert workbench.waivers(rule_id="gpl_id_present") == []
    before = workbench.waivers()
    with pytest.raises(WorkbenchError):
        waive(workbench, RowKey("gpl_id_valid", "gpl_resident", "A-003"), RowKey("gpl_id_valid", "gpl_resident", None))
    assert workbench.waivers() == before


def test_the_digest_follows_the_set_and_nothing_else(workbench):
    other = RowKey("gpl_id_valid", "gpl_resident", "A-002", OTHER)

    def digest() -> str:
        return waivers_digest(in_force(workbench.waivers(is_active=True)))

    seen = [digest()]
    for step in (
        lambda: waive(workbench, ROW),
        lambda: waive(workbench, other),
        lambda: waive(workbench, ROW, until=UNTIL + dt.timedelta(days=1)),
    ):
        step()
        seen.append(digest())
    assert len(set(seen)) == 4
    waive(workbench, ROW, until=UNTIL)
    assert digest() == seen[2], "the same rows and days again, given later"
    workbench.withdraw(workbench.waivers(is_active=True)[0].id, "李质", "撤")
    workbench.withdraw(workbench.waivers(is_active=True)[0].id, "李质", "撤")
    assert digest() == seen[0]


def test_waiving_is_in_the_history_of_the_incident(workbench):
    workbench.sync("run1", TODAY, [Failing(ROW.rule_id, ROW.source, TOWN, 3, True)])
    (waiver, _) = waive(workbench, ROW, RowKey(ROW.rule_id, ROW.source, "A-002", TOWN))
    workbench.withdraw(waiver.id, "王数", "看错了")
    incident = workbench.incident(workbench.incidents()[0].id)
    assert [(e.action, e.actor, e.rows) for e in incident.history[1:]] == [
        ("waive", "李质", 2),
        ("withdraw", "王数", 1),
    ]
    assert incident.version == 1


@pytest.fixture
def ledger(home):
    """Three rows that the ledger of failures knows."""
    home.quality.mkdir(parents=True)
    duckdb.execute(
        f"""copy (
            select
                'gpl_id_valid' as rule_id, 'gpl_resident' as source, unnest(['A-001', 'A-002', 'B-001']) as record_ref,
                unnest(['{TOWN}', '{TOWN}', '{OTHER}']) as division_code
        ) to '{home.quality / "ledger.parquet"}'"""
    )


def answer(record: str, said: str = "corrected", comment: str = "", town: str | None = TOWN) -> Answer:
    return Answer("gpl_id_valid", "gpl_resident", record, town, said, comment)


def test_answers_are_new_the_same_or_of_unknown_rows(workbench, ledger):
    told = [answer("A-001"), answer("A-002", "cannot_tell", "  人在外地 "), answer("A-009"), answer("B-001")]
    assert workbench.record_answers(told, "张乡", "城关镇.xlsx") == ImportOutcome(new=2, same=0, unknown=2)
    assert workbench.record_answers(told, "张乡", "城关镇.xlsx") == ImportOutcome(new=0, same=2, unknown=2)
    changed = [answer("A-001", "right_as_is"), answer("A-002", "cannot_tell", "人在外地", town=None)]
    assert workbench.record_answers(changed, "赵乡", "城关镇2.xlsx") == ImportOutcome(new=1, same=1, unknown=0)
    assert {(a.record_ref, a.answer, a.comment, a.actor) for a in workbench.answers(division_code=TOWN)} == {
        ("A-001", "right_as_is", "", "赵乡"),
        ("A-002", "cannot_tell", "人在外地", "张乡"),
    }
    (former,) = workbench.answers(is_newest=False)
    assert (former.record_ref, former.answer, former.file_name) == ("A-001", "corrected", "城关镇.xlsx")
    assert workbench.answers(rule_id="gpl_id_present") == []


def test_an_answer_that_names_a_person_refuses_the_whole_file(workbench, ledger):
    with pytest.raises(WorkbenchError, match="A-002") as told:
        workbench.record_answers([answer("A-001"), answer("A-002", comment="电话13800138000")], "张乡", "城关镇.xlsx")
    assert "13800138000" not in str(told.value)
    with pytest.raises(WorkbenchError, match="没有"):
        workbench.record_answers([answer("A-001"), answer("A-002", "maybe")], "张乡", "城关镇.xlsx")
    assert workbench.answers() == []


def test_without_a_ledger_every_row_is_unknown(workbench):
    assert workbench.record_answers([answer("A-001")], "张乡", "城关镇.xlsx") == ImportOutcome(0, 0, 1)
