"""The exact interval against two other implementations, and against what it promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from statsmodels.stats.proportion import proportion_confint

from warehouse.statistics.binomial import clopper_pearson, zero_defect_bound

counts = st.integers(1, 5_000).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases)))


@settings(max_examples=60, deadline=None)
@given(counts, st.sampled_from([0.9, 0.95, 0.99]))
def test_it_is_scipys_exact_interval(count, confidence):
    expected = binomtest(*count).proportion_ci(confidence, method="exact")
    assert [limit.item() for limit in clopper_pearson(*count, confidence)] == pytest.approx(tuple(expected), abs=1e-9)


def test_it_is_statsmodels_beta_interval_on_a_whole_triangle_of_counts():
    met, cases = np.array([(met, cases) for cases in range(1, 80) for met in range(cases + 1)]).T
    low, high = proportion_confint(met, cases, alpha=0.05, method="beta")
    built = clopper_pearson(met, cases, 0.95)
    np.testing.assert_allclose(built[0], np.nan_to_num(low, nan=0.0), atol=1e-12)
    np.testing.assert_allclose(built[1], np.nan_to_num(high, nan=1.0), atol=1e-12)


@pytest.mark.parametrize(("met", "cases"), [(1, 40), (39, 40), (7, 23), (9_800, 10_000), (1, 10_000_000)])
def test_at_each_limit_the_tail_beyond_the_count_holds_what_the_level_leaves(met, cases):
    low, high = clopper_pearson(met, cases, 0.95)
    assert binom.sf(met - 1, cases, low) == pytest.approx(0.025)
    assert binom.cdf(met, cases, high) == pytest.approx(0.025)


@pytest.mark.parametrize("cases", [1, 2, 60, 10_000, 10_000_000])
def test_all_or_nothing_ends_at_the_edge(cases):
    assert clopper_pearson(0, cases, 0.95)[0] == 0
    assert clopper_pearson(cases, cases, 0.95)[1] == 1
    assert clopper_pearson(cases, cases, 0.95)[0] == pytest.approx(0.025 ** (1 / cases))


def test_without_a_case_there_is_no_limit():
    assert np.isnan([*clopper_pearson(0, 0, 0.95), zero_defect_bound(0, 0.95)]).all()


def test_it_keeps_the_shape_of_its_counts_and_each_element_its_value():
    met, cases = np.array([[0, 3], [5, 9]]), np.array([10, 10])
    low, high = clopper_pearson(met, cases, 0.95)
    assert low.shape == high.shape == (2, 2)
    for index in np.ndindex(2, 2):
        alone = clopper_pearson(met[index], cases[index[1]], 0.95)
        assert (low[index], high[index]) == (alone[0].item(), alone[1].item())


def test_no_counts_no_limits():
    assert [limit.shape for limit in clopper_pearson([], [], 0.95)] == [(0,), (0,)]


@pytest.mark.parametrize(
    ("met", "cases", "confidence"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 0), (1, 5, 1), (np.nan, 5, 0.95)]
)
def test_impossible_counts_are_refused(met, cases, confidence):
    with pytest.raises(ValueError, match="must"):
        clopper_pearson(met, cases, confidence)


@pytest.mark.parametrize("cases", [1, 5, 100, 183, 1_000_000])
def test_so_many_clean_cases_still_allow_so_many_failures(cases):
    bound = zero_defect_bound(cases, 0.95).item()
    assert bound == pytest.approx(1 - 0.025 ** (1 / cases), rel=1e-9)
    assert (1 - bound) ** cases == pytest.approx(0.025)


def test_the_audit_plan_of_the_spec():
    """183 clean records support 98 % at the verdict's level, 182 do not; 20 of 20 shows 83 %."""
    low, _ = clopper_pearson([182, 183, 276, 275, 20], [182, 183, 277, 276, 20], 0.95)
    assert (low[0] < 0.98) and (low[1] >= 0.98)
    assert (low[2] >= 0.98) and (low[3] < 0.98)
    assert low[4] == pytest.approx(0.83, abs=0.005)


@pytest.mark.parametrize("cases", [1, 2, 5, 20, 100, 300, 1_000])
def test_it_covers_every_true_rate_as_often_as_it_says(cases):
    """Exactly, by enumeration of every count, on a grid of rates that is fine near 100 %."""
    rates = np.concatenate([np.linspace(0.001, 0.9, 181), 1 - np.geomspace(0.1, 1e-5, 200)])
    met = np.arange(cases + 1)
    low, high = clopper_pearson(met, cases, 0.95)
    holds = (low <= rates[:, np.newaxis]) & (rates[:, np.newaxis] <= high)
    coverage = (binom.pmf(met, cases, rates[:, np.newaxis]) * holds).sum(axis=1)
    assert coverage.min() >= 0.95 - 1e-9
    assert coverage.max() <= 1 + 1e-9
