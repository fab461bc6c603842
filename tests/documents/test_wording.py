"""The bulletin's sentences are grammatical in every case: nobody, one, some, all; ties, few, alone, none ranked."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.documents import facts, wording, wording_domains, wording_places
from dashboards.documents.words import Words

DOCUMENTS = Path(__file__).resolve().parents[2] / "dashboards" / "documents"
COMMAND = DOCUMENTS.parents[1] / "orchestration" / "bulletin.py"
MONTH = dt.date(2026, 10, 1)
NAMES = {"zh": ["甲镇", "乙镇", "丙乡", "丁镇", "戊乡", "己镇", "庚镇", "辛乡", "壬镇"],
         "en": ["Ash", "Birch", "Cedar", "Date", "Elm", "Fir", "Gum", "Hazel", "Ivy"]}  # fmt: skip
GRADES = {"zh": "优秀", "en": "Excellent"}


def township(language: str, place: int, rank: int | None, **other) -> dict:
    return {
        "division_code": str(place), "division_name": NAMES[language][place], "level": "township", "rank": rank,
        "rank_low": rank, "rank_high": rank, "is_assessed": rank is not None, "tier": None, "score": 99.0 - (rank or 0),
        "score_change": 1.5, "score_trend": "no_clear_change", "is_vetoed": False, "vetoed_by": None,
        "grade_name": GRADES[language], "is_provisional": False,
    } | other  # fmt: skip


def indicator(language: str, code: str = "x", **other) -> dict:
    return {
        "indicator_code": code, "indicator_name": {"zh": "指标甲", "en": "Indicator one"}[language], "position": 1,
        "domain": "service", "judged_months": 1, "numerator": 98, "denominator": 100, "target_value": 1.0,
        "is_reached": False, "short": 2, "held": 3, "serious": 0, "reached": 1, "provisional": 0,
    } | other  # fmt: skip


def make(language: str, ranking: list[dict], *, kind: str = "month", indicators=(), slow=(), matters=0, losses=(),
         results=(), is_overlapping=True, is_provisional=False) -> facts.Facts:  # fmt: skip
    ranked = [row for row in ranking if row["is_assessed"]]
    counts = {
        "middle": sum(row["tier"] == "middle" for row in ranked),
        "unchanged": sum(row["score_trend"] == "no_clear_change" for row in ranked),
        "perfect": sum(row["score"] == 100 for row in ranked),
        "is_overlapping": is_overlapping,
    }
    grades = [{"grade_name": GRADES[language].lower(), "divisions": len(ranked)}] if ranked else []
    return facts.Facts(
        language, kind, MONTH,
        source={"newest_as_of": dt.date(2026, 11, 15), "is_synthetic": True},
        parent={"division_name": {"zh": "某县", "en": "Some County"}[language]},
        ranking=ranking, summary={"mean_score": 91.25 if ranked else None, "is_provisional": is_provisional},
        counts=counts, grades=grades, indicators=list(indicators), results=list(results), domains=[],
        losses=list(losses), slow=list(slow), matters=matters,
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
    words = Words(given.language)
    texts = [wording.opening(given, words), wording.overall(given, words), *wording_places.places(given, words),
             wording_places.changes(given, words), wording.vetoes(given, words), wording.slow(given, words, "4"),
             *wording.matters(given, words), *wording.next_steps(given, words, "4")]  # fmt: skip
    texts += [one for domain in ("information", "service") for one in wording_domains.of_domain(given, words, domain)]
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
        real = tell(language, "差别属实", "their difference is real")
        assert (real in text) == (is_overlapping is False)

    def test_a_lead_is_called_clear_only_where_the_tier_says_so(self, language):
        tiers = ["front", "middle", "middle", "middle", "middle", "middle", "rear", "middle"]
        rows = [township(language, place, place + 1, tier=tier) for place, tier in enumerate(tiers)]
        text = said(make(language, rows))
        assert tell(language, "能够确定属前列的是甲镇；", "Ash is clearly ahead") in text
        assert tell(language, "能够确定属靠后的是庚镇；", "Gum is clearly behind") in text
        assert tell(language, "其余6个名次相近", "the other 6 are close together") in text
        none = said(make(language, [row | {"tier": "middle"} for row in rows]))
        assert tell(language, "还不能确定哪个乡镇属前列或靠后", "no township is clearly ahead or behind") in none
        assert tell(language, "能够确定", "is clearly behind") not in none

    def test_the_vetoed_are_named_as_such_where_they_stand(self, language):
        rows = [township(language, place, place + 1, tier="middle") for place in range(7)]
        rows[6] |= {"is_vetoed": True, "vetoed_by": "x", "score": 97.5}
        results = [indicator(language) | {"division_code": "6", "numerator": 8, "denominator": 9}]
        text = said(make(language, rows, results=results))
        assert tell(language, "庚镇（97.5分，否决）", "Gum (97.5, vetoed)") in text
        assert tell(language, "庚镇（指标甲88.8%，8/9）", "Gum (Indicator one 88.8%, 8/9) was vetoed") in text

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
                               if "属前列" in clause or "clearly ahead" in clause)  # fmt: skip
                assert not is_front or row["tier"] == "front" or "no township is clearly" in text


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


class TestOfTheIndicators:
    @pytest.mark.parametrize(
        ("short", "serious", "zh", "en"),
        [
            (0, 0, "指标甲98.0%（目标100.0%）。", "Indicator one 98.0% (target 100.0%)."),
            (1, 0, "，有1个乡镇未达到。", ", one township fell short."),
            (1, 1, "，有1个乡镇未达到，且为严重未达标。", ", one township fell short, far from it."),
            (2, 1, "，有2个乡镇未达到，其中严重未达标1个。", ", 2 townships fell short, one of them far from it."),
            (2, 2, "，都是严重未达标。", ", far from it in every case."),
            (3, 2, "，各乡镇均未达到，其中严重未达标2个。", ", no township reached it, 2 of them far from it."),
        ],
    )
    def test_how_many_fell_short(self, language, short, serious, zh, en):
        rows = [township(language, place, place + 1) for place in range(3)]
        one = indicator(language, short=short, serious=serious)
        text = said(make(language, rows, indicators=[one]))
        assert tell(language, zh, en) in text
        assert tell(language, "有目标的1项指标未达到目标", "The one indicator with a target was not reached") in text

    def test_every_mixture_of_results(self, language):
        rows = [township(language, place, place + 1) for place in range(3)]
        states = {
            "reached": {"is_reached": True, "short": 0},
            "reached_but": {"is_reached": True, "short": 1},
            "missed": {},
            "judged": {"judged_months": 12},
            "free": {"is_reached": None, "target_value": None},
            "absent": {"is_reached": None, "denominator": None, "numerator": None},
        }
        for count in range(1, 4):
            for chosen in itertools.combinations_with_replacement(states, count):
                listed = [indicator(language, str(place), **states[name]) for place, name in enumerate(chosen)]
                text = said(make(language, rows, indicators=listed))
                assert (tell(language, "供参考", "for information") in text) == ("free" in chosen)
                assert (tell(language, "本期没有结果的是", "o result in this period") in text) == ("absent" in chosen)


class TestOfTheRest:
    @pytest.mark.parametrize("is_provisional", [True, False])
    @pytest.mark.parametrize("entries", [0, 1, 2, 12, 13])
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

    @pytest.mark.parametrize("provisional", [0, 1, 2, 3])
    def test_what_is_provisional(self, language, provisional):
        rows = [township(language, 0, 1)]
        indicators = [indicator(language, str(place), provisional=int(place < provisional)) for place in range(3)]
        text = said(make(language, rows, indicators=indicators))
        closed = tell(language, "没有暂定的结果", "no result is provisional")
        assert (closed in text) == (not provisional)
        assert (tell(language, "均为暂定", "results of all indicators") in text) == (provisional == 3)

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
        code = "\n".join(path.read_text(encoding="utf-8") for path in [*DOCUMENTS.glob("*.py"), COMMAND])
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
