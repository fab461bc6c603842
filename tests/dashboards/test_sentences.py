"""The generated sentences are grammatical in every case: ties, one alone, none assessed, no tiers, all perfect."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import streamlit as st

from dashboards import formatting
from dashboards.components import (
    comparison,
    headline,
    outlook,
    overview,
    peer_strip_plot,
    progress,
    quality_overview,
    restated,
    signals,
    standing,
    triage,
    villages,
    worklist,
)
from dashboards.view import View
from dashboards.whatif import editor
from dashboards.whatif.recompute import Standing
from orchestration.workbench import Incident

MONTH = dt.date(2026, 10, 1)


@pytest.fixture(params=["zh", "en"])
def language(request, monkeypatch):
    monkeypatch.setattr(st, "query_params", {"lang": request.param})
    monkeypatch.setattr(st, "session_state", {})
    return request.param


@pytest.fixture
def view(language):
    periods = {MONTH: {"first_month": MONTH, "last_month": MONTH, "is_provisional": False}}
    return View(language, "month", MONTH, None, periods, "623021000000", None, None)


def plain(text: str) -> str:
    return text.replace(formatting.THIN_SPACE, "")


def row(name: str, rank: int | None, count: int, **other) -> dict:
    """A division's row of the ranking with nothing remarkable about it but `other`."""
    return {
        "division_code": name, "division_name": name, "level": "township", "rank": rank, "assessed_count": count,
        "is_assessed": rank is not None, "rank_low": rank, "rank_high": rank, "near_low": None, "near_high": None,
        "tied_with": 0, "third": -(-count // 3), "tier": None, "p_top3": None, "p_bottom3": None,
        "weight_rank_low": None, "weight_rank_high": None, "leave_one_out_rank_low": None,
        "leave_one_out_rank_high": None, "score": 90.0, "score_change": None, "score_trend": None,
        "is_vetoed": False, "vetoed_by": None, "is_provisional": False, "withheld": 0, "missing_sources": None,
        "expected_score": None, "above_expected": None, "veto_indicator_name": None, "veto_numerator": None,
        "veto_denominator": None, "veto_ci_high": None, "veto_misses_left": None,
    } | other  # fmt: skip


def check(sentence: str, language: str) -> str:
    """What holds for any sentence: one full stop, no gap, no doubled mark, nothing unfilled, one language."""
    text = plain(sentence)
    assert text
    assert not re.search(r"[{}]|None|nan|；；|; ;|，，|：。|: \.|  |、。|^[；，,]", text), text
    assert bool(re.search(r"[\u4e00-\u9fff]", re.sub("甲[一二三]?|[乙丙]", "", text))) == (language == "zh"), text
    return text


class TestOfATownshipsPlace:
    @pytest.mark.parametrize(
        ("values", "zh", "en"),
        [
            ({"rank_low": 3, "rank_high": 7, "near_low": 3, "near_high": 7},
             "与第3至7名无显著差别", "not clearly different from ranks 3 to 7"),
            ({"rank_low": 5, "rank_high": 6, "near_low": 6, "near_high": 6},
             "与第6名无显著差别", "not clearly different from rank 6"),
            ({}, "与其他名次都分得开", "told apart from every other rank"),
            ({"rank_low": 1, "rank_high": 9, "near_low": 1, "near_high": 9},
             "与其他各名次均无显著差别", "not clearly different from any other rank"),
            ({"tied_with": 1}, "与另外1个乡镇并列", "level with one other"),
            ({"tied_with": 2, "rank_low": 4, "near_low": 4, "near_high": 4},
             "与另外2个乡镇并列，与第4名无显著差别", "level with 2 other townships, not clearly different from rank 4"),
            ({"rank": None, "is_assessed": False}, "结果不足，未排名", "too few results to be ranked"),
            ({"assessed_count": 1, "rank": 1}, "唯一参评，不分名次",
             "the only one assessed, so there is no rank to speak of"),
        ],
    )  # fmt: skip
    def test_says_from_whom_it_cannot_be_told_apart(self, language, values, zh, en):
        said = standing.said(row("甲", 5, 9) | values, language)
        assert plain(said) == {"zh": zh, "en": en}[language]

    def test_is_drawn_only_where_there_is_something_to_compare(self, language):
        assert "--low:5;--high:5;--rank:5;--n:9;--third:3" in standing.bar(row("甲", 5, 9))
        assert standing.bar(row("甲", 1, 1)) == ""
        assert standing.bar(row("甲", None, 9)) == ""

    def test_says_what_it_hangs_on(self, language):
        values = {
            "weight_rank_low": 5,
            "weight_rank_high": 5,
            "leave_one_out_rank_low": 2,
            "leave_one_out_rank_high": 7,
        }
        lines = standing.robustness(row("甲", 5, 9, rank_low=3, p_top3=0.12, p_bottom3=0.0, **values), language)
        assert len(lines) == 4
        assert all(check(line, language) for line in lines)
        assert standing.robustness(row("甲", None, 9), language) == []


class TestOfTheRanking:
    def sentence(self, view, ranking, slow=(), provisional=0):
        summary = {"mean_score": 90.0}
        return check(headline.of_ranking(view, list(ranking), summary, list(slow), provisional), view.language)

    def test_none_assessed(self, view):
        assert self.sentence(view, [row("甲", None, 0), row("乙", None, 0)])

    def test_one_alone_is_named_and_not_ranked(self, view):
        text = self.sentence(view, [row("甲", 1, 1), row("乙", None, 1)])
        assert "甲" in text
        assert "乙" not in text

    def test_all_perfect(self, view):
        text = self.sentence(view, [row("甲", 1, 2, score=100.0), row("乙", 1, 2, score=100.0)])
        assert ("并列" in text) or ("share the first place" in text)

    def test_too_few_for_tiers_names_the_first_and_the_last_with_ties(self, view):
        text = self.sentence(view, [row("甲", 1, 3), row("乙", 1, 3), row("丙", 3, 3)])
        first = text.split("；")[1] if view.language == "zh" else text.split("; ")[1]
        assert {"甲", "乙"} <= set(first)
        assert "丙" not in first

    def test_nobody_surely_ahead(self, view):
        assert self.sentence(view, [row(f"甲{rank}", rank, 8, tier="middle") for rank in range(1, 9)])

    def test_everything_at_once(self, view):
        ranking = [
            row(f"甲{rank}", rank, 12, tier="front" if rank < 4 else "rear" if rank > 8 else "middle",
                score_trend="improved" if rank == 1 else "worsened" if rank == 2 else "no_clear_change",
                is_vetoed=rank > 10)
            for rank in range(1, 13)
        ]  # fmt: skip
        text = self.sentence(view, ranking, [{"division_name": "甲9"}, {"division_name": "甲9"}])
        assert text.count("甲9") == 2  # once as the last tier, once as slow

    def test_slow_everywhere_is_said_as_such(self, view):
        slow = [{"division_name": name} for name in ("甲", "甲", "乙")]
        text = self.sentence(view, [row("甲", 1, 2), row("乙", 2, 2)], slow)
        assert ("都有" in text) or ("everywhere" in text)

    @pytest.mark.parametrize("count", [0, 1, 5, 6, 16])
    def test_its_finding(self, view, count):
        tier = "middle" if count >= 6 else None
        ranking = [row(f"甲{rank}", rank, count, tier=tier) for rank in range(1, count + 1)]
        assert check(headline.of_tiers(view, ranking) + ".", view.language)


LOST = [
    {"indicator_code": code, "indicator_name": code, "lost": lost, "position": place}
    for place, (code, lost) in enumerate([("甲一", 3.0), ("甲二", 0.0), ("甲三", 0.04)])
]


class TestOfATownship:
    @pytest.mark.parametrize("trend", ["improved", "worsened", "no_clear_change", None])
    @pytest.mark.parametrize("tier", ["front", "middle", "rear", None])
    def test_with_a_change(self, view, tier, trend):
        one = row("甲", 4, 9, tier=tier, score_change=-1.5, score_trend=trend)
        text = check(headline.of_township(view, one, standing.said(one, view.language), LOST), view.language)
        assert "−1.5" in text
        assert "0.04" in text

    def test_vetoed_alone_perfect_and_unassessed(self, view):
        vetoed = row("甲", 4, 9, is_vetoed=True, vetoed_by="甲一", is_provisional=True)
        assert "甲一" in check(headline.of_township(view, vetoed, "", LOST), view.language)
        perfect = headline.of_township(view, row("甲", 1, 1), "", LOST[1:2])
        assert ("未失分" in plain(perfect)) or ("no points were lost" in perfect)
        assert check(headline.of_township(view, row("甲", None, 0), "", []), view.language)


class TestOfSignals:
    def point(self, **values):
        return {
            "indicator_code": "x", "chart": "p_prime", "signal": "outside", "signal_kind": "concern", "upper": 0.99,
            "lower": 0.8, "cases_since_miss": 412, "value": 0.7, "numerator": 7, "denominator": 10,
        } | values  # fmt: skip

    @pytest.mark.parametrize("signal", ["outside", "trend", "two_of_three", "shift", "clean_run"])
    @pytest.mark.parametrize("kind", ["improvement", "concern"])
    @pytest.mark.parametrize("chart", ["p_prime", "exact", "xmr"])
    def test_each_says_what_happened(self, language, signal, kind, chart):
        code = "score" if chart == "xmr" else "x"
        assert check(signals.happened(self.point(signal=signal, signal_kind=kind, chart=chart, indicator_code=code),
                                      language), language)  # fmt: skip

    def test_a_limit_is_named_in_the_measure_of_the_chart(self, language):
        assert "80.0%" in plain(signals.happened(self.point(), language))
        assert "71.3" in plain(signals.happened(self.point(chart="xmr", indicator_code="score", lower=71.25), language))

    def test_what_chance_alone_would_give_is_stated(self, view):
        alarms = {"charts": 16, "chart_months": 191, "signals": 3, "expected": 0.6}
        text = plain(signals.statement(view, alarms))
        assert {"16", "191", "3", "0.6"} <= set(re.findall(r"[\d.]*\d", text))
        assert check(signals.statement(view, alarms | {"charts": 0}), view.language)


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ({"required_rate": None, "is_out_of_reach": None}, "–", "–"),
        (
            {"required_rate": 1.02, "is_out_of_reach": True},
            "今后件件都办好也达不到",
            "out of reach, even without another miss",
        ),
        ({"required_rate": -0.1, "is_out_of_reach": False}, "已有把握", "safe already"),
        ({"required_rate": 0.9912, "is_out_of_reach": False}, "至少要达到99.2%", "needs at least 99.2%"),
    ],
)
def test_what_the_rest_of_the_year_needs(language, values, zh, en):
    assert plain(outlook.needed(values, language)) == {"zh": zh, "en": en}[language]


def test_slow_progress_names_the_months_and_that_it_is_no_chance(view):
    evidence = (
        '[{"period_start": "2026-09-01", "numerator": 40, "denominator": 50, "is_reached": false, "is_serious": true,'
        '"ci_high": 0.9, "tolerance_value": 0.98}, {"period_start": "2026-10-01", "numerator": 41, "denominator": 50,'
        '"is_reached": false, "is_serious": true, "ci_high": 0.91, "tolerance_value": 0.98}]'
    )
    entry = {"indicator_name": "甲", "months_missed": 3, "months_counted": 4, "evidence": evidence}
    text = check(progress.slow_sentence(view, entry), view.language)
    assert {"40/50", "41/50", "91.0%", "98.0%"} <= set(re.findall(r"\d+/\d+|\d+\.\d%", text))


class TestOfComparisons:
    @pytest.mark.parametrize("places", [[], ["within"] * 3, ["far_below", "within"], ["below", "above", "far_above"]])
    def test_a_funnel_in_words(self, view, places):
        units = [{"division_name": f"甲{number}", "place": place} for number, place in enumerate(places)]
        assert check(comparison.funnel_sentence(view, "甲", "2026", units, [{}]), view.language)
        assert check(comparison.funnel_sentence(view, "甲", "2026", units, []), view.language)

    @pytest.mark.parametrize(
        ("ranks", "highs", "lows"), [((1, 2), (4, 5), (1, 1)), ((2, 1), (2, 1), (2, 1)), ((3, 3), (3, 3), (3, 3))]
    )
    def test_two_townships(self, view, ranks, highs, lows):
        pair = [row(name, *place) for name, place in zip("甲乙", [(ranks[0], 9), (ranks[1], 9)], strict=True)]
        for one, high, low in zip(pair, highs, lows, strict=True):
            one |= {"rank_high": high, "rank_low": low}
        text = check(comparison.divisions_sentence(view, *pair, []), view.language)
        overlaps = max(lows) <= min(highs)
        assert (("未必" in text) or ("may be chance" in text)) == overlaps

    def test_a_township_that_is_not_assessed(self, view):
        text = comparison.divisions_sentence(view, row("甲", 1, 1), row("乙", None, 1), [])
        assert "乙" in check(text, view.language)

    @pytest.mark.parametrize("changes", [[], [1.5], [-0.02], [2.0, -3.0, 0.5, 0.4, 0.3]])
    def test_two_periods(self, view, changes):
        ends = [{"period_start": MONTH, "score": score} for score in (80.0, 81.0)]
        parts = [{"indicator_name": "甲", "change": change} for change in changes]
        assert check(comparison.periods_sentence(view, "甲", *ends, parts), view.language)


class TestOfOpenCases:
    @pytest.mark.parametrize(
        "total",
        [(0, 0, 0, 0), (3, 0, 0, 0), (0, 1, 0, 2), (0, 0, 0, 4), (5, 2, 9, 1)],
        ids=["none", "overdue", "today", "later", "all"],
    )
    def test_what_is_late_and_what_will_be(self, view, total):
        counts = dict(zip(worklist.URGENCIES, total, strict=True)) | {"cases": sum(total)}
        townships = [{"division_name": "甲", "overdue": total[0]}, {"division_name": "乙", "overdue": 0}]
        text = check(worklist.sentence(view, counts, townships, "甲"), view.language)
        assert text.count("甲") == (2 if total[0] else 1)

    @pytest.mark.parametrize(
        ("urgency", "days", "zh", "en"),
        [
            ("overdue", 0, "逾期不到一天", "less than a day overdue"),
            ("overdue", 1, "逾期1天", "one day overdue"),
            ("overdue", 30, "逾期30天", "30 days overdue"),
            ("today", 0, "今日到期", "Due today"),
            ("week", 1, "剩1天", "one day left"),
            ("later", 12, "剩12天", "12 days left"),
        ],
    )
    def test_time_left(self, language, urgency, days, zh, en):
        assert plain(worklist.time_left({"urgency": urgency, "days": days})) == {"zh": zh, "en": en}[language]


class TestOfTheMorning:
    TODAY = dt.date(2026, 11, 16)

    @pytest.mark.parametrize("open_, new, reopened, mended", [
        (0, 0, 0, 0), (0, 0, 0, 3), (5, 0, 0, 0), (5, 2, 0, 0), (5, 0, 1, 0), (5, 2, 1, 4), (1, 1, 0, 0),
    ])  # fmt: skip
    @pytest.mark.parametrize("first_day", [dt.date(2026, 11, 1), TODAY])
    @pytest.mark.parametrize(("tipping", "missing"), [(0, 0), (1, 1), (7, 36)])
    def test_what_is_new_and_what_it_may_do(self, view, open_, new, reopened, mended, first_day, tipping, missing):
        counts = {"open": open_, "new": new, "reopened": reopened, "mended": mended, "waived": 2}
        rules = [counts | {"rule_text": "甲"}, counts | {"rule_text": "乙", "new": 0, "reopened": 0}]
        days = {"today": self.TODAY, "first_day": first_day}
        text = check(quality_overview.sentence(view, counts | days, rules, tipping, missing), view.language)
        assert ("甲" in text) == (bool(new + reopened) and first_day != self.TODAY)

    def test_of_one_rule_alone_it_does_not_say_which_has_most(self, view):
        counts = {"open": 3, "new": 2, "reopened": 0, "mended": 0, "waived": 0, "rule_text": "甲"}
        days = {"today": self.TODAY, "first_day": dt.date(2026, 11, 1)}
        assert "甲" not in quality_overview.sentence(view, counts | days, [counts], 0, 0)


@pytest.mark.parametrize("statuses", [[], ["resolved"], ["new"], ["new", "assigned"], ["acknowledged", "new", "new"]])
def test_how_many_incidents_are_open(view, statuses):
    incidents = [
        Incident(place, "r", "s", None, status, assignee, 1, 3, MONTH, MONTH, 1, None, None, None)
        for place, status in enumerate(statuses)
        for assignee in ("甲" if status == "assigned" else None,)
    ]
    assert check(triage.sentence(view, incidents), view.language)


class TestOfAWhatIf:
    def sentence(self, view, ranks, tried, changes, lows=None):
        names = "甲乙丙"[: len(ranks)]
        ranking = [
            row(name, rank, len(ranks), rank_low=low, rank_high=low)
            for name, rank, low in zip(names, ranks, lows or ranks, strict=True)
        ]
        found = {
            name: Standing(name, 90.0, rank is not None, False, rank=rank)
            for name, rank in zip(names, tried, strict=True)
        }
        return check(editor.sentence(view, ranking, found, changes), view.language)

    def test_nothing_changed(self, view):
        assert self.sentence(view, (1, 2), (1, 2), {})

    @pytest.mark.parametrize("count", [1, 2])
    def test_changed_without_effect(self, view, count):
        changes = {("x", what): 1 for what in ("target", "weight")[:count]}
        assert self.sentence(view, (1, 2), (1, 2), changes)

    @pytest.mark.parametrize(("ranks", "tried"), [((1, 2), (2, 1)), ((1, 2), (1, 1)), ((1, None), (2, 1))])
    def test_places_that_move_beyond_chance_are_named(self, view, ranks, tried):
        assert "甲" in self.sentence(view, ranks, tried, {("x", "target"): 1}) or tried == (1, 1)

    def test_nobody_left_to_rank(self, view):
        assert self.sentence(view, (1, 2), (None, None), {("x", "weight"): 0})


class TestOfEditions:
    def said(self, view, found, *, has_other=True, closed=1):
        months = [{"is_provisional": number >= closed} for number in range(2)]
        current = {"edition_id": "2026-1b2c3d4e"}
        return check(restated.sentence(view, current, months, found, has_other=has_other), view.language)

    @pytest.mark.parametrize("closed", [0, 1, 2])
    def test_alone_unreadable_same_grown_and_restated(self, view, closed):
        none = {"listed": [], "periods": []}
        said = {
            self.said(view, None, has_other=False, closed=closed),
            self.said(view, None, closed=closed),
            self.said(view, none, closed=closed),
            self.said(view, none | {"periods": [1]}, closed=closed),
            self.said(view, none | {"listed": [{"kind": "result"}]}, closed=closed),
        }
        assert len(said) == 5


class TestOfTheMonth:
    @pytest.mark.parametrize("vetoed", [0, 1, 2])
    @pytest.mark.parametrize("slow", [0, 1, 3])
    @pytest.mark.parametrize("common", [0, 1, 2])
    def test_what_needs_a_decision(self, language, vetoed, slow, common):
        found = overview._matters_finding(
            [{"division_code": number} for number in range(vetoed)], [{}] * slow, [{}] * common, language
        )
        assert check(found, language)
        assert found[0] == found[0].upper()

    @pytest.mark.parametrize("ranks", [(1,), (1, 1), (1, 2), (1, 1, 3), (1, 2, 2)])
    def test_both_ends(self, view, ranks):
        ranked = [row(name, rank, len(ranks)) for name, rank in zip("甲乙丙", ranks, strict=False)]
        text = check(overview._ends_finding(view, ranked), view.language)
        assert ("甲" in text) == (ranks != (1, 1))

    @pytest.mark.parametrize("closed", [None, "improvement", "concern"])
    @pytest.mark.parametrize("chart", [None, "xmr"])
    def test_the_countys_own_trend(self, view, closed, chart):
        points = [
            {"is_provisional": False, "chart": chart, "value": 90.0, "period_start": MONTH, "signal_kind": closed}
        ]
        assert "甲" in check(overview.trend_finding(view, "甲", points), view.language)
        assert check(overview.trend_finding(view, "甲", [points[0] | {"is_provisional": True}]), view.language)


class TestOfFieldsAndIndicators:
    @pytest.mark.parametrize("places", [(), (1, 1), (1, 2), (1, 2, 3)])
    def test_best_and_last_of_each_field(self, view, places):
        rows = [
            {"domain": domain, "division_name": name, "place": place}
            for domain in ("information", "service")
            for name, place in zip("甲乙丙", places, strict=False)
        ]
        assert check(villages.domains_sentence(view, rows), view.language)

    def test_the_widest_spread(self, view):
        one = {"indicator_name": "甲", "middle": 0.99, "peers": [{"value": 0.8}]}
        assert "80.0%" in check(
            peer_strip_plot.sentence(view, [one, one | {"middle": 0.8, "indicator_name": "乙"}]), view.language
        )
        assert check(peer_strip_plot.sentence(view, []), view.language)
