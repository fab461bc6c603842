"""Figures as text: cut and never rounded towards all or nothing, in both languages."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

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


@given(counts)
def test_a_rate_is_at_most_a_tenth_off_and_never_above_but_for_the_smallest(pair):
    met, total = pair
    shown, exact = number(formatting.rate(met, total, "en")), Fraction(100 * met, total)
    assert abs(shown - exact) <= Fraction(1, 10)
    assert shown <= exact or shown == Fraction(1, 10)


@given(counts, st.integers(1, 1000))
def test_a_rate_below_its_target_never_reads_as_reaching_it(pair, permille):
    met, total = pair
    if 1000 * met < permille * total:
        shown, target = formatting.rate(met, total, "en"), formatting.share(permille / 1000, "en")
        assert number(shown) < number(target) or permille == 1


@given(st.floats(0, 100))
def test_a_score_is_cut(points):
    assert number(formatting.score(points, "en")) <= round(Fraction(points), 6)
    assert formatting.score(94.96, "en") == "94.9"


@given(st.floats(0.000001, 100))
def test_a_part_that_is_not_nothing_never_reads_as_nothing(points):
    assert formatting.points(points, "en") != "0.0"


@pytest.mark.parametrize(
    ("difference", "text"), [(1.26, "+1.2"), (-1.26, "−1.2"), (0.0, "0.0"), (-0.04, "0.0"), (None, "–")]
)
def test_a_change_has_a_sign_and_is_cut_towards_zero(difference, text):
    assert formatting.change(difference, "zh") == text


@pytest.mark.parametrize(
    ("call", "zh", "en"),
    [
        (lambda language: formatting.rate(999, 1000, language), "99.9%", "99.9%"),
        (lambda language: formatting.rate(1, 5000, language), "0.1%", "0.1%"),
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
