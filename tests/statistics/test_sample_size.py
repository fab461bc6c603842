"""What samples can show: against the figures of the specification, closed forms, and enumeration of every sample."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import beta, hypergeom

from warehouse.statistics.sample_size import cases_needed, files_needed, min_share, misses_to_fall


def test_the_figures_of_the_specification():
    assert cases_needed(0.98, [0, 1], 0.95).tolist() == [183, 277]
    assert files_needed(0.98, [300, 1250], 0.95).tolist() == [122, 164]
    assert round(float(beta.ppf(0.025, 20, 1)), 2) == 0.83
    assert min_share(20, 0, 10**7, 0.95) == pytest.approx(beta.ppf(0.025, 20, 1), abs=1e-6)


def test_without_a_miss_the_need_has_a_closed_form():
    targets = np.array([0.5, 0.9, 0.95, 0.98, 0.999])
    expected = [math.ceil(math.log(0.025) / math.log(target)) for target in targets]
    assert cases_needed(targets, 0, 0.95).tolist() == expected


@pytest.mark.parametrize(("target", "missed"), list(product([0.8, 0.98], [0, 1, 3])))
def test_one_case_fewer_does_not_show_it(target, missed):
    needed = int(cases_needed(target, missed, 0.95))
    lower = [beta.ppf(0.025, cases - missed, missed + 1) for cases in (needed - 1, needed)]
    assert lower[0] < target <= lower[1]


@pytest.mark.parametrize("files", [1, 7, 49, 50, 51, 300, 1_250, 20_000])
def test_the_files_needed_are_the_fewest(files):
    """With one bad file more than 2 % a clean sample of the size has at most 2.5 %, and of one file less more."""
    needed, bad = int(files_needed(0.98, files, 0.95)), files * 2 // 100 + 1
    assert 1 <= needed <= files
    assert hypergeom.pmf(0, files, bad, needed) <= 0.025 + 1e-12
    assert needed == 1 or hypergeom.pmf(0, files, bad, needed - 1) > 0.025
    assert needed <= 183
    assert min_share(needed, 0, files, 0.95) >= 0.98


def test_a_large_stock_needs_what_cases_need():
    assert files_needed(0.98, 10**7, 0.95) == cases_needed(0.98, 0, 0.95)


def test_the_limit_errs_as_seldom_as_it_says():
    """Every stock of up to 30 files, sample and number of bad ones: the truth lies below at most once in forty."""
    for files in range(1, 31):
        for drawn, bad in product(range(1, files + 1), range(files + 1)):
            missed = np.arange(max(0, drawn + bad - files), min(drawn, bad) + 1)
            chance = hypergeom.pmf(missed, files, bad, drawn)
            errs = min_share(drawn, missed, files, 0.95) > (files - bad) / files + 1e-12
            assert chance[errs].sum() <= 0.025 + 1e-12


def test_extremes():
    shares = min_share([0, 0, 1, 5, 5, 5], [0, 0, 0, 0, 1, 5], [0, 9, 1, 5, 5, 5], 0.95)
    assert np.isnan(shares[0])
    assert shares[1:].tolist() == [0, 1, 1, 0.8, 0]


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (cases_needed, (1.0, 0)),
        (cases_needed, (0.98, -1)),
        (files_needed, (0.0, 10)),
        (files_needed, (0.98, 0)),
        (min_share, (3, 4, 10)),
        (min_share, (11, 0, 10)),
    ],
)
def test_impossible_questions_are_refused(function, arguments):
    with pytest.raises(ValueError, match="0 <"):
        function(*arguments, 0.95)


@pytest.mark.parametrize("tolerance", [0.5, 0.95, 0.98, 1.0])
@pytest.mark.parametrize(("met", "cases"), [(0, 0), (4, 4), (118, 120), (600, 600), (3, 40), (1_000, 1_003)])
def test_one_miss_fewer_does_not_fall(met, cases, tolerance):
    """The upper limit is Beta.ppf(.975; x + 1, n - x), and 1 without a miss."""

    def upper(misses):
        missed = cases - met + misses
        return float(beta.ppf(0.975, met + 1, missed)) if missed else 1.0

    left = int(misses_to_fall(met, cases, tolerance, 0.95))
    assert upper(left) < tolerance
    assert left == 0 or not upper(left - 1) < tolerance


def test_a_tolerance_outside_the_scale_is_refused():
    for tolerance in (0, 1.1):
        with pytest.raises(ValueError, match="tolerance"):
            misses_to_fall(1, 2, tolerance, 0.95)
