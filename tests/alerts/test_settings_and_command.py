"""alerts.yml is read strictly, and `shuangbai alerts` shows and tries it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.alerts import AlertsError, read_settings
from orchestration.cli import app
from orchestration.installation.run_record import RunRecord

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
# The example of the README, from its first line to the end of its block.
GOOD = re.search(r"```yaml\n(language: .*?)```", README, flags=re.S)[1]


@pytest.fixture
def written(county):
    def write(content: str):
        county.home.alerts.write_text(content, encoding="utf-8")
        return county.home

    return write


def test_the_example_of_the_readme_is_what_is_read(written):
    settings = read_settings(written(GOOD))
    kinds = {channel.name: channel.kind for channel in settings.channels}
    assert kinds == {"office": "email", "group": "dingtalk", "leaders": "wecom", "phones": "apprise"}
    assert (settings.language, settings.due_within_hours, settings.timeout_seconds) == ("zh", 48, 10)


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("    host: smtp.county.example\n", "", 4, "缺少 channels.0.host"),
        ("    username: clerk\n", "    password: hidden-password\n", 11, "不认识 channels.0.password"),
        ("port: 465", "port: hidden-port", 7, "channels.0.port 的值不对"),
        ("security: tls", "security: plain", 4, "channels.0 的值不对"),
        ("    password_variable: OFFICE_PASSWORD", "    #", 4, "channels.0 的值不对"),
        ("[quality@county.example]", "[]", 9, "recipients 的值不对"),
        ("quality@county.example", "'quality@county.example, other@x.example'", 9, "recipients.0 的值不对"),
        ("kind: email", "kind: pigeon", 4, "channels.0 的值不对"),
        ("kind: wecom", "kind: email", 18, "缺少 channels.2.host"),
        ("name: group", "name: office", 1, "渠道名称不能重复"),
        ("due_within_hours: 48", "due_within_hours: -1", 2, "due_within_hours 的值不对"),
        ("due_within_hours: 48", "language: en", 2, "无法读取"),
        ("[quality@county.example]", "[quality", 10, "无法读取"),
        (GOOD, "", 1, "缺少 channels"),
        (GOOD, "- a list", 1, "不对"),
        (GOOD, "channels: []", 1, "channels 的值不对"),
    ],
)
def test_a_fault_is_named_with_its_line_and_never_its_value(written, before, after, line, says):
    assert before in GOOD
    with pytest.raises(AlertsError) as told:
        read_settings(written(GOOD.replace(before, after, 1)))
    zh, en = told.value.text["zh"], told.value.text["en"]
    assert zh.startswith(f"alerts.yml 第 {line} 行") and says in zh, zh
    assert f"alerts.yml, line {line}" in en or "alerts.yml cannot be read" in en
    assert "hidden" not in str(told.value)


def test_a_faulty_file_costs_the_run_a_note(county, written):
    written("channels: 3")
    assert [note["zh"][:10] for note in county.run().alerts] == ["alerts.yml"]


@pytest.fixture
def shuangbai(county, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_HOME", str(county.home.root))
    return lambda *arguments: CliRunner().invoke(app, ["alerts", *arguments])


def test_without_a_file_the_command_says_how(shuangbai):
    for arguments in ([], ["--dry-run"]):
        done = shuangbai(*arguments)
        assert done.exit_code == 1 and "alerts.yml" in done.stderr and "Alerts are off" in done.stderr


def test_a_dry_run_shows_what_would_go_and_sends_nothing(county, shuangbai, robots, channel):
    robot = robots()
    county.configure(channel("wecom", robot.address))
    assert shuangbai("--dry-run").exit_code == 1, "there has been no run"
    record = RunRecord.begin(county.home)
    record.state = "published"
    record.finish(county.home)
    for _ in range(2):
        done = shuangbai("--dry-run")
        assert done.exit_code == 0 and "身份号码无效：7 行（新城镇 5、城关镇 2）" in done.stdout
    assert robot.requests == []
    county.run()
    done = shuangbai("--dry-run")
    assert "没有新的内容要发" in done.stdout and len(robot.requests) == 1


def test_a_test_message_says_where_it_arrived(county, shuangbai, robots, channel):
    good, bad = robots(), robots("500")
    county.configure(channel("wecom", good.address, name="good"), channel("dingtalk", bad.address, name="bad"))
    done = shuangbai()
    assert done.exit_code == 1 and "● good" in done.stdout and "▲ bad" in done.stdout and "500" in done.stdout
    assert "提醒测试" in good.received[0]["markdown"]["content"] and "身份号码无效" not in str(good.received)
    bad.answer = "ok"
    assert shuangbai().exit_code == 0
    assert "hidden-key" not in done.output
    county.run()
    assert "身份号码无效" in str(good.received[-1]), "a test is no announcement"
