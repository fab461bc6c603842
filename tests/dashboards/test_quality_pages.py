"""The quality pages say what the ledger holds, counted here in plain Python, and write what people decide."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access.readers import Reader
from dashboards.access.rights import Rights
from dashboards.components import workbench_session
from orchestration.installation.paths import Home
from orchestration.landing.batch import BatchRecord, lake_path, read_batches
from orchestration.workbench import RowKey, Workbench
from orchestration.workbench.failures import failing_now

PAGES = Path(__file__).resolve().parents[2] / "dashboards" / "pages"
TOWNSHIP, TODAY = "623021102000", dt.date(2026, 11, 16)
PERSON = "62302119900307" + "1234"


def run(name: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(next(PAGES.glob(f"*_{name}.py"))), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    return checked(app)


def checked(app: AppTest) -> AppTest:
    assert not app.exception, app.exception[0].message
    return app


def shown(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html")).replace("\u2009", "")


@pytest.fixture
def home(published_home, tmp_path, monkeypatch):
    """A home of one's own, with the incidents of its failures."""
    root = tmp_path / "home"
    shutil.copytree(published_home, root, symlinks=True)
    monkeypatch.setenv("SHUANGBAI_HOME", str(root))
    home = Home(root)
    Workbench.open(home).sync("run-1", TODAY, failing_now(home, "run-1"))
    return home


@pytest.fixture
def change(home):
    def change(*statements: str) -> None:
        with duckdb.connect(str(home.current_edition / "shuangbai.duckdb")) as database:
            for statement in statements:
                database.execute(statement)

    return change


@pytest.fixture
def ledger(published_home) -> list[dict]:
    edition = published_home / "editions" / "current" / "shuangbai.duckdb"
    with duckdb.connect(str(edition), read_only=True) as database:
        cursor = database.execute("select * from fct_quality_failure")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def told(row: dict) -> set[str]:
    """Which of the five counts a row is in."""
    if row["resolved_on"]:
        return {"mended"} if row["resolved_on"] == TODAY else set()
    if row["is_waived"]:
        return {"waived"}
    new = row["first_seen"] == TODAY
    return {"open"} | ({"new"} if new else set()) | ({"reopened"} if row["reopened_on"] == TODAY and not new else set())


def counts(rows: list[dict]) -> Counter:
    return Counter(name for row in rows for name in told(row))


class TestTheMorning:
    def test_says_what_the_ledger_holds(self, home, ledger):
        found = counts(ledger)
        text = shown(run("quality", lang="zh")).partition("</h1>")[0]
        rules = {(row["rule_id"], row["source"]) for row in ledger if "open" in told(row)}
        assert f"还有{found['open']:,}行待更正，涉及{len(rules)}条规则" in text
        assert f"新增{found['new']}行；又现{found['reopened']}行；更正了{found['mended']}行" in text

    @pytest.mark.parametrize("by", ["rule", "township", "dimension", "source"])
    def test_every_way_to_count_adds_up_to_the_whole(self, home, ledger, by):
        from dashboards import queries
        from dashboards.edition import current_edition

        narrowed = queries.ledger.Narrowed("623021000000")
        parts = queries.ledger.counted(current_edition(), "zh", narrowed)[by]
        assert {name: sum(part[name] for part in parts) for name in ("open", "new", "mended")} == {
            name: counts(ledger)[name] for name in ("open", "new", "mended")
        }

    @pytest.mark.parametrize("state", ["open", "new", "reopened", "mended", "waived"])
    @pytest.mark.parametrize(
        ("query", "holds"),
        [
            ({}, lambda row: True),
            ({"division": TOWNSHIP}, lambda row: row["division_code"] == TOWNSHIP),
            ({"rule": "gpl_id_valid", "source": "gpl_resident"}, lambda row: row["rule_id"] == "gpl_id_valid"),
            ({"source": "exchange_message"}, lambda row: row["source"] == "exchange_message"),
            ({"dimension": "timeliness"}, lambda row: row["rule_id"] == "gpl_update_order"),
        ],
        ids=["all", "township", "rule", "source", "dimension"],
    )
    def test_lists_exactly_the_rows_of_a_state(self, home, ledger, state, query, holds):
        app = run("quality", lang="zh", rows=state, **query)
        expected = sorted(row["record_ref"] for row in ledger if holds(row) and state in told(row))
        found: list[str] = list(app.dataframe[0].value["record_ref"]) if app.dataframe else []
        for leaf in range(2, -(-len(expected) // 50) + 1):
            found += list(run("quality", lang="zh", rows=state, leaf=str(leaf), **query).dataframe[0].value.record_ref)
        assert sorted(found) == expected

    def test_a_row_leads_to_file_sheet_and_line(self, home):
        columns = run("quality", lang="zh", source="gpl_resident", rule="landing:repeated_row").dataframe[0].value
        assert {"source_file", "sheet_name", "source_row"} <= set(columns)

    @pytest.mark.parametrize("leaf", ["0", "-1", "99999", "9" * 30, "x", "²"])
    def test_takes_any_page_in_the_address(self, home, leaf):
        assert run("quality", lang="zh", leaf=leaf).dataframe

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_first_checks_are_not_called_new(self, change, language):
        change(
            "delete from fct_quality_failure where resolved_on is not null",
            f"update fct_quality_failure set first_seen = '{TODAY}', last_seen = '{TODAY}', reopened_on = null",
        )
        text = shown(run("quality", lang=language))
        assert {"zh": "第一次校验", "en": "first checks"}[language] in text
        assert {"zh": "新增", "en": "are new"}[language] not in text.partition("</h1>")[0]

    def test_ranges_are_drawn_from_a_target_that_is_lower_than_all_of_them(self, change):
        change("update fct_quality_impact set target_value = 0.01")
        assert 'class="span"' in shown(run("quality", lang="zh"))

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_nothing_fails(self, change, language):
        change("update fct_quality_failure set resolved_on = '2026-11-05', last_seen = '2026-11-16'",
               "delete from fct_quality_impact", "delete from fct_delivery")  # fmt: skip
        text = shown(run("quality", lang=language))
        assert {"zh": "没有发现不合格行", "en": "found no failing row"}[language] in text

    @pytest.mark.parametrize("language", ["zh", "en"])
    @pytest.mark.parametrize("name", ["quality", "rules"])
    def test_nothing_was_ever_checked(self, change, language, name):
        change("delete from fct_quality_failure", "delete from fct_quality_result", "delete from dim_rule")
        assert {"zh": "还没有校验结果", "en": "No checks were made"}[language] in shown(run(name, lang=language))

    def test_a_ledger_without_rows_but_with_checks(self, change):
        change("delete from fct_quality_failure", "delete from fct_quality_impact", "delete from fct_quality_repair")
        run("quality", lang="zh", by="township")

    def test_a_rule_that_is_no_more_keeps_its_rows(self, change):
        change("delete from dim_rule where rule_id = 'gpl_id_valid'")
        assert "gpl_id_valid" in shown(run("quality", lang="zh"))


class TestTriage:
    def opened(self, home: Home):
        return next(one for one in Workbench.open(home).incidents(division_code=TOWNSHIP) if one.rows > 1)

    def fill(self, app: AppTest, **values: str) -> AppTest:
        for name, value in values.items():
            field = {"reason": app.selectbox, "comment": app.text_area}.get(name, app.text_input)
            field(key=f"triage.{name}").set_value(value)
        return app

    def submit(self, app: AppTest) -> AppTest:
        return checked(app.button[-1].click().run())

    def test_an_incident_is_acknowledged_assigned_and_resolved(self, home):
        one = self.opened(home)
        app = run("incidents", lang="zh", incident=str(one.id))
        self.submit(self.fill(app, actor="王某", reason="being_looked_into", comment="先看一看"))
        assert "已记为知悉" in shown(app)
        self.submit(self.fill(app, assignee="李某", reason="sent_to_township", comment="周五前回"))
        app.button_group(key=f"triage.action.{one.id}.assigned").set_value("resolve").run()
        self.submit(self.fill(checked(app), reason="corrected", comment="原件已改"))
        done = Workbench.open(home).incident(one.id)
        assert [event.action for event in done.history] == ["open", "acknowledge", "assign", "resolve"]
        assert {event.actor for event in done.history[1:]} == {"王某"}
        assert (done.status, done.assignee) == ("resolved", "李某")
        assert "原件已改" in shown(app)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"actor": "王某", "comment": "看"}, "请填写理由"),
            ({"actor": "王某", "reason": "other"}, "请填写说明"),
            ({"reason": "other", "comment": "看"}, "请填写姓名"),
            ({"actor": "王某", "reason": "other", "comment": f"证件{PERSON}"}, "号"),
        ],
        ids=["reason", "comment", "name", "a number of a person"],
    )
    def test_what_is_not_filled_in_is_asked_for(self, home, values, said):
        one = self.opened(home)
        app = self.submit(self.fill(run("incidents", lang="zh", incident=str(one.id)), **values))
        alerts = [body for element in app.get("html") if 'role="alert"' in (body := element.proto.body)]
        assert any(said in body for body in alerts)
        assert len(Workbench.open(home).incident(one.id).history) == 1

    def test_somebody_who_was_quicker_is_shown_and_nothing_is_lost(self, home):
        one = self.opened(home)
        app = self.fill(
            run("incidents", lang="zh", incident=str(one.id)), actor="王某", reason="other", comment="我的话"
        )
        Workbench.open(home).assign(one.id, one.version, "李某", "赵某", "sent_to_township", "我先办了")
        self.submit(app)
        assert "我先办了" in shown(app).partition("sb-banner")[2]
        assert app.text_area(key="triage.comment").value == "我的话"
        assert [event.actor for event in Workbench.open(home).incident(one.id).history][-1] == "李某"

    @pytest.mark.parametrize("asked", ["0", "99999", "x", "9" * 30])
    def test_an_incident_that_does_not_exist(self, home, asked):
        run("incidents", lang="zh", incident=asked)

    def test_narrows_by_status_township_and_assignee(self, home):
        one = self.opened(home)
        Workbench.open(home).assign(one.id, one.version, "李某", "赵某", "sent_to_township", "办")
        text = shown(run("incidents", lang="en", status="assigned", whose="赵某"))
        assert "One incident" in text
        assert "赵某" in text

    def test_the_newest_can_be_turned_to(self, home):
        assert run("incidents", lang="zh", leaf="2").get("pagination")

    def test_a_workbench_that_cannot_be_reached_is_said(self, home, monkeypatch):
        monkeypatch.setenv("SHUANGBAI_WORKBENCH_URL", "nonsense")
        import streamlit as st

        st.cache_resource.clear()
        text = shown(run("incidents", lang="zh"))
        assert 'role="alert"' in text
        assert "工作台" in text
        st.cache_resource.clear()

    @pytest.mark.parametrize(
        "settings", [None, "channels: []\n", "language: zh\nchannels:\n- {kind: wecom, name: 群, url_variable: X}\n"]
    )
    def test_says_whether_anybody_is_told(self, home, settings):
        if settings:
            (home.root / "alerts.yml").write_text(settings, encoding="utf-8")
        record = {"state": "published", "finished_at": "2026-11-16T00:00:00+00:00",
                  "alerts": [{"zh": "没有送到", "en": "did not arrive"}]}  # fmt: skip
        home.run_record.write_text(json.dumps(record), encoding="utf-8")
        text = shown(run("incidents", lang="zh"))
        assert ("没有设置自动提醒" in text) == (settings is None)
        assert ("发往：群" in text) == ("没有送到" in text) == bool(settings and "wecom" in settings)


class TestWaivers:
    def test_rows_that_are_ticked_are_waived_and_withdrawn(self, home):
        app = run("quality", lang="zh", division=TOWNSHIP, rule="gpl_id_valid", source="gpl_resident")
        rows = app.dataframe[0].value.record_ref
        key = app.dataframe[0].key
        app.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
        checked(app.run())
        assert "豁免选中的2行" in shown(app)
        app.text_input(key="waive.actor").set_value("王某")
        app.selectbox(key="waive.reason").set_value("document_seen")
        app.text_area(key="waive.comment").set_value("已看户口簿")
        checked(app.button[-1].click().run())
        assert "已豁免2行" in shown(app)
        given = Workbench.open(home).waivers()
        assert {one.record_ref for one in given} == set(rows[:2])
        assert {one.division_code for one in given} == {TOWNSHIP}

        listed = run("incidents", lang="zh", desk="waivers", waiver=str(given[0].id))
        listed.text_input(key="withdraw.actor").set_value("李某")
        listed.text_area(key="withdraw.comment").set_value("看错了")
        checked(listed.button[-1].click().run())
        assert [one.withdrawn_by for one in Workbench.open(home).waivers(is_active=False)] == ["李某"]
        assert "看错了" in shown(run("incidents", lang="zh", desk="waivers", status="withdrawn"))

    def test_in_force_or_expired_by_the_clock_of_the_data(self, home):
        workbench = Workbench.open(home)
        for number, day in enumerate((dt.date(2026, 11, 14), dt.date(2026, 11, 15))):
            row = RowKey("gpl_id_valid", "gpl_resident", f"A{number}", TOWNSHIP)
            workbench.waive([row], "王某", "other", "看过", day, day)
        assert "A1" in (now := shown(run("incidents", lang="zh", desk="waivers")))
        assert "A0" not in now
        assert "A0" in shown(run("incidents", lang="zh", desk="waivers", status="expired"))

    def test_mended_and_waived_rows_cannot_be_waived(self, home):
        for state in ("mended", "waived"):
            assert "勾选" not in shown(run("quality", lang="zh", rows=state))


class TestLeadersPages:
    def test_a_result_that_could_turn_over_is_marked_where_it_stands(self, home, change):
        change(
            "update fct_quality_impact set crosses_target = division_code = '623021102000'"
            " and indicator_code = 'data_accuracy' and period_start = '2026-10-01'",
            "insert into fct_quality_impact select 'gpl_id_valid', 'data_accuracy', '623021102000', '2026-10-01', 90,"
            " 100, 9, 0.9, 0.99, 0.9, 0.98, true",
        )
        marked = 'title="待更正的行足以使它改判"'
        assert shown(run("ranking", lang="zh", period="2026-10")).count(marked) == 1
        assert shown(run("township", lang="zh", period="2026-10", division=TOWNSHIP)).count(marked) == 1
        assert marked not in shown(run("township", lang="zh", period="2026-10", division="623021103000"))
        assert marked not in shown(run("ranking", lang="zh", period="2026-09"))
        assert "可能改判" in shown(run("catalogue", lang="zh"))

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"period": "2026-10"}, {"data_accuracy": 4, "service_free": 16}),
            ({"kind": "quarter", "period": "2026-07"}, {"data_accuracy": 3, "service_free": 1 + 4 + 9}),
            ({"kind": "year_to_date", "period": "2026-10"}, {"data_accuracy": 4, "service_free": 16 + 9 + 4 + 1}),
        ],
        ids=["month", "quarter", "year"],
    )
    def test_waived_rows_are_counted_wherever_the_indicator_is(self, home, change, query, expected):
        """A stock counts the last month of the period, a flow all of them."""
        rows = ", ".join(
            f"('data_accuracy', '{place}', date '2026-{month}-01', {n}), "
            f"('service_free', '{place}', date '2026-{month}-01', {n * n})"
            for place in (TOWNSHIP, "623021000000")
            for n, month in enumerate(("07", "08", "09", "10"), 1)
        )
        change("delete from fct_quality_waived", f"insert into fct_quality_waived values {rows}")
        for number in expected.values():
            said = f"含豁免{number}行"
            assert said in shown(run("township", lang="zh", division=TOWNSHIP, **query))
            assert said in shown(run("ranking", lang="zh", **query))
            assert said in shown(run("catalogue", lang="zh", **query))

    @pytest.mark.parametrize("page", sorted(PAGES.glob("*.py")), ids=lambda page: page.stem)
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_a_blocked_run_says_what_was_refused_why_and_whose_figures_these_are(self, home, page, language):
        reasons = [{"zh": "合计不符", "en": "the totals do not agree"}]
        record = {"state": "blocked", "finished_at": "2026-11-17T00:00:00+00:00", "reasons": reasons}
        home.run_record.write_text(json.dumps(record), encoding="utf-8")
        banner = next(
            body
            for element in run(page.stem.partition("_")[2], lang=language).get("html")
            if "sb-banner" in (body := element.proto.body.replace("\u2009", ""))
        )
        assert reasons[0][language] in banner
        assert "1b2c3d4e" in banner
        assert {"zh": "2026年11月17日", "en": "17 November 2026"}[language] in banner
        assert {"zh": "2026年11月15日", "en": "15 November 2026"}[language] in banner

    def test_a_first_run_that_is_blocked_shows_no_figures(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path))
        record = {"state": "blocked", "finished_at": "2026-11-17T00:00:00+00:00", "reasons": []}
        (tmp_path / "run.json").write_text(json.dumps(record))
        assert "此前没有发布过数据" in shown(run("quality", lang="zh"))


class TestDeliveries:
    def test_a_mark_for_every_township_extract_and_month(self, home):
        text = shown(run("data", lang="zh"))
        assert text.count('class="mark ') >= 16 * 6 * 6
        assert shown(run("data", lang="zh", source="gpl_resident")).count("owed-delivered") < text.count(
            "owed-delivered"
        )

    def test_what_is_missing_is_counted(self, home, change):
        change("update fct_delivery set state = 'delivered'",
               f"update fct_delivery set state = 'missing', file_name = null where division_code = '{TOWNSHIP}'"
               " and source = 'gpl_resident' and period_start = '2026-10-01'")  # fmt: skip
        assert "有1份数据逾期未报" in shown(run("data", lang="zh"))
        assert "有1份数据逾期未报" in shown(run("quality", lang="zh"))


class TestTakingADeliveryBack:
    @pytest.fixture
    def batch(self, home) -> BatchRecord:
        """The newest file of the edition, as a record in the lake."""
        with duckdb.connect(str(home.current_edition / "shuangbai.duckdb"), read_only=True) as edition:
            batch_id, source, as_of, name = edition.execute(
                "select batch_id, source, as_of, file_name from fct_batch order by as_of desc, source limit 1"
            ).fetchone()
        none = {"rows_in": 0, "accepted": 0, "quarantined": 0, "non_data": 0, "bytes": 0, "contract_version": 1}
        about = {"quarantine_reasons": {}, "non_data_kinds": {}, "unknown_columns": [], "is_synthetic": True}
        place = lake_path(home, source, as_of, batch_id).with_suffix(".json")
        record = BatchRecord(
            batch_id=batch_id, sequence=1, source=source, scope_code="623021000000", as_of=as_of, file_name=name,
            sha256="0" * 64, file_format="csv", landed_at=dt.datetime(2026, 11, 16), **none, **about,
        )  # fmt: skip
        place.parent.mkdir(parents=True)
        place.write_text(record.model_dump_json(), encoding="utf-8")
        return record

    def submit(self, app: AppTest, batch: BatchRecord, reason: str = "投错了", *, is_sure: bool = True) -> AppTest:
        app.selectbox(key="takeback.batch").set_value(batch.batch_id)
        app.text_input(key="takeback.actor").set_value("李科长")
        app.text_input(key="takeback.reason").set_value(reason)
        app.checkbox(key="takeback.sure").set_value(is_sure)
        (button,) = [one for one in app.button if one.label == "撤回"]
        return checked(button.click().run())

    def test_it_is_marked_with_who_and_why_and_waits_for_the_next_run(self, home, batch):
        app = self.submit(run("data", lang="zh"), batch)
        assert f"{batch.file_name}（批次{batch.batch_id[:8]}）已撤回" in shown(app)
        (record,) = read_batches(home)
        assert (record.withdrawal.by, record.withdrawal.reason) == ("李科长", "投错了")
        (listed,) = [
            frame.value for frame in app.dataframe if "撤回" in frame.value.columns or "withdrawal" in frame.value
        ]
        told = listed.loc[listed["file_name"] == batch.file_name, "withdrawal"].item()
        assert "李科长" in told and "投错了" in told and "下次处理后生效" in told
        assert batch.batch_id not in app.selectbox(key="takeback.batch").options

    @pytest.mark.parametrize(
        ("reason", "is_sure", "said"),
        [("投错了", False, "勾选确认"), ("", True, "请填写理由"), ("见13812345678", True, "号")],
        ids=["not sure", "no reason", "a phone"],
    )
    def test_what_is_not_meant_or_may_not_be_kept_changes_nothing(self, home, batch, reason, is_sure, said):
        app = self.submit(run("data", lang="zh"), batch, reason, is_sure=is_sure)
        alerts = [body for element in app.get("html") if 'role="alert"' in (body := element.proto.body)]
        assert any(said in body for body in alerts), alerts
        assert [record.withdrawal for record in read_batches(home)] == [None]

    @pytest.mark.parametrize("role", ["leadership", "planner", "township"])
    def test_only_quality_staff_may_whatever_was_drawn(self, home, batch, role, monkeypatch):
        app = run("data", lang="zh")
        rights = Rights.of_role(role, TOWNSHIP, 5)
        monkeypatch.setattr(workbench_session, "reader", lambda: Reader(rights))
        self.submit(app, batch)
        assert [record.withdrawal for record in read_batches(home)] == [None]
        assert "takeback.batch" not in {box.key for box in run("data", lang="zh").selectbox}

    def test_an_edition_says_what_was_withdrawn_and_counts_it_nowhere(self, home, batch, change):
        columns = {"withdrawn_at": "timestamp", "withdrawn_by": "text", "withdrawn_reason": "text"}
        act = "withdrawn_at = '2026-11-16 08:00:00', withdrawn_by = '李科长', withdrawn_reason = '错'"
        change(
            *(f"alter table fct_batch add column if not exists {name} {kind}" for name, kind in columns.items()),
            f"update fct_batch set {act} where batch_id = '{batch.batch_id}'",
        )
        with duckdb.connect(str(home.current_edition / "shuangbai.duckdb"), read_only=True) as edition:
            (speaking,) = edition.execute("select count(*) from fct_batch where withdrawn_at is null").fetchone()
        assert f"{speaking} files received" in shown(run("data", lang="en"))


class TestRules:
    @pytest.mark.parametrize("origin", ["expectation", "landing", "dbt"])
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_every_rule_of_a_home_with_its_reason(self, home, origin, language):
        text = shown(run("rules", lang=language, origin=origin)).partition("</h1>")[2]
        assert {"zh": "没有容许的误差", "en": "tolerates nothing"}[language] in text
        assert ({"zh": "停止发布", "en": "stops publication"}[language] in text) == (origin == "dbt")
