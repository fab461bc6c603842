"""Every page runs headless, in both languages, in every state that was designed for it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import formatting
from dashboards.documents import fonts
from dashboards.documents.failures import DocumentError

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"
PAGES = sorted((DASHBOARDS / "pages").glob("*.py"))
TOWNSHIP, SUSPECT, COUNTY = "623021102000", "623021103000", "623021000000"


def run(page: Path, **query: str) -> AppTest:
    app = AppTest.from_file(str(page), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def shown(app: AppTest) -> str:
    """Everything that was drawn as markup, in one text without the thin spaces."""
    return "".join(element.proto.body for element in app.get("html")).replace("\u2009", "")


@pytest.fixture
def home_without(changed_home):
    """`home_without(*tables, where=...)`: such a home with rows taken out."""
    return lambda *tables, where="true": changed_home(*(f"delete from {table} where {where}" for table in tables))


def test_there_are_pages():
    assert [page.stem for page in PAGES][:3] == ["05_month", "10_ranking", "20_township"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
class TestEveryPage:
    def test_names_edition_freshness_and_synthetic_data(self, home, page, language):
        text = shown(run(page, lang=language))
        assert "1b2c3d4e" in text
        assert ("2026年11月15日" if language == "zh" else "15 November 2026") in text
        assert ("合成数据" if language == "zh" else "synthetic") in text

    def test_shows_every_kind_of_period(self, home, page, language):
        kind, period = {"zh": ("quarter", "2026-07"), "en": ("year_to_date", "2026-09")}[language]
        run(page, lang=language, kind=kind, period=period)

    @pytest.mark.parametrize("division", [TOWNSHIP, "999999999999"])
    def test_takes_any_division_in_the_address(self, home, page, language, division):
        run(page, lang=language, division=division)

    def test_says_so_when_there_is_no_data_for_the_period(self, home, page, language):
        assert "1999-01" in shown(run(page, lang=language, period="1999-01"))

    def test_says_what_to_do_before_the_first_publication(self, tmp_path, monkeypatch, page, language):
        monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path))
        assert "shuangbai run" in shown(run(page, lang=language))

    def test_takes_nonsense_in_the_address(self, home, page, language):
        run(page, lang=f"{language}x", kind="century", parent="1", indicator="none", sort="none", rule="none")


def test_a_provisional_month_says_so(home):
    assert "暂定" in shown(run(PAGES[0], lang="zh", period="2026-11"))
    assert "provisional" in shown(run(PAGES[0], lang="en", period="2026-11"))


def test_the_default_is_the_newest_closed_month(home):
    assert "2026年10月" in shown(run(PAGES[0], lang="zh"))


def page(name: str) -> Path:
    return next(path for path in PAGES if path.stem.endswith(f"_{name}"))


def test_an_unknown_township_is_named_and_the_table_still_shown(home):
    text = shown(run(PAGES[0], lang="zh", division="999999999999"))
    assert "999999999999" in text
    assert "冶力关镇" in text


def test_a_card_names_every_indicator_and_leads_to_file_and_line(home):
    app = run(page("township"), lang="zh", division=TOWNSHIP, indicator="data_update")
    names = [row["name_zh"] for row in read_seed("indicators")]
    assert all(name in shown(app) for name in names)
    assert list(app.dataframe[0].value.columns[-2:]) == ["source_file", "source_row"]


def read_seed(name: str) -> list[dict]:
    import csv

    with (DASHBOARDS.parent / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("state", ["blocked", "refused", "failed"])
def test_refused_newer_data_are_named_with_their_reason(changed_home, state):
    reasons = [{"zh": "合计不符", "en": "the totals do not agree"}]
    record = {"state": state, "finished_at": "2026-11-17T00:00:00+00:00", "reasons": reasons}
    (changed_home() / "run.json").write_text(json.dumps(record))
    assert "合计不符" in shown(run(PAGES[0], lang="zh"))
    assert "the totals do not agree" in shown(run(PAGES[0], lang="en"))


def test_real_data_carry_no_banner(changed_home, monkeypatch):
    changed_home("update fct_batch set is_synthetic = false")
    monkeypatch.setattr(formatting, "today", lambda: dt.date(2026, 12, 5))
    assert 'class="sb-banner"' not in shown(run(PAGES[0], lang="zh"))


@pytest.mark.parametrize(("today", "month"), [
    (dt.date(2026, 12, 6), "2026年11月"), (dt.date(2027, 1, 5), "2026年11月"), (dt.date(2027, 1, 6), "2026年12月"),
])  # fmt: skip
@pytest.mark.parametrize("page", PAGES[:3], ids=lambda page: page.stem)
def test_figures_older_than_they_should_be_say_so(changed_home, monkeypatch, today, month, page):
    """The newest data are of 15 November: December's first days are the time to deliver November's."""
    changed_home("update fct_batch set is_synthetic = false")
    monkeypatch.setattr(formatting, "today", lambda: today)
    assert f"最新数据截至2026年11月15日，{month}的数据应当已经报送" in shown(run(page, lang="zh"))


def test_a_demonstration_does_not_grow_old(home, monkeypatch):
    monkeypatch.setattr(formatting, "today", lambda: dt.date(2036, 1, 1))
    assert "最新数据截至" not in shown(run(PAGES[0], lang="zh"))


def test_a_new_edition_is_shown_without_a_restart(changed_home, write_edition):
    home = changed_home()
    app = run(PAGES[0], lang="zh")
    write_edition(home, "20261117T000512000000Z-2c3d4e5f", seed=2)
    app.run()
    assert "2c3d4e5f" in shown(app)
    assert "1b2c3d4e" not in shown(app)


def test_the_chosen_period_is_kept_when_the_kind_changes(home):
    app = run(PAGES[0], lang="zh", period="2026-08")
    app.button_group(key="control.kind").set_value("quarter").run()
    assert app.query_params["period"] == "2026-07"
    assert "2026年第3季度" in shown(app)


@pytest.mark.parametrize("language", ["zh", "en"])
class TestTheRanking:
    def test_draws_an_interval_a_tier_and_a_sentence_for_each(self, home, language):
        text = shown(run(page("ranking"), lang=language))
        assert text.count('class="interval"') == 16
        assert text.count({"zh": "无显著差别", "en": "not clearly different"}[language]) >= 10
        assert {"zh": "居中", "en": "middle"}[language] in text
        assert {"zh": "确有提高", "en": "really up"}[language] in text

    def test_lists_slow_progress_with_its_evidence(self, home, language):
        text = shown(run(page("ranking"), lang=language))
        assert text.count("<details") >= 1
        assert "98.0%" in text.partition("<details")[2]

    @pytest.mark.parametrize("order", [{}, {"order": "rank"}, {"sort": "change"}, {"sort": "data_update"}])
    def test_is_sorted_as_asked(self, home, language, order):
        run(page("ranking"), lang=language, **order)


@pytest.mark.parametrize("language", ["zh", "en"])
class TestTheCard:
    def test_explains_the_rank(self, home, language):
        text = shown(run(page("township"), lang=language, division=TOWNSHIP))
        assert text.count('class="interval"') == 1
        assert text.count('class="fall"') >= 2
        assert {"zh": "任意去掉一项指标", "en": "any one indicator left out"}[language] in text
        assert {"zh": "稳定估计", "en": "Steadied"}[language] in text

    def test_without_a_township_offers_all_of_them(self, home, language):
        text = shown(run(page("township"), lang=language))
        assert text.count("division=6230") >= 16

    def test_has_no_comparison_where_there_is_no_earlier_period(self, home, language):
        text = shown(run(page("township"), lang=language, division=TOWNSHIP, period="2026-04"))
        assert {"zh": "没有可比的上期", "en": "No earlier period"}[language] in text


@pytest.mark.parametrize("language", ["zh", "en"])
class TestTrends:
    def test_states_the_signals_that_chance_would_give(self, home, language):
        assert {"zh": "单凭偶然", "en": "chance alone"}[language] in shown(run(page("trends"), lang=language))

    def test_says_why_charts_start_anew(self, home, language):
        text = shown(run(page("trends"), lang=language, indicator="inquiry_on_time"))
        assert "办理时限由十五天改为七天" in text

    @pytest.mark.parametrize("choice", [{"indicator": "score"}, {"division": TOWNSHIP}, {"indicator": "satisfaction"}])
    def test_of_scores_of_one_township_and_without_a_target(self, home, language, choice):
        run(page("trends"), lang=language, **choice)

    def test_without_any_limits_yet(self, home_without, language):
        home_without("fct_trend_point", "fct_outlook")
        text = shown(run(page("trends"), lang=language))
        assert {"zh": "还不到十二个", "en": "Fewer than twelve"}[language] in text


@pytest.mark.parametrize("language", ["zh", "en"])
class TestCompare:
    @pytest.mark.parametrize("centre", ["county", "target"])
    @pytest.mark.parametrize("indicator", ["registration_coverage", "inquiry_on_time", "satisfaction"])
    def test_a_funnel(self, home, language, centre, indicator):
        text = shown(run(page("compare"), lang=language, mode="funnel", centre=centre, indicator=indicator))
        has_limits = centre == "county" or indicator == "registration_coverage"
        assert ({"zh": "不存在偶然的界限", "en": "no limits can be drawn"}[language] not in text) == has_limits

    def test_two_townships(self, home, language):
        text = shown(run(page("compare"), lang=language, mode="divisions", division=TOWNSHIP))
        assert text.count('class="interval"') == 2

    def test_two_periods_add_up_on_the_page(self, home, language):
        text = shown(run(page("compare"), lang=language, mode="periods", division=TOWNSHIP, base="2026-06"))
        assert text.count('class="level"') == 2

    def test_a_period_with_nothing_before_or_after(self, home_without, language):
        home_without("fct_ranking", where="period_kind = 'month' and period_start <> '2026-10-01'")
        run(page("compare"), lang=language, mode="periods")


@pytest.mark.parametrize("language", ["zh", "en"])
class TestOpenCases:
    @pytest.mark.parametrize("choice", [{}, {"division": TOWNSHIP}, {"urgency": "overdue"}, {"urgency": "later"}])
    def test_lists_them(self, home, language, choice):
        app = run(page("open"), lang=language, **choice)
        assert list(app.dataframe[0].value.columns) == ["left", "division_name", "indicator_name", "case_ref", "due_at"]

    def test_says_when_there_are_none(self, home_without, language):
        home_without("fct_open_case")
        assert {"zh": "没有待办", "en": "no open cases"}[language] in shown(run(page("open"), lang=language))


@pytest.mark.parametrize("language", ["zh", "en"])
class TestData:
    def test_a_signal_is_evidence_and_leads_to_its_rows(self, home, language):
        signal = f"instant~{SUSPECT}~2026-10-01"
        app = run(page("data"), lang=language, signal=signal)
        assert {"zh": "不是结论", "en": "never a verdict"}[language] in shown(app)
        assert list(app.dataframe[0].value.columns) == ["record_ref", "detail", "source_file", "source_row"]

    def test_says_that_the_estimate_is_an_upper_bound(self, home, language):
        assert {"zh": "这是上限", "en": "an upper bound"}[language] in shown(run(page("data"), lang=language))

    def test_says_so_when_nothing_was_found_or_compared(self, home_without, language):
        home_without("fct_reconciliation", "fct_integrity_signal")
        text = shown(run(page("data"), lang=language))
        assert {"zh": "没有数字经过安排的迹象", "en": "No sign of arranged figures"}[language] in text
        assert {"zh": "没有两库对账结果", "en": "registries were not compared"}[language] in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["ranking", "township", "compare"])
@pytest.mark.parametrize("kept", [0, 1, 5], ids=["none assessed", "one assessed", "too few for tiers"])
def test_a_county_with_few_assessed(changed_home, name, language, kept):
    few = f"parent_code = '{COUNTY}' and period_kind = 'month' and period_start = '2026-10-01'"
    changed_home(
        f"update fct_ranking set is_assessed = false, score = null, rank = null, rank_low = null, rank_high = null,"
        f" grade = null, score_trend = null where {few} and rank > {kept}",
        f"update fct_ranking set tier = null, rank_high = least(rank_high, {kept}) where {few}",
    )
    run(page(name), lang=language, mode="divisions", division=TOWNSHIP)


@pytest.mark.parametrize("language", ["zh", "en"])
class TestThisMonth:
    def test_shows_both_ends_what_moved_and_every_indicator(self, home, language):
        text = shown(run(page("month"), lang=language))
        assert text.count('class="interval"') == 6
        names = [row[f"name_{language}"] for row in read_seed("indicators")]
        assert all(name in text for name in names)
        assert {"zh": "确有提高", "en": "Really up"}[language] in text
        assert {"zh": "进展缓慢", "en": "slow"}[language] in text

    def test_offers_the_bulletin_and_the_figures(self, home, language):
        app = run(page("month"), lang=language)
        labels = [button.proto.label for button in app.get("download_button")]
        assert len(labels) == 6
        assert {"zh": "Excel 工作簿", "en": "Excel workbook"}[language] in labels

    def test_without_a_font_it_says_so_before_a_document_is_asked_for(self, home, language, monkeypatch):
        def without(*_):
            raise DocumentError("error.no_font")

        st.cache_data.clear()
        monkeypatch.setattr(fonts, "face", without)
        app = run(page("month"), lang=language)
        st.cache_data.clear()
        disabled = [button.proto.disabled for button in app.get("download_button")[:3]]
        assert disabled == [True, False, True]
        assert "make fonts" in shown(app)

    def test_a_provisional_month_names_what_is_to_come(self, home, language):
        text = shown(run(page("month"), lang=language, period="2026-11"))
        assert {"zh": "数据尚未到齐", "en": "Data are still to come"}[language] in text

    def test_a_quarter_leads_to_its_months(self, home, language):
        text = shown(run(page("month"), lang=language, kind="quarter", period="2026-07"))
        assert all(f"kind=month&amp;period=2026-0{month}" in text for month in (7, 8, 9))

    def test_without_limits_slow_progress_or_an_earlier_month(self, home_without, language):
        home_without("fct_trend_point", "fct_slow_progress", "fct_open_case")
        text = shown(run(page("month"), lang=language, period="2026-04"))
        assert {"zh": "没有可比的上期", "en": "No earlier period"}[language] in text
        assert {"zh": "没有否决，没有进展缓慢", "en": "No veto, no slow progress"}[language] in text


@pytest.mark.parametrize("language", ["zh", "en"])
class TestWhatIf:
    @pytest.mark.parametrize("trial", ["", "data_update.target~0.5", "nonsense", "contact_card.weight~0"])
    def test_says_everywhere_that_it_is_hypothetical(self, home, language, trial):
        app = run(page("whatif"), lang=language, trial=trial)
        assert shown(app).count({"zh": "假设推演", "en": "Hypothetical"}[language]) > 20

    def test_with_nothing_changed_no_place_moves(self, home, language):
        text = shown(run(page("whatif"), lang=language))
        assert {"zh": "与正式结果一致", "en": "the trial is the official result"}[language] in text
        assert "↑" not in text
        assert "↓" not in text

    def test_says_what_was_changed_from_what(self, home, language):
        app = run(page("whatif"), lang=language, trial="data_update.target~0.5,service_free.weight~2.5")
        text = shown(app)
        assert "50.0%" in text
        assert "100.0%" in text
        assert "2.5" in text

    def test_the_way_back_is_one_button(self, home, language):
        app = run(page("whatif"), lang=language, trial="data_update.target~0.5")
        app.button(key="trial.reset").click().run()
        assert "trial" not in app.query_params
        assert not app.exception

    def test_all_weights_nothing_leaves_nobody_to_rank(self, home, language):
        codes = [row["indicator_code"] for row in read_seed("indicators")]
        text = shown(run(page("whatif"), lang=language, trial=",".join(f"{code}.weight~0" for code in codes)))
        assert {"zh": "没有乡镇够条件参评", "en": "nobody would have enough"}[language] in text


@pytest.mark.parametrize("language", ["zh", "en"])
class TestEditions:
    def test_the_only_one(self, home, language):
        text = shown(run(page("editions"), lang=language))
        assert {"zh": "此前没有别的版本", "en": "no other edition"}[language] in text
        assert text.count("2026-10") >= 1

    def test_names_what_changed_since_the_last(self, changed_home, write_edition, language):
        home = changed_home()
        write_edition(home, "20261117T000512000000Z-2c3d4e5f", seed=2)
        text = shown(run(page("editions"), lang=language))
        assert "2c3d4e5f" in text
        assert "1b2c3d4e" in text
        assert {"zh": "已发布的各期有", "en": "published periods differ"}[language] in text
        assert "village" not in text

    def test_says_what_changed_in_the_rules_and_who_accepted_it(self, changed_home, language):
        home = changed_home()
        record = home / "editions" / "current" / "edition.json"
        about = {"seed": "targets", "rule_ref": "publicity / *", "first_day": None, "last_day": None}
        changes = [
            about | {"column_name": "target_value", "change": "changed", "was": "1.0", "becomes": "0.9",
                     "touches_closed": True},
            about | {"column_name": "*", "change": "removed", "was": "weight 1.0", "becomes": None,
                     "touches_closed": False},
        ]  # fmt: skip
        rules = {"accepted_by": "张三", "accepted_at": "2026-11-16T08:00:00Z", "changes": changes}
        record.write_text(
            json.dumps(json.loads(record.read_text(encoding="utf-8")) | {"rules": rules}), encoding="utf-8"
        )
        text = shown(run(page("editions"), lang=language))
        for words in (
            "publicity / *",
            "target_value",
            "张三",
            {"zh": "触及已闭合的月份", "en": "Touches closed"}[language],
        ):
            assert words in text

    def test_the_same_again_and_one_that_cannot_be_read(self, changed_home, language):
        home = changed_home()
        again = home / "editions" / "20261101T000000000000Z-0a0b0c0d"
        shutil.copytree(home / "editions" / "current", again)
        assert {"zh": "完全相同", "en": "no result and no rank differs"}[language] in shown(
            run(page("editions"), lang=language)
        )
        broken = home / "editions" / "20261102T000000000000Z-ffffffff"
        broken.mkdir()
        (broken / "shuangbai.duckdb").write_bytes(b"no edition")
        text = shown(run(page("editions"), lang=language, against=broken.name))
        assert {"zh": "读不出", "en": "cannot be read"}[language] in text


@pytest.mark.parametrize("language", ["zh", "en"])
class TestAmongPeers:
    @pytest.mark.parametrize("peers", ["all", "kind", "size", "none"])
    def test_every_indicator_has_its_axis(self, home, language, peers):
        text = shown(run(page("township"), lang=language, division=TOWNSHIP, peers=peers))
        assert text.count('class="axis"') == len(read_seed("indicators"))

    def test_villages_lead_to_their_own_cases(self, changed_home, language):
        village = f"{TOWNSHIP[:9]}201"
        changed_home(
            "insert into fct_indicator_result by name select * replace ('village' as level, 10 as denominator,"
            f" 9 as numerator, '{village}' as division_code) from fct_indicator_result"
            f" where division_code = '{TOWNSHIP}' and indicator_code = 'data_update'",
        )
        choice = {"division": TOWNSHIP, "indicator": "data_update"}
        whole = run(page("township"), lang=language, **choice)
        assert f"village={village}" in shown(whole)
        narrowed = run(page("township"), lang=language, village=village, **choice)
        places = set(narrowed.dataframe[0].value["division_name"]) if narrowed.dataframe else set()
        assert len(places) <= 1
        assert len(whole.dataframe[0].value) > 0

    @pytest.mark.parametrize("mode", ["domains", "spread"])
    def test_fields_and_indicators_side_by_side(self, home, language, mode):
        text = shown(run(page("compare"), lang=language, mode=mode))
        assert text.count("<tr") >= 17
