"""Ranks and their summaries against plain definitions, closed forms, the promised coverage, and the extreme cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import norm

from warehouse.statistics.hierarchy import fit
from warehouse.statistics.posterior import Goalposts, Posterior, draw_scores
from warehouse.statistics.ranking import (
    competition_ranks,
    leave_one_out_ranks,
    percentile_interval,
    reweighted_ranks,
    summarize_ranks,
)
from warehouse.statistics.streams import generator


def plain_ranks(scores, is_vetoed) -> list[int]:
    """By the definition: one more than the number of those ahead."""
    keys = [(veto, -score) for veto, score in zip(is_vetoed, scores, strict=True)]
    return [1 + sum(other < key for other in keys) for key in keys]


def attained(met, cases, floor, target):
    return np.where(met >= target * cases, 1.0, np.maximum(0, (met / np.maximum(cases, 1) - floor) / (target - floor)))


def assess(met, cases, target=1.0, draws=2_000, text="county", vetoed=None):
    """Observed ranks, and the summary of drawn ones, of (units, indicators) counts; floor 0.2 below the target."""
    units, indicators = met.shape
    vetoed = np.zeros(units, dtype=bool) if vetoed is None else vetoed
    indicator = np.tile(np.arange(indicators), units)
    laws = fit(met.ravel(), cases.ravel(), indicator, 5, 3)
    cell = laws.draw(generator(text, "laws"), draws)
    posterior = Posterior(met.ravel(), cases.ravel(), indicator, laws, cell, np.zeros(met.size, dtype=bool))
    posts = Goalposts(*(np.full(units * indicators, value) for value in (target - 0.2, target, 1.0)))
    starts = np.arange(units) * indicators
    scores = draw_scores(generator(text), generator(text, "spotless"), posterior, posts, starts)
    observed = competition_ranks(100 * attained(met, cases, target - 0.2, target).mean(axis=1).round(8), vetoed)
    return observed, summarize_ranks(competition_ranks(scores, vetoed), observed, spotless(met, cases), 0.95, 3, 3)


def spotless(met, cases):
    return (met == cases).all(axis=1)


scores_and_vetoes = st.lists(
    st.tuples(st.sampled_from([0.0, 12.5, 50.0, 99.999999, 100.0]), st.booleans()), min_size=1, max_size=9
)


@given(scores_and_vetoes)
def test_ranks_are_one_more_than_those_ahead(units):
    scores, vetoed = (np.array(column) for column in zip(*units, strict=True))
    expected = plain_ranks(scores, vetoed)
    assert competition_ranks(scores, vetoed).tolist() == expected
    assert competition_ranks(np.stack([scores, scores], axis=1), vetoed).T.tolist() == [expected, expected]


def test_who_has_no_score_counts_for_nobody():
    assert competition_ranks(np.array([5.0, np.nan, 7.0]), np.array([False, False, True])).tolist() == [1, 0, 2]


@given(st.lists(st.integers(1, 15), min_size=1, max_size=400), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_ends_at_the_smallest_ranks_that_reach_their_percentile(drawn, confidence):
    low, high = percentile_interval(np.array([drawn], dtype=np.int32), confidence)
    tail = (1 - confidence) / 2
    for limit, share in ((low, tail), (high, 1 - tail)):
        needed = share * len(drawn)
        reached = [rank for rank in sorted(set(drawn)) if sum(other <= rank for other in drawn) >= needed - 1e-9]
        assert limit.tolist() == [reached[0]]


@pytest.mark.parametrize("draws", [40, 200, 2_000, 10_000])
def test_a_percentile_that_falls_on_a_draw_is_that_draw(draws):
    """2.5 % of 200 draws are exactly five of them: the fifth smallest is the lower limit, the 195th the upper."""
    low, high = percentile_interval(np.arange(1, draws + 1, dtype=np.int32)[np.newaxis], 0.95)
    assert (low[0], high[0]) == (draws // 40, draws * 39 // 40)


def test_chances_are_shares_of_the_draws():
    ranks = np.array([[1, 1, 2, 1], [2, 3, 1, 3], [3, 2, 3, 4], [4, 4, 4, 2], [5, 5, 5, 5], [6, 6, 6, 6], [7] * 4])
    summary = summarize_ranks(ranks, np.array([1, 2, 3, 4, 5, 6, 7]), np.zeros(7, dtype=bool), 0.95, 3, 3)
    assert summary.p_top.tolist() == [1, 1, 0.75, 0.25, 0, 0, 0]
    assert summary.p_bottom.tolist() == [0, 0, 0, 0, 1, 1, 1]
    # A third of 7 is 3 places, counted from either end.
    assert summary.p_front.tolist() == [1, 1, 0.75, 0.25, 0, 0, 0]
    assert summary.p_rear.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert summary.rank_low.tolist() == [1, 1, 2, 2, 5, 6, 7]
    assert summary.rank_high.tolist() == [2, 3, 4, 4, 5, 6, 7]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 4))
def test_the_interval_holds_the_observed_rank_and_the_spotless_share_theirs(seed, units, indicators):
    rng = np.random.default_rng(seed)
    cases = rng.integers(0, 12, (units, indicators))
    met = rng.binomial(cases, rng.choice([1.0, 0.9, 0.5]))
    observed, summary = assess(met, cases, draws=80, vetoed=rng.random(units) < 0.3)
    assert ((summary.rank_low >= 1) & (summary.rank_low <= observed)).all()
    assert ((summary.rank_high >= observed) & (summary.rank_high <= units)).all()
    intervals = {}
    is_spotless = spotless(met, cases)
    limits = observed[is_spotless], summary.rank_low[is_spotless], summary.rank_high[is_spotless]
    for rank, low, high in zip(*limits, strict=True):
        assert intervals.setdefault(rank, (low, high)) == (low, high)
    for chances in (summary.p_top, summary.p_bottom, summary.p_front, summary.p_rear):
        assert ((chances >= 0) & (chances <= 1)).all()


@given(st.permutations(range(6)), st.integers(0, 1_000))
def test_names_do_not_matter_to_ranks_and_summaries(order, seed):
    """Only the order of drawing depends on names; all that is made of the draws is equivariant."""
    rng = np.random.default_rng(seed)
    scores, vetoed = rng.choice([70.0, 80.0, 90.0], (6, 40)), rng.random(6) < 0.2
    ranks, observed = competition_ranks(scores, vetoed), competition_ranks(scores[:, 0], vetoed)
    moved = competition_ranks(scores[list(order)], vetoed[list(order)])
    assert (moved == ranks[list(order)]).all()
    is_spotless = rng.random(6) < 0.5
    summary = summarize_ranks(ranks, observed, is_spotless, 0.95, 3, 3)
    renamed = summarize_ranks(moved, observed[list(order)], is_spotless[list(order)], 0.95, 3, 3)
    assert (renamed.rank_low == summary.rank_low[list(order)]).all()
    assert (renamed.p_front == summary.p_front[list(order)]).all()
    weight = rng.choice([0.0, 1.0, 2.0], (6, 5))
    weight[:, 0] = 1
    attainment = rng.choice([0.0, 0.5, 1.0], (6, 5))
    left_out = leave_one_out_ranks(attainment, weight, vetoed)
    assert (
        leave_one_out_ranks(attainment[list(order)], weight[list(order)], vetoed[list(order)]) == left_out[list(order)]
    ).all()


def skilled_county(rng, units=15, indicators=18, skill=0.4, least=20, most=400):
    """True rates that differ by township and by chance of the indicator, and the counts of a month."""
    centre = logit(rng.uniform(0.95, 0.99, indicators))
    rates = expit(centre + skill * rng.standard_normal((units, 1)) + skill * rng.standard_normal((units, indicators)))
    cases = np.broadcast_to(rng.integers(least, most, (units, 1)), rates.shape)
    return rates, rng.binomial(cases, rates), cases


def covered(target: float, counties: int) -> float:
    rng = np.random.default_rng(11)
    shares = []
    for county in range(counties):
        rates, met, cases = skilled_county(rng)
        true_score = 100 * np.clip((rates - target + 0.2) / 0.2, 0, 1).mean(axis=1)
        truth = competition_ranks(true_score.round(6), np.zeros(len(rates), dtype=bool))
        _, summary = assess(met, cases, target, draws=1_000, text=f"coverage {county}")
        shares.append(((summary.rank_low <= truth) & (truth <= summary.rank_high)).mean())
    return float(np.mean(shares))


def test_a_tie_with_misses_keeps_what_it_knows():
    """On a target below 100 % both score 100; the large one surely, the small one not, and neither lends the other."""
    met, cases = np.array([[990] * 6, [99] * 6] + [[80] * 6] * 6), np.array([[1_000] * 6, [100] * 6] + [[100] * 6] * 6)
    observed, summary = assess(met, cases, target=0.98)
    assert observed[:2].tolist() == [1, 1]
    assert summary.rank_high[0] < summary.rank_high[1] or summary.p_top[0] > summary.p_top[1]


@pytest.mark.parametrize("target", [1.0, 0.98])
def test_intervals_cover_the_true_rank(target):
    """Promised .95, simulated .96 to .98; 40 counties of 15 measure it to about a hundredth."""
    assert 0.945 <= covered(target, counties=40) <= 0.995


@pytest.mark.parametrize(
    "sizes",
    [
        [5, 10, 10, 20, 20, 50, 100, 200, 300, 400, 600, 1_000, 2_000, 3_000, 5_000],
        [8, 16, 16, 32, 32, 80, 160, 320, 480, 640, 960, 1_600, 3_200, 4_800, 8_000],
        [5, 5_000],
        [1, 1],
        list(range(1, 1_404)),
    ],
)
@pytest.mark.parametrize("target", [1.0, 0.98])
def test_all_perfect_share_the_first_rank_and_their_intervals_whatever_their_sizes(sizes, target):
    cases = np.repeat(np.array(sizes)[:, np.newaxis], 6, axis=1)
    observed, summary = assess(cases, cases, target, draws=400 if len(sizes) > 100 else 4_000)
    assert set(observed) == set(summary.rank_low) == {1}
    assert len(set(summary.rank_high)) == 1


def test_identical_townships_overlap_almost_fully():
    cases = np.full((15, 18), 300)
    rng = np.random.default_rng(5)
    met = rng.binomial(cases, 0.98)
    _, summary = assess(met, cases)
    width = summary.rank_high - summary.rank_low + 1
    assert width.min() >= 8 and width.mean() >= 11
    assert not ((summary.p_front >= 0.9) & (summary.p_rear >= 0.9)).any()
    exactly = np.full((15, 18), 294)
    observed, summary = assess(exactly, cases)
    assert set(observed) == set(summary.rank_low) == {1} and set(summary.rank_high) == {15}
    # Nobody is truly first, so each is among the first five in about a third of the draws.
    assert summary.p_front == pytest.approx(np.full(15, 1 / 3), abs=0.06)


def test_one_perfect_among_failing_is_first_beyond_doubt():
    cases = np.full((10, 6), 60)
    met = np.full((10, 6), 45)
    met[3] = 60
    observed, summary = assess(met, cases)
    assert (observed[3], summary.rank_low[3], summary.rank_high[3], summary.p_top[3]) == (1, 1, 1, 1)
    assert set(np.delete(summary.rank_low, 3)) == {2}


@pytest.mark.parametrize(("counts", "last"), [((0, 0), 3), ((1, 1), 3), ((0, 1), 1), ((0, 40), 1)])
def test_the_smallest_counts_still_rank(counts, last):
    """Three alike: without a case nothing is known of them; where nothing is met all are at the floor."""
    met, cases = (np.full((3, 2), count) for count in counts)
    observed, summary = assess(met, cases)
    assert observed.tolist() == summary.rank_low.tolist() == [1, 1, 1]
    assert summary.rank_high.tolist() == [last] * 3


def test_a_single_unit_is_first():
    observed, summary = assess(np.array([[7]]), np.array([[9]]))
    assert (observed[0], summary.rank_low[0], summary.rank_high[0], summary.p_bottom[0]) == (1, 1, 1, 1)


def test_by_other_weights_two_units_change_places_as_often_as_geometry_says():
    """One is better on the first indicator by d, the other on the second by e: they swap where w1 d < w2 e."""
    attainment, weight = np.array([[1.0, 0.5], [0.9, 0.61]]), np.ones((2, 2))
    ranks = reweighted_ranks(generator("weights"), attainment, weight, np.zeros(2, dtype=bool), 0.25, 40_000)
    # w1 * 0.10 > w2 * 0.11 over the square [.75, 1.25]^2: the triangle-and-strip below w2 = w1 / 1.1.
    first = np.linspace(0.75, 1.25, 200_001)
    share = np.clip((first / 1.1 - 0.75) / 0.5, 0, 1).mean()
    assert (ranks[0] == 1).mean() == pytest.approx(share, abs=0.01)
    assert (ranks.sum(axis=0) == 3).all()


def test_a_dominant_unit_stays_first_by_any_weights():
    attainment = np.array([[1.0, 0.9, 0.8], [0.9, 0.9, 0.7], [0.2, 0.1, 0.0]])
    ranks = reweighted_ranks(generator("any"), attainment, np.ones((3, 3)), np.zeros(3, dtype=bool), 0.25, 200)
    assert (ranks == np.array([[1], [2], [3]])).all()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 5))
def test_leaving_one_out_is_ranking_without_it(seed, units, indicators):
    rng = np.random.default_rng(seed)
    weight = rng.choice([0.0, 1.0, 2.5], (units, indicators))
    weight[weight.sum(axis=1) == 0, 0] = 1
    attainment, vetoed = rng.choice([0.0, 0.25, 1.0], (units, indicators)), rng.random(units) < 0.3
    built = leave_one_out_ranks(attainment, weight, vetoed)
    for out in range(indicators):
        kept = [k for k in range(indicators) if k != out]
        scored = {
            unit: 100 * math.fsum(weight[unit, k] * attainment[unit, k] for k in kept) / total
            for unit in range(units)
            if (total := math.fsum(weight[unit, k] for k in kept)) > 0
        }
        ranks = plain_ranks([round(score, 6) for score in scored.values()], vetoed[list(scored)])
        expected = dict.fromkeys(range(units), 0) | dict(zip(scored, ranks, strict=True))
        assert built[:, out].tolist() == list(expected.values())


def test_a_small_perfect_township_is_not_drawn_below_a_large_one():
    """What the pooled prior is for: with Jeffreys' prior the small one would be worse in nine draws of ten."""
    cases = np.array([[20], [2_000]])
    _, summary = assess(cases, cases, draws=20_000)
    assert summary.p_front[0] > 0.97
    assert norm.sf(2) > 1 - summary.p_front[0]
