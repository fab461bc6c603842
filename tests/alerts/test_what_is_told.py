"""What is told, once, to whom, and when it is over; and never a row."""

from __future__ import annotations

import re
import string

import pytest

from orchestration.installation.messages import command_line_messages
from orchestration.installation.run_record import RunRecord, text
from orchestration.workbench import Workbench

TOWN, OTHER = "623021100000", "623021101000"
CANARIES = ("CANARY", "hidden")


@pytest.fixture
def robot(county, robots, channel):
    """A group that is told everything."""
    robot = robots()
    county.configure(channel("wecom", robot.address))
    return robot


def said(robot) -> str:
    """The newest message."""
    return robot.received[-1]["markdown"]["content"]


def test_off_until_configured(county):
    record = county.run()
    assert record.alerts == [] and not county.home.workbench.exists()


def test_a_first_digest_says_by_rule_delivery_and_deadline_how_many_and_where(county, robot):
    assert county.run().alerts == []
    lines = said(robot).splitlines()
    assert lines[0] == "### 双百数据质量：新出现 1 类错误，缺报 1 份，3 件即将到期"
    assert "- 身份号码无效：7 行（新城镇 5、城关镇 2）" in lines
    assert "- 2026-10 国家平台个案：缺 1 份（新城镇）" in lines
    assert "- 2026-11-16 到期，协查按期办结率：3 件（城关镇 3）" in lines
    assert "行数异常" not in said(robot), "a warning is no error; the missing delivery is told by itself"
    assert "gone_rule" not in said(robot) and "waived_rule" not in said(robot)


def test_in_english_and_with_synthetic_data_marked(county, robots, channel):
    robot, county.is_synthetic = robots(), True
    county.write_edition()
    county.configure(channel("wecom", robot.address), language="en")
    county.run()
    assert said(robot).startswith(
        "### [synthetic data] Shuangbai data quality: new errors: 1; missing deliveries: 1; due soon: 3"
    )
    assert "- The identity number is not valid; rows: 7 (Xincheng 5, Chengguan 2)" in said(robot)
    assert re.search(r"[一-鿿]", said(robot)) is None


def test_never_a_row_a_file_or_a_case(county, robots, channel, post_office, mail, everything_said):
    robot, dingtalk, (postbox, port) = robots(), robots(), post_office()
    county.configure(channel("wecom", robot.address), channel("dingtalk", dingtalk.address, name="ding"), mail(port))
    reason = text("rules.blocked", count=2)
    leak = {"zh": "电话 138 0013 8000 重复", "en": "phone 138 0013 8000 twice"}
    records = [county.run(), county.run("blocked", (reason, leak)), county.run()]
    told = repr(robot.received) + repr(dingtalk.received) + repr([m.content for m in postbox.messages])
    assert "--accept-rules" in told
    for canary in (*CANARIES, "138 0013"):
        assert canary not in told
        assert canary not in "".join(everything_said(record) for record in records) or canary == "138 0013"


def test_the_same_is_not_told_twice(county, robot):
    county.run()
    county.failing["gpl_id_valid", TOWN] = 9
    county.write()
    county.run()
    assert len(robot.received) == 1


def test_only_what_is_new_is_told(county, robot):
    county.run()
    county.failing["padis_id_valid", TOWN] = 4
    county.due[TOWN, "2026-11-17"] = 1
    county.write()
    county.run()
    assert "padis_id_valid：4 行（城关镇 4）" in said(robot), "a rule that the edition has no words for yet"
    assert "2026-11-17" in said(robot) and "2026-11-16" not in said(robot) and "身份号码无效" not in said(robot)


def test_what_is_over_is_told_once_and_may_come_back(county, robot):
    county.run()
    former = county.failing.pop(("gpl_id_valid", TOWN))
    county.missing.clear()
    county.write()
    county.run()
    assert said(robot).splitlines()[0] == "### 双百数据质量：1 类错误已消除，1 项缺报已补"
    assert "- 身份号码无效（城关镇）" in said(robot) and "- 2026-10 国家平台个案（新城镇）" in said(robot)
    county.run()
    assert len(robot.received) == 2
    county.failing["gpl_id_valid", TOWN] = former
    county.write()
    county.run()
    assert "- 身份号码无效：2 行（城关镇 2）" in said(robot) and len(robot.received) == 3


def test_a_deadline_passes_in_silence(county, robot):
    county.run()
    county.due.clear()
    county.write()
    county.run()
    assert len(robot.received) == 1
    county.due[TOWN, "2026-11-16"] = 1
    county.write()
    county.run()
    assert "2026-11-16" in said(robot)


@pytest.mark.parametrize("state", ["blocked", "failed", "refused"])
def test_a_run_that_did_not_publish_is_told_with_its_reason_and_its_end(county, robot, state):
    county.run()
    reason = text("run.warehouse_busy", file="warehouse.duckdb")
    county.run(state, (reason,))
    assert said(robot).splitlines()[0] == "### 双百数据质量：新数据未能发布"
    assert f"- {reason['zh']}" in said(robot)
    county.run(state, (reason,))
    assert len(robot.received) == 2
    county.run()
    assert said(robot).splitlines()[0] == "### 双百数据质量：已恢复发布"


def test_what_cannot_be_looked_at_has_not_recovered(county, robot):
    county.run()
    (county.home.quality / "ledger.parquet").unlink()
    county.home.current_edition.unlink()
    county.run()
    county.write_ledger()
    county.write_edition(without="fct_delivery")
    county.run()
    assert len(robot.received) == 1


def test_a_blocked_first_run_is_told_without_any_edition(county, robot):
    county.home.current_edition.unlink()
    county.run("blocked", (text("run.warehouse_busy", file="warehouse.duckdb"),))
    assert "- gpl_id_valid：7 行（623021101000 5、623021100000 2）" in said(robot)


def test_the_hours_are_those_of_the_settings(county, robots, channel):
    robot = robots()
    county.configure(channel("wecom", robot.address), due_within_hours=12)
    county.run()
    assert "到期" not in said(robot)


def test_a_channel_that_failed_is_told_later_what_the_others_know(county, robots, channel):
    good, bad = robots(), robots("500")
    county.configure(channel("wecom", good.address, name="good"), channel("wecom", bad.address, name="bad"))
    record = county.run()
    assert [note["zh"] for note in record.alerts] == ["提醒渠道“bad”：对方没有接受，答复代码 500。"]
    assert record.state == "published" and len(good.received) == len(bad.received) == 1
    bad.answer = "ok"
    assert county.run().alerts == []
    assert len(bad.received) == 2 and len(good.received) == 1 and bad.received[-1] == good.received[0]


def test_what_was_never_told_is_never_called_over(county, robots, channel):
    robot = robots("500")
    county.configure(channel("wecom", robot.address))
    county.run()
    robot.answer = "ok"
    county.failing.clear()
    county.write()
    county.run()
    assert "身份号码无效" not in said(robot) and "缺报 1 份" in said(robot)


def test_many_are_cut_short_and_counted(county, robot):
    county.failing = {(f"rule_{number:03d}", f"6230211{town:02d}000"): 1 for number in range(40) for town in range(9)}
    county.write()
    county.run()
    shown = [line for line in said(robot).splitlines() if line.startswith("- rule_")]
    assert len(shown) == 12 and "另 3 处" in shown[0] and "- ……另有 28 项" in said(robot)
    assert len(said(robot).encode()) <= 4096


def test_wecom_takes_no_more_than_it_can(county, robots, channel):
    robot = robots()
    county.configure(channel("wecom", robot.address))
    reasons = [{"zh": "很长的原因" * 50, "en": "long"} for _ in range(12)]
    county.run("blocked", tuple(reasons))
    assert 3000 < len(said(robot).encode()) <= 4096 and said(robot).endswith("……其余见看板。")


def test_a_workbench_that_is_not_there_costs_a_note_and_no_message(county, robot, monkeypatch, everything_said):
    monkeypatch.setenv("SHUANGBAI_WORKBENCH_URL", "postgresql://clerk:hidden@127.0.0.1:1/workbench")
    record = county.run()
    assert len(record.alerts) == 1 and robot.received == []
    assert "hidden" not in everything_said(record) and record.state == "published"


def test_nothing_that_goes_wrong_fails_the_run(county, robot, everything_said):
    (county.home.quality / "ledger.parquet").write_bytes(b"no ledger")
    record = county.run()
    assert len(record.alerts) == 1 and record.state == "published"
    assert "Traceback" in everything_said(record)


def test_the_record_of_the_run_keeps_what_became_of_it(county, robot, everything_said):
    assert '"alerts": [' in everything_said(county.run()) and RunRecord.begin(county.home).alerts == []


def test_the_memory_is_of_the_channel(county, robot):
    county.run()
    workbench = Workbench.open(county.home)
    assert {condition.kind for condition in workbench.announced("group")} == {"failing", "missing", "due"}
    assert workbench.announced("another") == frozenset()


def test_no_reason_to_block_names_a_row():
    """What the catalogue's words for a failed check may hold: alerts repeat them."""
    say = command_line_messages()
    keys = {"run.test_failed", "run.expectation_failed"} | {key for key in say.keys if key.startswith("rules.")}
    held = {name for key in keys for _, name, _, _ in string.Formatter().parse(say._texts[key]["zh"]) if name}
    assert held and not held & {"record_ref", "record_no", "case_ref", "source_row", "source_file", "person_key"}
