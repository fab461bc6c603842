"""Figures as text: rounded as everybody's calculator does, never across a limit, in both languages."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import formatting

counts = st.integers(1, 10_000_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def number(text: str) -> Fraction:
    return Fraction(text.replace("%", "").replace(",", "").replace("−", "-").replace("+", ""))


@given(counts)
def test_a_rate_never_claims_all_or_nothing_that_is_not(pair):
    met, total = pair
    text = formatting.rate(met, total, "en")
    assert (text == "100.0%") == (met == total)
    assert (text == "0.0%") == (met == 0)


@given(counts, st.one_of(st.none(), st.integers(1, 1000)))
def test_a_rate_is_rounded_on_its_side_of_its_target_with_no_more_decimals_than_that_takes(pair, permille):
    met, total = pair
    target = None if permille is None else permille / 1000
    text = formatting.rate(met, total, "en", target)
    shown, exact = number(text), Fraction(100 * met, total)
    places = len(text.removesuffix("%").partition(".")[2])
    assert abs(shown - exact) <= Fraction(1, 2 * 10**places)
    limits = [Fraction(0), Fraction(100), *([] if permille is None else [Fraction(permille, 10)])]

    def is_beside(one: Fraction) -> bool:
        return all((one > limit) - (one < limit) == (exact > limit) - (exact < limit) for limit in limits)

    assert is_beside(shown)
    if places > 1:
        step = 10 ** (places - 1)
        assert not is_beside(Fraction(floor(exact * step + Fraction(1, 2)), step))


@given(counts)
def test_a_rate_without_a_said_target_never_reads_as_another_whole_number(pair):
    met, total = pair
    shown, exact = number(formatting.rate(met, total, "en")), Fraction(100 * met, total)
    assert (shown.denominator == 1) == (exact.denominator == 1)


@pytest.mark.parametrize(
    ("met", "total", "target", "text"),
    [
        (999, 1000, 1, "99.9%"),
        (9_999, 10_000, 1, "99.99%"),
        (9_796, 10_000, 0.98, "97.96%"),
        (9_796, 10_000, 0.99, "98.0%"),
        (9_696, 10_000, 0.98, "97.0%"),
        (49, 50, 0.98, "98.0%"),
        (9_804, 10_000, 0.98, "98.04%"),
        (19_651, 20_000, 0.98255, "98.255%"),
        (1, 5_000, 0.98, "0.02%"),
        (1, 8, None, "12.5%"),
        (1, 16, None, "6.3%"),
    ],
)
def test_a_rate_beside_its_target(met, total, target, text):
    assert formatting.rate(met, total, "zh", target) == formatting.rate(met, total, "en", target) == text


@pytest.mark.parametrize(
    ("points", "text"), [(94.96, "94.96"), (94.94, "94.9"), (95.04, "95.04"), (94.999999, "94.999999"), (95, "95.0"),
                         (84.25, "84.3"), (99.96, "99.96"), (0.04, "0.04"), (89.96, "90.0"), (None, "–")]
)  # fmt: skip
def test_a_score_is_never_rounded_across_a_grade(points, text):
    assert formatting.score(points, "en", 95, 85, 70, 0) == text


@given(st.floats(0, 100))
def test_a_score_without_said_grades_never_reads_as_another_whole_number(points):
    shown, exact = number(formatting.score(points, "en")), round(Fraction(str(points)), 6)
    assert (shown.denominator == 1) == (exact.denominator == 1)


@given(st.floats(0.000001, 100))
def test_a_part_that_is_not_nothing_never_reads_as_nothing(points):
    assert number(formatting.points(points, "en"))


@pytest.mark.parametrize(
    ("difference", "text"),
    [(1.26, "+1.3"), (-1.26, "−1.3"), (1.25, "+1.3"), (-1.25, "−1.3"), (0.0, "0.0"), (-0.04, "−0.04"), (None, "–")],
)
def test_a_change_has_a_sign_and_is_rounded_away_from_zero_at_the_half(difference, text):
    assert formatting.change(difference, "zh") == text


@pytest.mark.parametrize(
    ("chance", "zh", "en"),
    [(1.0, "99%以上", "over 99%"), (0.9951, "99%以上", "over 99%"), (0.9949, "99%", "99%"), (0.945, "95%", "95%"),
     (0.0001, "不到1%", "under 1%"), (0.0, "不到1%", "under 1%"), (None, "–", "–")],
)  # fmt: skip
def test_a_chance_is_no_certainty(chance, zh, en):
    assert (formatting.chance(chance, "zh"), formatting.chance(chance, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("call", "zh", "en"),
    [
        (lambda language: formatting.rate(0, 0, language), "–", "–"),
        (lambda language: formatting.share(0.98, language), "98.0%", "98.0%"),
        (lambda language: formatting.cases(1234, 5678, language), "1,234/5,678", "1,234/5,678"),
        (lambda language: formatting.period("month", dt.date(2026, 9, 1), language), "2026年9月", "September 2026"),
        (lambda language: formatting.period("quarter", dt.date(2026, 7, 1), language), "2026年第3季度", "Q3 2026"),
        (
            lambda language: formatting.period("year_to_date", dt.date(2026, 9, 1), language),
            "2026年1月至9月",
            "January to September 2026",
        ),
        (lambda language: formatting.date(dt.date(2026, 11, 5), language), "2026年11月5日", "5 November 2026"),
        (lambda language: formatting.listing(["a", "b"], language), "a、b", "a, b"),
        (lambda language: formatting.clauses(["a", "", "b"], language), "a；b。", "A; b."),
    ],
)
def test_in_both_languages(call, zh, en):
    assert (call("zh"), call("en")) == (zh, en)


def test_chinese_and_figures_are_set_apart_by_a_thin_space():
    assert formatting.spaced("共16个乡镇，平均92.4分") == "共\u200916\u2009个乡镇，平均\u200992.4\u2009分"
