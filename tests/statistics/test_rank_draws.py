"""Drawn scores against the posterior they are drawn from, in closed form and by quadrature, and against the streams."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, kstest

from warehouse.statistics import posterior
from warehouse.statistics.hierarchy import Laws, fit
from warehouse.statistics.posterior import Goalposts, Posterior, draw_scores
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


def drawn(a, b, posts: Goalposts, starts, draws: int, *text) -> np.ndarray:
    """Scores of pairs whose rates are Beta(a, b), no more and no less."""
    pairs = len(a)
    laws = Laws(np.reshape(a, (pairs, 1)), np.reshape(b, (pairs, 1)), np.ones((pairs, 1)), np.zeros((pairs, 1)))
    nothing, cell = np.zeros(pairs), np.zeros((pairs, draws), dtype=int)
    posterior = Posterior(nothing, nothing, np.arange(pairs), laws, cell, np.zeros(pairs, dtype=bool))
    return draw_scores(generator(*text), generator(*text, "spotless"), posterior, posts, starts)


@pytest.mark.parametrize(("a", "b"), [(23.9, 1.1), (5.0, 0.02), (302.4, 4.6), (0.7, 0.3), (60.0, 40.0)])
def test_a_single_indicators_score_has_the_attainment_of_a_beta_rate(a, b):
    """With floor 0 and target 1 the score is the rate itself; two other goalposts only stretch and cut it."""
    posts, starts = even(1, 1, floor=0.0)
    scores = drawn([a], [b], posts, starts, DRAWS, "one", a, b)[0]
    if b > 0.1:
        assert kstest(scores / 100, beta(a, b).cdf).pvalue > 1e-4
    posts, _ = even(1, 1, floor=0.78, target=0.98)
    scores = drawn([a], [b], posts, starts, DRAWS, "cut", a, b)[0]
    assert (scores == 100).mean() == pytest.approx(beta.sf(0.98, a, b), abs=FOUR_ERRORS)
    assert (scores == 0).mean() == pytest.approx(beta.cdf(0.78, a, b), abs=FOUR_ERRORS)
    mean = 100 * quad(lambda rate: beta.sf(rate, a, b), 0.78, 0.98)[0] / 0.2
    assert scores.mean() == pytest.approx(mean, abs=100 * FOUR_ERRORS)


def test_a_weighted_score_is_the_weighted_mean():
    a, b = np.array([90.0, 40.0, 300.0]), np.array([3.0, 2.0, 9.0])
    posts = Goalposts(np.array([0.7, 0.6, 0.8]), np.array([1.0, 0.95, 0.98]), np.array([1.0, 2.0, 0.5]))
    scores = drawn(a, b, posts, np.array([0]), DRAWS, "weighted")[0]
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
    mean = (met.sum() + 0.5) / (cases.sum() + 1)
    a, b = met + 5 * mean, cases - met + 5 * (1 - mean)
    truth = quad(lambda rate: beta.pdf(rate, a[0], b[0]) * beta.cdf(rate, a[1], b[1]), 0, 1, limit=400)[0]
    posts, starts = even(2, 1, floor=0.0)
    scores = drawn(a, b, posts, starts, DRAWS, "two", *first, *second)
    assert (scores[0] > scores[1]).mean() == pytest.approx(truth, abs=FOUR_ERRORS + 2e-4)


def county(rng, sizes):
    """Counts of units with so many of five indicators, some without a miss, some silent."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    indicator = np.concatenate([np.sort(rng.choice(5, size, replace=False)) for size in sizes])
    cases = rng.integers(0, 60, len(indicator))
    met = rng.binomial(cases, rng.choice([1.0, 0.9], len(indicator)))
    return starts, indicator, met.astype(float), cases.astype(float), rng.random(len(indicator)) < 0.2


def scores_of(starts, indicator, met, cases, is_silent, laws, cell, posts):
    posterior = Posterior(met, cases, indicator, laws, cell, is_silent)
    return draw_scores(generator("blocks"), generator("whether"), posterior, posts, starts)


def test_neither_blocks_nor_later_units_change_a_units_draws(monkeypatch):
    rng = np.random.default_rng(3)
    starts, indicator, met, cases, is_silent = county(rng, [3, 1, 5, 4, 2])
    laws = fit(met, cases, indicator, 5, 3)
    cell = laws.draw(generator("laws"), 100)
    posts = Goalposts(np.full(15, 0.8), np.full(15, 1.0), rng.uniform(0.5, 2, 15))
    whole = scores_of(starts, indicator, met, cases, is_silent, laws, cell, posts)
    first = slice(0, 9)
    parts = (indicator[first], met[first], cases[first], is_silent[first])
    fewer = scores_of(starts[:3], *parts, replace(laws, perfect=laws.perfect[first]), cell, posts[first])
    monkeypatch.setattr(posterior, "BLOCK_NUMBERS", 1)
    assert (whole == scores_of(starts, indicator, met, cases, is_silent, laws, cell, posts)).all()
    assert (whole[:3] == fewer).all()


def test_silence_is_worth_nothing_in_every_draw():
    """Half of the weight is silent, the other without a miss: half the score at most."""
    met, cases, indicator = np.array([0.0, 50] * 4), np.array([0.0, 50] * 4), np.array([0, 1] * 4)
    laws = fit(met, cases, indicator, 5, 3)
    posts = Goalposts(np.full(8, 0.5), np.full(8, 1.0), np.ones(8))
    cell = laws.draw(generator("laws"), 500)
    scores = scores_of(np.arange(0, 8, 2), indicator, met, cases, cases == 0, laws, cell, posts)
    assert scores.max() == 50 and scores.min() > 30


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_scores_lie_on_the_scale_to_six_decimals(seed, sizes):
    starts, indicator, met, cases, is_silent = county(np.random.default_rng(seed), sizes)
    indicator = np.unique(indicator, return_inverse=True)[1]
    laws = fit(met, cases, indicator, 5, 3)
    posts = Goalposts(np.full(len(met), 0.6), np.full(len(met), 0.9), np.arange(1.0, len(met) + 1))
    scores = scores_of(starts, indicator, met, cases, is_silent, laws, laws.draw(generator("any"), 50), posts)
    assert scores.shape == (len(sizes), 50)
    assert ((scores >= 0) & (scores <= 100)).all()
    assert (scores == np.round(scores, 6)).all()
