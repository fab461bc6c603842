"""The bulletin's sentences are grammatical in every case: nobody, one, some, all; ties, few, alone, none ranked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.documents import facts, wording, wording_indicators, wording_places
from dashboards.documents.letterhead import Letterhead
from dashboards.documents.words import Words

DOCUMENTS = Path(__file__).resolve().parents[2] / "dashboards" / "documents"
MONTH = dt.date(2026, 10, 1)
NAMES = {"zh": ["甲镇", "乙镇", "丙乡", "丁镇", "戊乡", "己镇", "庚镇", "辛乡", "壬镇"],
         "en": ["Ash", "Birch", "Cedar", "Date", "Elm", "Fir", "Gum", "Hazel", "Ivy"]}  # fmt: skip
GRADES = {"zh": "优秀", "en": "Excellent"}


def township(language: str, place: int, rank: int | None, **other) -> dict:
    return {
        "division_code": str(place), "division_name": NAMES[language][place], "level": "township", "rank": rank,
        "rank_low": rank, "rank_high": rank, "is_assessed": rank is not None, "tier": None, "score": 99.0 - (rank or 0),
        "score_change": 1.5, "score_trend": "no_clear_change", "is_vetoed": False, "vetoed_by": None,
        "grade_name": GRADES[language], "is_provisional": False, "p_front": 0.97, "p_rear": 0.958,
        "veto_indicator_code": None, "veto_misses_left": None,
        "veto_indicator_name": tell(language, "指标甲", "Indicator one"),
    } | other  # fmt: skip


def indicator(language: str, code: str = "x", **other) -> dict:
    return {
        "indicator_code": code, "indicator_name": {"zh": "指标甲", "en": "Indicator one"}[language], "position": 1,
        "domain": "service", "judged_months": 1, "numerator": 98, "denominator": 100, "target_value": 1.0,
        "is_reached": False, "verdict": "not_met", "short": 2, "held": 3, "withheld": 0, "provisional": 0,
        "mean_lost": 1.5, "judged_from": MONTH,
    } | other  # fmt: skip


def make(language: str, ranking: list[dict], *, kind: str = "month", indicators=(), slow=(), common=(), matters=0,
         results=(), silences=(), changes=(), steps=(), running=(), is_overlapping=True,
         is_provisional=False) -> facts.Facts:  # fmt: skip
    ranked = [row for row in ranking if row["is_assessed"]]
    counts = {
        "middle": sum(row["tier"] == "middle" for row in ranked),
        "unchanged": sum(row["score_trend"] == "no_clear_change" for row in ranked),
        "perfect": sum(row["score"] == 100 for row in ranked),
        "is_overlapping": is_overlapping,
    }
    grades = [{"grade_name": GRADES[language].lower(), "divisions": len(ranked)}] if ranked else []
    return facts.Facts(
        language, kind, MONTH, MONTH.replace(month=MONTH.month + 2) if kind == "quarter" else MONTH,
        source={"newest_as_of": dt.date(2026, 11, 15), "is_synthetic": True},
        parent={"division_code": "county", "division_name": {"zh": "某县", "en": "Some County"}[language]},
        ranking=ranking, summary={"mean_score": 91.25 if ranked else None, "is_provisional": is_provisional},
        counts=counts, grades=grades, grade_limits=[0, 70, 85, 95], indicators=list(indicators), results=list(results),
        domains=[], silences=list(silences), changes=list(changes), slow=list(slow), common=list(common),
        steps=list(steps), running=list(running), running_month=dt.date(2026, 11, 1), goals=[], matters=matters,
    )  # fmt: skip


def check(text: str, language: str) -> str:
    """What holds for any text: whole sentences, no gap, no doubled mark, nothing unfilled, one language."""
    assert text
    assert not re.search(
        r"[{}]|None(?! of the)|nan|；；|;;|，，|：。|: \.|  |、。|、）|（）|\(\)|^[；，,]|。。|\.\.|；。|，。|,\.|；）",
        text,
    ), text
    if language == "zh":
        assert text.endswith("。")
        assert not re.search(r"[A-Za-z]{2}", text), text
        assert not re.search(r"[,;:()]", re.sub(r"\d,\d{3}", "", text)), text
    else:
        assert text.endswith(".")
        assert not re.search(r"[\u3000-\u9fff，；。：（）]", text), text
        for sentence in re.split(r"(?<=[a-z)])\. (?=[A-Z])", text):
            assert sentence[0].isupper() or sentence[0].isdigit(), text
        assert not re.search(r"\b1 (townships|indicators|entries|months)\b|\bone \w+ were\b", text), text
    return text


def said(given: facts.Facts) -> str:
    """Everything the bulletin of these facts says, each part checked."""
    words = Words(given.language, given.grade_limits)
    head = Letterhead(report_to={"zh": "某办", "en": "the office"}[given.language], report_by=dt.date(2026, 12, 10))
    texts = [wording.opening(given, words), wording.overall(given, words), *wording_places.places(given, words),
             wording_places.silence(given, words), wording_places.changes(given, words),
             *wording_indicators.indicators(given, words, "2"), wording_indicators.common(given, words),
             wording_indicators.slow(given, words, "4"), wording.vetoes(given, words), *wording.matters(given, words),
             *wording.next_steps(given, words, {"slow": "4", "goals": "5"}),
             wording.reporting(head, words)]  # fmt: skip
    return "\n".join(check(text, given.language) for text in texts if text)


@pytest.fixture(params=["zh", "en"])
def language(request) -> str:
    return request.param


def tell(language: str, zh: str, en: str) -> str:
    return zh if language == "zh" else en


class TestOfThePlaces:
    def test_nobody_ranked(self, language):
        text = said(make(language, [township(language, 0, None)]))
        assert tell(language, "尚无乡镇达到参评条件", "No township had enough results") in text
        assert tell(language, "领先", "ahead") not in text

    def test_one_alone(self, language):
        text = said(make(language, [township(language, 0, 1), township(language, 1, None)]))
        assert tell(language, "只有甲镇达到参评条件", "Only Ash could be assessed") in text
        assert tell(language, "乙镇结果不足，未参评", "Birch has too few results and was not assessed") in text

    def test_all_level_and_perfect(self, language):
        rows = [township(language, place, 1, score=100.0) for place in range(9)]
        text = said(make(language, rows))
        assert tell(language, "并列第1名，不分先后", "share the first place") in text
        assert tell(language, "各项指标全部达到目标", "reached every target") in text

    @pytest.mark.parametrize("is_overlapping", [True, False, None])
    def test_too_few_for_tiers_says_whether_the_ends_can_be_told_apart(self, language, is_overlapping):
        rows = [township(language, place, place + 1) for place in range(3)]
        text = said(make(language, rows, is_overlapping=is_overlapping))
        assert tell(language, "居首的是甲镇", "Ash (98.0) comes first") in text
        real = tell(language, "差别不像出于偶然", "their difference is hardly chance")
        assert (real in text) == (is_overlapping is False)

    def test_a_lead_is_called_clear_only_where_the_tier_says_so(self, language):
        tiers = ["front", "middle", "middle", "middle", "middle", "middle", "rear", "middle"]
        rows = [township(language, place, place + 1, tier=tier) for place, tier in enumerate(tiers)]
        text = said(make(language, rows))
        assert tell(language, "较有把握属前列的是甲镇（把握97%）；", "Ash (chance 97%) is very likely ahead") in text
        assert tell(language, "较有把握属靠后的是庚镇（把握96%）；", "Gum (chance 96%) is very likely behind") in text
        assert tell(language, "其余6个的先后可能出于偶然", "the order of the other 6 may be chance") in text
        none = said(make(language, [row | {"tier": "middle"} for row in rows]))
        assert tell(language, "没有哪个乡镇较有把握属前列或靠后", "no township is very likely ahead or behind") in none
        older = said(make(language, [row | {"p_front": None, "p_rear": None} for row in rows]))
        assert tell(language, "较有把握属前列的是甲镇；", "Ash is very likely ahead") in older

    def test_nothing_is_called_certain(self, catalogue):
        assert not [key for key, texts in catalogue.items() if "能够确定" in texts["zh"] or "clearly" in texts["en"]]

    def test_the_vetoed_are_named_as_such_where_they_stand(self, language):
        rows = [township(language, place, place + 1, tier="middle") for place in range(7)]
        rows[6] |= {"is_vetoed": True, "vetoed_by": "x", "score": 97.5}
        text = said(make(language, rows, indicators=[indicator(language)]))
        assert tell(language, "庚镇（97.5分，否决）", "Gum (97.5, vetoed)") in text
        # Of an older edition, which does not say by which indicator.
        assert tell(language, "被一票否决的是庚镇。", "Gum was vetoed.") in text

    def test_a_veto_stands_with_its_twelve_months_and_its_cliff(self, language):
        rows = [
            township(language, place, place + 1, veto_indicator_code="x", veto_numerator=90 + place,
                     veto_denominator=100, veto_ci_high=0.94, veto_misses_left=place)
            for place in range(4)
        ]  # fmt: skip
        rows[0] |= {"is_vetoed": True, "vetoed_by": "x"}
        rows[2] |= {"veto_misses_left": 1}
        text = said(make(language, rows, indicators=[indicator(language)]))
        for zh, en in (
            ("被一票否决的是甲镇（指标甲十二个月合计90.0%，90/100，有利估计94.0%）",
             "Ash (Indicator one 90.0% over twelve months, 90/100, favourable end 94.0%) was vetoed"),
            ("乙镇（指标甲十二个月合计91.0%，91/100，", "Birch (Indicator one 91.0% over twelve months, 91/100,"),
            ("丙乡（指标甲十二个月合计92.0%，92/100，", "Cedar (Indicator one 92.0% over twelve months, 92/100,"),
            ("再漏办1件即被否决", "one more missed case away"),
        ):  # fmt: skip
            assert tell(language, zh, en) in text
        assert tell(language, "93/100", "93/100") not in text

    def test_without_a_veto_nothing_is_said_of_vetoes(self, language):
        given = make(language, [township(language, place, place + 1) for place in range(3)])
        assert wording.vetoes(given, Words(language)) == ""

    def test_all_who_share_a_place_are_named(self, language):
        rows = [
            township(language, place, rank, tier="middle") for place, rank in enumerate((1, 1, 1, 1, 5, 6, 7, 7, 7))
        ]
        text = said(make(language, rows))
        top, bottom = (
            re.search(tell(language, zh, en), text)[0]
            for zh, en in (("居前的.*?；", "The first places.*?;"), ("居后的.*?。", r"the last those.*?\.\s"))
        )
        assert [name in top for name in NAMES[language]] == [True] * 4 + [False] * 5
        assert [name in bottom for name in NAMES[language]] == [False] * 6 + [True] * 3

    @settings(max_examples=150, deadline=None)
    @given(
        ranks=st.lists(st.integers(1, 9), min_size=0, max_size=9),
        tiers=st.lists(st.sampled_from(["front", "middle", "rear"]), min_size=9, max_size=9),
        trends=st.lists(st.sampled_from(["improved", "worsened", "no_clear_change", None]), min_size=9, max_size=9),
        vetoed=st.integers(0, 9),
        kind=st.sampled_from(facts.KINDS),
        is_provisional=st.booleans(),
    )
    def test_every_mixture_reads_well_in_both_languages(self, ranks, tiers, trends, vetoed, kind, is_provisional):
        for language in ("zh", "en"):
            ordered = sorted(1 + sum(one < other for one in ranks) for other in ranks)
            rows = [
                township(language, place, rank, tier=tiers[place] if len(ranks) >= 6 else None,
                         score_trend=trends[place], is_vetoed=place >= vetoed, vetoed_by="x" * (place >= vetoed))
                for place, rank in enumerate(ordered)
            ] + [township(language, place, None) for place in range(len(ranks), 9)]  # fmt: skip
            text = said(make(language, rows, kind=kind, is_provisional=is_provisional))
            for place, row in enumerate(rows[: len(ranks)]):
                is_front = any(NAMES[language][place] in clause for clause in re.split(r"[；;。]|\. |\n", text)
                               if "属前列" in clause or "likely ahead" in clause)  # fmt: skip
                assert not is_front or row["tier"] == "front" or "no township is very likely" in text


class TestOfWhatMoved:
    @pytest.mark.parametrize(
        ("trends", "zh", "en"),
        [
            ([None, None, None], "没有可比的结果，不作升降比较", "there are no results to compare with"),
            (["no_clear_change"] * 3, "没有确定的变化", "no score has changed by more than chance explains"),
            (["improved", "no_clear_change", "no_clear_change"], "确有提高的是甲镇（+1.5分）；其余2个没有明显变化",
             "the score of Ash (+1.5) has really risen; the other 2 show no clear change"),
            (["improved", "improved", "worsened"], "确有提高的是甲镇（+1.5分）、乙镇（+1.5分）；得分确有下降的是丙乡",
             "of Ash (+1.5) and Birch (+1.5) have really risen; the score of Cedar (+1.5) has really fallen"),
            (["improved", "no_clear_change", None], "其余1个没有明显变化；丙乡没有可比的结果",
             "the other one shows no clear change; Cedar has no result to compare with"),
        ],
    )  # fmt: skip
    def test_says_who_and_only_if_it_is_real(self, language, trends, zh, en):
        rows = [township(language, place, place + 1, score_trend=trend) for place, trend in enumerate(trends)]
        assert tell(language, zh, en) in said(make(language, rows))

    def test_a_change_is_explained_by_points_lost_and_by_what_entered_as_one_part(self, language):
        rows = [township(language, place, place + 1) for place in range(3)]
        rows[0] |= {"score_trend": "improved", "score_change": 3.25}
        changes = [
            {"division_code": "0", "indicator_name": tell(language, name, code), "change_kind": kind, "change": change}
            for name, code, kind, change in (
                ("子", "One", "indicator", 2.06), ("丑", "Two", "indicator", -0.9), ("寅", "Three", "indicator", 0.5),
                ("卯", "Four", "indicator", 0.04), (None, None, "mix", 0.3),
            )
        ]  # fmt: skip
        changes[-1]["indicator_name"] = None
        text = said(make(language, rows, changes=changes))
        parts = ("子+2.1、寅+0.5、新计或不再计的指标+0.3",
                 "One +2.1, Three +0.5, Indicators that entered or left +0.3")  # fmt: skip
        assert tell(language, f"甲镇（+3.3分：{parts[0]}）", f"Ash (+3.3: {parts[1]})") in text


class TestOfTheIndicators:
    @pytest.mark.parametrize(
        ("change", "zh", "en"),
        [
            ({"short": 0}, "指标甲98.0%（目标100.0%，平均失1.5分）。",
             "Indicator one 98.0% (target 100.0%, 1.5 points lost on average)."),
            ({"short": 1}, "，1个乡镇未达到，", ", one township fell short,"),
            ({"short": 2}, "，2个乡镇未达到，", ", 2 townships fell short,"),
            ({"short": 3}, "，各乡镇均未达到，", ", no township reached it,"),
            ({"short": 2, "withheld": 1}, "，2个乡镇未达到，1个乡镇未报，",
             ", 2 townships fell short, one township delivered nothing,"),
            ({"numerator": 97_96, "denominator": 100_00, "target_value": 0.98}, "指标甲97.96%（目标98.0%，",
             "Indicator one 97.96% (target 98.0%,"),
            ({"judged_months": 12, "judged_from": dt.date(2025, 11, 1)},
             "（按2025年11月至2026年10月合计98/100，目标100.0%",
             "(98/100 over November 2025 to October 2026, target 100.0%"),
        ],
    )  # fmt: skip
    def test_what_stands_behind_a_missed_target(self, language, change, zh, en):
        rows = [township(language, place, place + 1) for place in range(3)]
        text = said(make(language, rows, indicators=[indicator(language, **change)]))
        assert tell(language, zh, en) in text
        assert tell(language, "有目标的1项指标未达到目标", "The one indicator with a target was not reached") in text

    @pytest.mark.parametrize(
        ("lost", "named"),
        [((5, 4, 3, 2), "甲乙丙"), ((5, 4, 4, 4), "甲乙丙丁"), ((1, 1, 1, 2), "甲乙丙丁"), ((5, 4), "甲乙")],
    )
    def test_those_that_cost_most_are_named_and_all_that_cost_as_much(self, lost, named):
        listed = [indicator("zh", str(place), indicator_name=name, mean_lost=cost, position=place)
                  for place, (name, cost) in enumerate(zip("甲乙丙丁", lost, strict=False))]  # fmt: skip
        given, words = make("zh", [township("zh", 0, 1)], indicators=listed), Words("zh")
        text = "".join(wording_indicators.indicators(given, words, "2"))
        assert "".join(sorted(re.findall(r"([甲乙丙丁])98", text), key="甲乙丙丁".index)) == named
        assert (f"其余{len(lost) - len(named)}项见附件2" in text) == (len(lost) > len(named))

    @pytest.mark.parametrize(
        ("short", "said"), [((3, 3, 1), "甲、乙，各有3个"), ((3, 2, 1), "是甲，有3个"), ((0,), "均已达到")]
    )
    def test_the_figure_names_all_on_which_most_fall_short(self, short, said):
        listed = [
            indicator("zh", name, indicator_name=name, short=one) for name, one in zip("甲乙丙", short, strict=False)
        ]
        assert said in wording_indicators.finding(make("zh", [township("zh", 0, 1)], indicators=listed), Words("zh"))

    def test_every_mixture_of_results(self, language):
        rows = [township(language, place, place + 1) for place in range(3)]
        states = {
            "reached": {"is_reached": True, "verdict": "met", "short": 0, "mean_lost": 0},
            "reached_but": {"is_reached": True, "verdict": "cannot_tell", "short": 1},
            "missed": {},
            "unscored": {"mean_lost": None},
            "judged": {"judged_months": 12},
            "few": {"is_reached": False, "verdict": "not_applicable"},
            "free": {"is_reached": None, "verdict": None, "target_value": None, "mean_lost": None},
            "absent": {"is_reached": None, "verdict": None, "denominator": None, "numerator": None, "mean_lost": None},
            "withheld": {"is_reached": None, "verdict": "not_delivered", "denominator": None, "numerator": None},
        }
        for count in range(1, 4):
            for chosen in itertools.combinations_with_replacement(states, count):
                listed = [indicator(language, str(place), **states[name]) for place, name in enumerate(chosen)]
                text = said(make(language, rows, indicators=listed))
                is_absent = bool({"absent", "withheld"} & set(chosen))
                assert (tell(language, "本期没有结果的是", "o result in this period") in text) == is_absent
                is_missed = bool({"missed", "judged", "unscored"} & set(chosen))
                assert (tell(language, "失分多的在前", "what cost most first") in text) == is_missed


class TestOfTheRest:
    @pytest.mark.parametrize("is_provisional", [True, False])
    @pytest.mark.parametrize("entries", [0, 1, 2, 8, 9])
    def test_slow_progress(self, language, entries, is_provisional):
        rows = [township(language, place, place + 1) for place in range(9)]
        slow = [{"division_name": NAMES[language][place % 9], "indicator_name": {"zh": "指标", "en": "Rate"}[language]}
                for place in range(entries)]  # fmt: skip
        text = said(make(language, rows, slow=slow, is_provisional=is_provisional))
        assert (tell(language, "附件4", "Annex 4") in text) == bool(entries)
        if not entries:
            none, pending = (
                tell(language, "没有乡镇被列为", "no township is listed"),
                tell(language, "待到齐后评定", "will be judged"),
            )
            assert (none in text) != is_provisional
            assert pending in text or not is_provisional
        if entries == 1:
            assert (
                tell(language, "有1个乡镇，共1项次", "one township is listed for slow progress, with one entry") in text
            )

    @pytest.mark.parametrize("matters", [0, 1, 2])
    def test_matters_are_a_number_and_accuse_nobody(self, language, matters):
        rows = [township(language, place, place + 1) for place in range(2)]
        text = wording.matters(make(language, rows, matters=matters), Words(language))[1]
        check(text, language)
        assert not any(name in text for name in NAMES[language])
        assert not re.search("造假|弄虚|作假|倒填|fraud|fake|manipul|arranged|backdat", text)
        assert (tell(language, "不是结论", "no conclusion") in text) == bool(matters)

    def test_what_most_share_is_the_countys_and_names_no_township(self, language):
        shared = {"division_code": "county", "division_name": "x", "indicator_name": tell(language, "指标", "Rate"),
                  "county_rate": 0.97964, "townships_listed": 7, "townships_ranked": 9,
                  "indicator_code": "x"}  # fmt: skip
        rows = [township(language, place, place + 1) for place in range(9)]
        given = make(
            language,
            rows,
            indicators=[indicator(language, target_value=0.98)],
            common=[shared, shared | {"division_code": "other", "division_name": NAMES[language][8]}],
        )
        text = check(wording_indicators.common(given, Words(language)), language)
        assert tell(language, "指标（全县97.96%，9个乡镇中7个）", "Rate (county 97.96%, 7 of 9 townships)") in text
        assert not any(name in text for name in NAMES[language][:8])
        assert tell(language, "没有乡镇被列为", "no township is listed") in said(given)

    @pytest.mark.parametrize("provisional", [0, 1, 2, 3])
    def test_what_is_provisional(self, language, provisional):
        rows = [township(language, 0, 1)]
        indicators = [indicator(language, str(place), provisional=int(place < provisional)) for place in range(3)]
        text = said(make(language, rows, indicators=indicators))
        closed = tell(language, "没有暂定的结果", "no result is provisional")
        assert (closed in text) == (not provisional)
        assert (tell(language, "均为暂定", "results of all indicators") in text) == (provisional == 3)

    @pytest.mark.parametrize("is_withheld", [True, False])
    @pytest.mark.parametrize("silent", [(0,), (0, 3), (3, 8), tuple(range(9))])
    def test_silence_is_named_and_never_complete(self, language, silent, is_withheld):
        rows = [township(language, place, place + 1) for place in range(8)] + [township(language, 8, None)]
        silences = [{"division_code": str(place), "source": source, "is_withheld": is_withheld, "indicators": 2}
                    for place in silent for source in ("service_event", "exchange_message")]  # fmt: skip
        results = [{"division_code": str(place), "verdict": "not_delivered", "lost": 3.5}
                   for place in silent for _ in range(2) if is_withheld]  # fmt: skip
        text = said(make(language, rows, silences=silences, results=results))
        assert tell(language, "没有暂定的结果", "no result is provisional") not in text
        assert tell(language, "服务台帐、协查与通报信息", "Ledger of services and Inquiries and notices") in text
        beside = tell(language, "甲镇（第1名）服务台帐、协查与通报信息，所涉2项指标按零分计",
                      "Ash (rank 1) Ledger of services and Inquiries and notices exchanged between places")  # fmt: skip
        assert (beside in text) == (is_withheld and 0 in silent)
        unranked = tell(language, "壬镇（未参评）服务台帐", "Ivy (not assessed) Ledger")
        assert (unranked in text) == (is_withheld and 8 in silent)
        everybody = tell(language, "各乡镇的服务台帐、", "between places of all townships are still to come")
        assert (everybody in text) == (not is_withheld and len(silent) == 9)

    @pytest.mark.parametrize(
        ("now", "zh", "en"),
        [
            (None, "指标甲本期离目标差12件，已无可补办的", "Indicator one, 12 cases short of the target, nothing"),
            ({"can_still_meet": 0, "latest_due_at": None}, "已无可补办的", "nothing can still be met"),
            ({"can_still_meet": 1, "latest_due_at": None}, "，尚可办1件", ", one can still be met;"),
            ({"can_still_meet": 30, "latest_due_at": dt.datetime(2026, 11, 22, 23, 59, 59)},
             "本期离目标差12件，2026年11月22日前尚可办30件；",
             "12 cases short of the target, 30 can still be met by 22 November 2026;"),
        ],
    )  # fmt: skip
    def test_what_to_do_is_said_with_cases_and_a_day(self, language, now, zh, en):
        step = {"division_code": "county", "indicator_code": "x", "cases_to_target": 12}
        running = [{"division_code": "county", "indicator_code": "x"} | now] if now else []
        text = said(make(language, [township(language, 0, 1)], indicators=[indicator(language)], steps=[step],
                         running=running))  # fmt: skip
        assert tell(language, zh, en) in text
        assert tell(language, "各单位的件数、分值和期限见附件5", "are in Annex 5") in text

    def test_of_an_older_period_nothing_is_left_to_do(self, language):
        step = {"division_code": "county", "indicator_code": "x", "cases_to_target": 12}
        given = make(language, [township(language, 0, 1)], indicators=[indicator(language)], steps=[step])
        text = said(dataclasses.replace(given, running_month=None))
        assert tell(language, "指标甲本期离目标差12件；", "Indicator one, 12 cases short of the target;") in text
        assert tell(language, "可办", "can still") not in text

    @pytest.mark.parametrize(
        ("head", "zh", "en"),
        [
            (Letterhead(), "", ""),
            (Letterhead(report_to="X"), "请报X。", "report on these points to X."),
            (Letterhead(report_by=dt.date(2026, 12, 10)), "请于2026年12月10日前报送。", "points by 10 December 2026."),
            (Letterhead(report_to="X", report_by=dt.date(2026, 12, 10)), "请于2026年12月10日前报X。",
             "to X by 10 December 2026."),
        ],
    )  # fmt: skip
    def test_until_when_and_to_whom_where_it_is_set(self, language, head, zh, en):
        text = wording.reporting(head, Words(language))
        assert text.endswith(tell(language, zh, en))
        assert bool(text) == (head != Letterhead())

    def test_nothing_lost_asks_for_nothing(self, language):
        text = said(make(language, [township(language, 0, 1)]))
        assert tell(language, "保持现有做法", "carry on as before") in text


class TestOfTheCatalogue:
    def test_both_languages_say_everything_with_the_same_values(self, catalogue):
        assert all(set(texts) == {"zh", "en"} for texts in catalogue.values())
        values = {
            key: [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()] for key, texts in catalogue.items()
        }
        loose = (
            ".one",
            "unit",
            ".none",
            ".level",
            ".all",
            ".no_tier",
            ".matrix",
            ".part",
            ".none.provisional",
            "opening",
        )
        assert not [key for key, (zh, en) in values.items() if zh != en and not key.endswith(loose)
                    and (zh ^ en) - {"unit", "unit_one"}]  # fmt: skip

    def test_no_language_strays_into_the_other(self, catalogue):
        assert not [key for key, texts in catalogue.items() if re.search(r"[\u4e00-\u9fff]", texts["en"])]
        plain = {key: re.sub(r"\{.*?\}|--\w+|shuangbai \w+|make \w+|xlsx|pdf|zh|en|p′|\d{4}-\d\d", "", texts["zh"])
                 for key, texts in catalogue.items()}  # fmt: skip
        assert not [key for key, text in plain.items() if re.search(r"[A-Za-z]{3}", text)]

    def test_every_text_is_used(self, catalogue):
        code = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS.glob("*.py"))
        literals = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"', code))
        shapes = [re.escape(re.sub(r"\{.*?\}", "§", one)).replace("§", r"[a-z_.]+")
                  for one in re.findall(r'f"([a-z_.{}\[\]\'" ]*?\{.*?\}[a-z_.]*)"', code)]  # fmt: skip
        columns = {f"column.{one}" for one in literals}

        def is_used(key: str) -> bool:
            base = re.sub(r"\.(one|many)$", "", key)
            return bool({key, base} & (literals | columns)) or any(
                re.fullmatch(shape, base) for shape in shapes if "\\." in shape
            )

        assert not [key for key in catalogue if not is_used(key)]
