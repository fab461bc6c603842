"""How surely a score changed: against quadrature, against all draws, and where nothing changed at all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, binom

from warehouse.statistics.comparison import FIRST_ROUND, Period, score_change
from warehouse.statistics.posterior import Goalposts, beta_parameters
from warehouse.statistics.streams import generator

THRESHOLD = 0.975


def period(met, cases, pooled, text, floor=0.8, target=1.0):
    a, b = beta_parameters(np.asarray(met), np.asarray(cases), *pooled, 5)
    return Period(a, b, Goalposts(*(np.full(len(a), value) for value in (floor, target, 1.0))), generator(text))


def change(now, before, starts=(0,), most_draws=10_000, **posts):
    """Of (met, cases) arrays per pair, pooled over both periods as if there were no siblings."""
    pooled = [np.asarray(now[side]) + np.asarray(before[side]) for side in (0, 1)]
    periods = (period(*counts, pooled, text, **posts) for counts, text in ((now, "now"), (before, "before")))
    return score_change(*periods, np.array(starts), THRESHOLD, most_draws)


@pytest.mark.parametrize(
    ("now", "before"), [((97, 100), (90, 100)), ((290, 300), (283, 300)), ((19, 20), (20, 20)), ((70, 100), (98, 100))]
)
def test_one_indicator_by_quadrature(now, before):
    """Floor 0, target 1: the score is the rate, and P(now > before) an integral over two beta posteriors."""
    counts = [[np.array([count]) for count in period_counts] for period_counts in (now, before)]
    a, b = beta_parameters(
        *(np.array(side) for side in zip(now, before, strict=True)), now[0] + before[0], now[1] + before[1], 5
    )
    # A threshold of one half is never clear of these chances early, so all draws are made where it is close.
    truth = quad(lambda rate: beta.pdf(rate, a[0], b[0]) * beta.cdf(rate, a[1], b[1]), 0, 1, limit=400)[0]
    found = change(*counts, floor=0.0)
    error = 4 * np.sqrt(truth * (1 - truth) / found.draws[0]) + 0.002
    assert found.p_higher[0] == pytest.approx(truth, abs=error)
    assert found.p_lower[0] == pytest.approx(1 - truth, abs=error)


def test_no_change_is_no_change_even_where_every_draw_is_a_tie():
    """On the target in both periods with thousands of cases each draw is 100 twice: neither higher nor lower."""
    found = change(([9_990], [10_000]), ([9_990], [10_000]), floor=0.7, target=0.9)
    assert (found.p_higher[0], found.p_lower[0], found.draws[0]) == (0, 0, FIRST_ROUND)


def test_perfect_is_not_better_than_perfect():
    found = change(([300] * 18, [300] * 18), ([30] * 18, [30] * 18))
    assert found.p_higher[0] < 0.9 and found.p_lower[0] < 0.9


def test_a_collapse_is_seen_and_so_is_the_way_back():
    good, bad = ([295] * 5, [300] * 5), ([250] * 5, [300] * 5)
    assert change(bad, good).p_lower[0] >= THRESHOLD
    assert change(good, bad).p_higher[0] >= THRESHOLD


def many_units(units=60, most_draws=4_000):
    rng = np.random.default_rng(2)
    sizes = rng.integers(1, 6, units)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rates = np.repeat(rng.uniform(0.85, 1, units), sizes), np.repeat(rng.uniform(0.85, 1, units), sizes)
    cases = rng.integers(20, 200, sizes.sum())
    now, before = ((rng.binomial(cases, rate), cases) for rate in rates)
    return change(now, before, starts, most_draws)


def test_drawing_no_further_than_needed_decides_as_all_draws_do(monkeypatch):
    stopped = many_units()
    monkeypatch.setattr("warehouse.statistics.comparison.REVERSAL", 0.0)
    drawn_out = many_units()
    assert (drawn_out.draws == 4_000).all()
    assert stopped.draws.min() == FIRST_ROUND and stopped.draws.mean() < 1_500
    # Whoever truly stands within three standard errors of the threshold may fall on either side of it.
    near = 3 * np.sqrt(THRESHOLD * (1 - THRESHOLD) / 4_000)
    for share, whole in ((stopped.p_higher, drawn_out.p_higher), (stopped.p_lower, drawn_out.p_lower)):
        clear = abs(whole - THRESHOLD) > near
        assert clear.sum() > 50
        assert ((share >= THRESHOLD) == (whole >= THRESHOLD))[clear].all()
    assert ((stopped.p_higher >= THRESHOLD).sum() > 3) and ((stopped.p_lower >= THRESHOLD).sum() > 3)


def test_identical_months_are_called_changed_as_rarely_as_promised():
    """One month like the other: five chances in a hundred at most, fewer by the prior, ties and conservatism."""
    rng = np.random.default_rng(4)
    units, indicators = 400, 6
    starts = np.arange(units) * indicators
    cases = rng.integers(30, 300, units * indicators)
    rate = np.repeat(rng.uniform(0.9, 0.99, units), indicators)
    now, before = ((rng.binomial(cases, rate), cases) for _ in range(2))
    found = change(now, before, starts, 2_000)
    called = ((found.p_higher >= THRESHOLD) | (found.p_lower >= THRESHOLD)).sum()
    assert binom.sf(called - 1, units, 0.05) > 1e-3


def test_the_same_streams_give_the_same_answer_and_fewer_draws_are_enough():
    first, again = many_units(), many_units()
    assert (first.p_higher == again.p_higher).all() and (first.draws == again.draws).all()
    few = many_units(most_draws=7)
    assert set(few.draws) == {7}
