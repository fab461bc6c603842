"""Drawn scores against the posterior they are drawn from, in closed form and by quadrature, and against the streams."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, kstest

from warehouse.statistics import posterior
from warehouse.statistics.posterior import Goalposts, beta_parameters, draw_scores
from warehouse.statistics.streams import generator, in_threads

DRAWS = 20_000
# Standard errors allowed: one test in ten thousand would fail by chance, were the seeds not fixed.
FOUR_ERRORS = 4 * 0.5 / DRAWS**0.5


def even(units: int, indicators: int, floor: float = 0.8, target: float = 1.0) -> tuple[Goalposts, np.ndarray]:
    pairs = units * indicators
    return Goalposts(*(np.full(pairs, value) for value in (floor, target, 1.0))), np.arange(units) * indicators


def test_the_stream_is_that_of_the_text():
    digest = hashlib.sha256(b"month|2026-10-01|623021000000").digest()
    expected = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big"))).random(5)
    assert (generator("month", date(2026, 10, 1), "623021000000").random(5) == expected).all()


def test_threads_give_the_results_in_order():
    assert in_threads(lambda n: n * n, range(50), 7) == [n * n for n in range(50)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Worked by hand: m = 97.5 / 100 and so on, five cases' weight.
        ((19, 20, 97, 99), (19 + 4.875, 1 + 0.125)),
        ((0, 0, 97, 99), (4.875, 0.125)),
        ((0, 1, 0, 1), (5 * 0.25, 1 + 5 * 0.75)),
        ((1, 1, 1, 1), (1 + 5 * 0.75, 5 * 0.25)),
    ],
)
def test_the_county_speaks_with_five_cases(counts, expected):
    assert tuple(float(value) for value in beta_parameters(*counts, 5)) == pytest.approx(expected)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 5_000), st.integers(0, 5_000))
def test_the_posterior_is_proper_whatever_the_counts(met, missed, others_met, others_missed):
    a, b = beta_parameters(met, met + missed, met + others_met, met + missed + others_met + others_missed, 5)
    assert a > 0 and b > 0
    assert a + b == pytest.approx(met + missed + 5)


@pytest.mark.parametrize("counts", [(-1, 2, 3, 4), (3, 2, 3, 4), (1, 2, 5, 4), (np.nan, 2, 3, 4)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="counts must"):
        beta_parameters(*counts, 5)
    with pytest.raises(ValueError, match="prior"):
        beta_parameters(1, 2, 3, 4, 0)


@pytest.mark.parametrize(("a", "b"), [(23.9, 1.1), (5.0, 0.02), (302.4, 4.6), (0.7, 0.3), (60.0, 40.0)])
def test_a_single_indicators_score_has_the_attainment_of_a_beta_rate(a, b):
    """With floor 0 and target 1 the score is the rate itself; two other goalposts only stretch and cut it."""
    posts, starts = even(1, 1, floor=0.0)
    scores = draw_scores(generator("one", a, b), np.array([a]), np.array([b]), posts, starts, DRAWS)[0]
    if b > 0.1:
        assert kstest(scores / 100, beta(a, b).cdf).pvalue > 1e-4
    posts, _ = even(1, 1, floor=0.78, target=0.98)
    scores = draw_scores(generator("cut", a, b), np.array([a]), np.array([b]), posts, starts, DRAWS)[0]
    assert (scores == 100).mean() == pytest.approx(beta.sf(0.98, a, b), abs=FOUR_ERRORS)
    assert (scores == 0).mean() == pytest.approx(beta.cdf(0.78, a, b), abs=FOUR_ERRORS)
    mean = 100 * quad(lambda rate: beta.sf(rate, a, b), 0.78, 0.98)[0] / 0.2
    assert scores.mean() == pytest.approx(mean, abs=100 * FOUR_ERRORS)


def test_a_weighted_score_is_the_weighted_mean():
    a, b = np.array([90.0, 40.0, 300.0]), np.array([3.0, 2.0, 9.0])
    posts = Goalposts(np.array([0.7, 0.6, 0.8]), np.array([1.0, 0.95, 0.98]), np.array([1.0, 2.0, 0.5]))
    scores = draw_scores(generator("weighted"), a, b, posts, np.array([0]), DRAWS)[0]
    attainments = [
        quad(beta(*parameters).sf, low, high)[0] / (high - low)
        for *parameters, low, high in zip(a, b, posts.floor, posts.target, strict=True)
    ]
    expected = 100 * np.average(attainments, weights=posts.weight)
    assert scores.mean() == pytest.approx(expected, abs=4 * scores.std() / DRAWS**0.5)


@pytest.mark.parametrize("first", [(48, 50), (10, 10), (300, 310)])
@pytest.mark.parametrize("second", [(45, 50), (1, 1), (97, 100)])
def test_two_units_one_indicator_by_quadrature(first, second):
    """P(theta1 > theta2) is the integral of the one's density times the other's distribution function."""
    met, cases = np.array([first, second]).T
    a, b = beta_parameters(met, cases, met.sum(), cases.sum(), 5)
    truth = quad(lambda rate: beta.pdf(rate, a[0], b[0]) * beta.cdf(rate, a[1], b[1]), 0, 1, limit=400)[0]
    posts, starts = even(2, 1, floor=0.0)
    scores = draw_scores(generator("two", *first, *second), a, b, posts, starts, DRAWS)
    assert (scores[0] > scores[1]).mean() == pytest.approx(truth, abs=FOUR_ERRORS + 2e-4)


def test_neither_blocks_nor_later_units_change_a_units_draws(monkeypatch):
    rng = np.random.default_rng(3)
    sizes = np.array([3, 1, 18, 5, 7])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    a, b = rng.uniform(1, 300, sizes.sum()), rng.uniform(0.01, 9, sizes.sum())
    posts = Goalposts(np.full(sizes.sum(), 0.8), np.full(sizes.sum(), 1.0), rng.uniform(0.5, 2, sizes.sum()))
    whole = draw_scores(generator("blocks"), a, b, posts, starts, 100)
    fewer = draw_scores(generator("blocks"), a[:22], b[:22], posts[slice(0, 22)], starts[:3], 100)
    monkeypatch.setattr(posterior, "BLOCK_NUMBERS", 1)
    assert (whole == draw_scores(generator("blocks"), a, b, posts, starts, 100)).all()
    assert (whole[:3] == fewer).all()


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_scores_lie_on_the_scale_to_six_decimals(data):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    pairs = sum(sizes)
    counts = data.draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=pairs, max_size=pairs))
    met, missed = np.array(counts).T
    a, b = beta_parameters(met, met + missed, met.sum(), (met + missed).sum(), 5)
    posts = Goalposts(np.full(pairs, 0.6), np.full(pairs, 0.9), np.arange(1.0, pairs + 1))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    scores = draw_scores(generator("any"), a, b, posts, starts, 50)
    assert scores.shape == (len(sizes), 50)
    assert ((scores >= 0) & (scores <= 100)).all()
    assert (scores == np.round(scores, 6)).all()
