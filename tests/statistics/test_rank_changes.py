"""How surely a score changed: against Fisher's exact test and enumeration, where nothing changed and where much did."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact, hypergeom

from warehouse.statistics.comparison import FIRST_ROUND, Counts, case_worth, score_change
from warehouse.statistics.streams import generator

TAIL = 0.025


def counts(now, before, points=None):
    """Of (met, cases) arrays per pair."""
    arrays = [np.asarray(side) for period in (now, before) for side in period]
    return Counts(*arrays, np.full(len(arrays[0]), 5.0) if points is None else np.asarray(points))


def change(now, before, starts=(0,), max_draws=10_000, points=None, text="change"):
    return score_change(generator(text), counts(now, before, points), np.array(starts), TAIL, max_draws)


@pytest.mark.parametrize(
    ("now", "before"), [((97, 100), (90, 100)), ((290, 300), (283, 300)), ((19, 20), (20, 20)), ((93, 100), (98, 100))]
)
def test_of_one_indicator_it_is_fishers_exact_test(monkeypatch, now, before):
    monkeypatch.setattr("warehouse.statistics.comparison.REVERSAL", 0.0)
    found = change(*([[one] for one in period] for period in (now, before)), max_draws=40_000)
    table = [[met, cases - met] for met, cases in (now, before)]
    for share, side in ((found.p_up, "greater"), (found.p_down, "less")):
        truth = fisher_exact(table, alternative=side).pvalue
        assert share[0] == pytest.approx(truth, abs=4 * np.sqrt(truth * (1 - truth) / 40_000) + 1e-4)


def test_of_two_indicators_it_is_the_enumeration_of_both(monkeypatch):
    monkeypatch.setattr("warehouse.statistics.comparison.REVERSAL", 0.0)
    given = counts(([18, 55], [20, 60]), ([14, 50], [20, 60]), [5, 9])
    worth, moved, up = case_worth(given, np.array([0])), 0.0, 0.0
    tables = list(zip(given.met, given.cases, given.previous_met, given.previous_cases, worth, strict=True))
    moved = sum(x * w for x, *_, w in tables)
    possible = [[(w * k, hypergeom.pmf(k, n + m, x + y, n)) for k in range(n + 1)] for x, n, y, m, w in tables]
    for (first, p), (second, q) in product(*possible):
        up += p * q * (first + second >= moved - 1e-9)
    found = score_change(generator("two"), given, np.array([0]), TAIL, 40_000)
    assert found.p_up[0] == pytest.approx(up, abs=4 * np.sqrt(up * (1 - up) / 40_000))


def test_cases_and_points_weigh_alike():
    """What a case of each is worth: by cases alike, by points as the score has it, each in deviations of the sum."""
    given = counts(([290, 8], [300, 10]), ([280, 9], [300, 10]))
    worth = case_worth(given, np.array([0]))
    spreads = np.array([hypergeom.var(600, 570, 300), hypergeom.var(20, 17, 10)])
    points = 5 * np.array([2 / 300, 2 / 10])
    expected = 1 / np.sqrt(spreads.sum()) + points / np.sqrt((spreads * points**2).sum())
    assert worth == pytest.approx(expected)


def test_no_change_is_no_change():
    """Perfect both times, chance has nothing to move; alike both times, it moves as much as it was moved."""
    for same in (([300] * 18, [300] * 18), ([9_990] * 2, [10_000] * 2)):
        found = change(same, same)
        assert (found.p_up[0] > TAIL, found.p_down[0] > TAIL, found.draws[0]) == (True, True, FIRST_ROUND)


def test_a_collapse_is_seen_and_so_is_the_way_back():
    good, bad = ([295] * 5, [300] * 5), ([250] * 5, [300] * 5)
    assert change(bad, good).p_down[0] <= TAIL
    assert change(good, bad).p_up[0] <= TAIL


def test_a_small_indicator_that_collapses_is_not_drowned_by_a_large_one():
    good, bad = ([295] * 5 + [20], [300] * 5 + [20]), ([295] * 5 + [8], [300] * 5 + [20])
    assert change(bad, good).p_down[0] <= TAIL


def many_units(units=60, max_draws=4_000):
    rng = np.random.default_rng(2)
    sizes = rng.integers(1, 6, units)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rates = np.repeat(rng.uniform(0.85, 1, units), sizes), np.repeat(rng.uniform(0.85, 1, units), sizes)
    cases = rng.integers(20, 200, sizes.sum())
    now, before = ((rng.binomial(cases, rate), cases) for rate in rates)
    return change(now, before, starts, max_draws)


def test_drawing_no_further_than_needed_decides_as_all_draws_do(monkeypatch):
    stopped = many_units()
    monkeypatch.setattr("warehouse.statistics.comparison.REVERSAL", 0.0)
    drawn_out = many_units()
    assert (drawn_out.draws == 4_000).all()
    assert stopped.draws.min() == FIRST_ROUND and stopped.draws.mean() < 1_500
    # Whoever truly stands within three standard errors of the threshold may fall on either side of it.
    near = 3 * np.sqrt(TAIL * (1 - TAIL) / 4_000)
    for share, whole in ((stopped.p_up, drawn_out.p_up), (stopped.p_down, drawn_out.p_down)):
        clear = abs(whole - TAIL) > near
        assert clear.sum() > 50
        assert ((share <= TAIL) == (whole <= TAIL))[clear].all()
    assert ((stopped.p_up <= TAIL).sum() > 3) and ((stopped.p_down <= TAIL).sum() > 3)


def two_months(rng, units, better):
    """The same rates in both months, or a part of the misses gone in the second; sizes as townships have them."""
    indicators = 12
    cases = np.where(
        np.arange(indicators) < 7, rng.integers(60, 600, (units, 1)), rng.integers(5, 40, (units, indicators))
    )
    rates = rng.uniform(0.94, 1, (units, indicators))
    before, now = rng.binomial(cases, rates), rng.binomial(cases, 1 - (1 - rates) * (1 - better))
    starts = np.arange(units) * indicators
    return change((now.ravel(), cases.ravel()), (before.ravel(), cases.ravel()), starts, 2_000)


def test_identical_months_are_called_changed_as_rarely_as_promised():
    """One month like the other: five chances in a hundred at most, whatever the rates."""
    units = 400
    found = two_months(np.random.default_rng(4), units, better=0)
    called = ((found.p_up <= TAIL) | (found.p_down <= TAIL)).sum()
    assert binom.sf(called - 1, units, 0.05) > 1e-3


def test_half_of_all_misses_gone_is_mostly_seen():
    found = two_months(np.random.default_rng(5), 200, better=0.5)
    assert (found.p_up <= TAIL).mean() > 0.75
    assert (found.p_down <= TAIL).sum() == 0


def test_the_same_streams_give_the_same_answer_and_fewer_draws_are_enough():
    first, again = many_units(), many_units()
    assert (first.p_up == again.p_up).all() and (first.draws == again.draws).all()
    few = many_units(max_draws=7)
    assert set(few.draws) == {7}
