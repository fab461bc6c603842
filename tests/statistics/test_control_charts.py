"""The p' and the XmR chart against other implementations' figures and printed examples; each run rule alone."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.statistics.control_charts import (
    OUTSIDE,
    SHIFT,
    TREND,
    TWO_OF_THREE,
    p_prime_chart,
    packed_right,
    xmr_chart,
)

# Patients seen within four hours, weekly: Mohammed et al. (2013), BMJ Quality & Safety 22, 362-368; `nhs_accidents` of
# the R package qicharts2. Its p' and I charts (version 0.8.1) give the lines of the last week below, as the fixture
# test/fixtures/qicharts2.ts of AUS-DOH-Safety-and-Quality/PowerBI-SPC prints them.
SEEN = """266501 264225 276532 281461 269071 261215 270409 279778 270483 270320
          267923 271478 255353 256820 261835 259144 255910 260863 264465 260989"""
CAME = """280443 276823 291681 296155 282343 275888 283867 295251 284468 282529
          279618 283932 266629 268091 276803 271578 266005 273520 278574 273772"""
# Bruised peaches in crates of 250: Pyzdek and Keller (2013), The Handbook for Quality Management, table 9.6.
BRUISED = [47, 42, 55, 51, 46, 61, 39, 44, 41, 51, 88, 101, 101, 40, 48, 47, 50, 48, 57, 45, 43, 105, 98, 100, 96]
CRATES = [1] * 10 + [2] * 3 + [1] * 8 + [2] * 4
# Flow rates of ten batches: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, with limits 45.8159 and 55.8041.
FLOW_RATES = [496, 476, 499, 513, 478, 512, 526, 524, 536, 521]


def row(numbers: str | list[int]) -> np.ndarray:
    return np.array([numbers.split() if isinstance(numbers, str) else numbers], dtype=np.int64)


def lines(last) -> list[float]:
    return [getattr(last, name).item() for name in ("lower", "near_lower", "centre", "near_upper", "upper")]


def judged(shares: list[int], cases: int = 1000, has_runs: bool = True) -> tuple[int, int]:
    """Signal and direction of the last month of shares given in cases of so many."""
    last = p_prime_chart(row(shares), row([cases] * len(shares)), np.array([has_runs]))
    return last.signal.item(), last.direction.item()


def judged_score(scores: list[int]) -> tuple[int, int]:
    last = xmr_chart(row(scores), np.full((1, len(scores)), True))
    return last.signal.item(), last.direction.item()


def test_p_prime_is_that_of_qicharts2():
    last = p_prime_chart(row(SEEN), row(CAME), np.array([True]))
    expected = [0.93997499652290417, 0.94428323479666654, 0.95289971134419116, 0.96151618789171578, 0.96582442616547814]
    assert lines(last) == pytest.approx(expected, abs=1e-12)


def test_xmr_is_the_i_chart_of_qicharts2():
    """It divides by 1.128 where the rule multiplies by 2.66 and 1.7733: the widths have that ratio."""
    rates = np.rint(row(SEEN) / row(CAME) * 1e12).astype(np.int64)
    lower, near_lower, centre, near_upper, upper = (
        line / 1e12 for line in lines(xmr_chart(rates, np.full((1, 20), True)))
    )
    assert centre == pytest.approx(0.95296991067360326, abs=1e-12)
    assert (upper - lower) / (0.96581446744014965 - 0.94012535390705687) == pytest.approx(2.66 * 1.128 / 3)
    assert (near_upper - near_lower) / (0.96153294851796756 - 0.94440687282923896) == pytest.approx(1.7733 * 1.128 / 2)


def test_xmr_is_that_of_the_nist_handbook():
    lower, _, centre, _, upper = lines(xmr_chart(row(FLOW_RATES), np.full((1, 10), True)))
    assert centre == pytest.approx(508.1)
    # It divides by 1.128 where the rule multiplies by 2.66.
    assert [lower, upper] == pytest.approx([458.159, 558.041], abs=0.01)


def test_months_that_vary_less_than_chance_have_the_plain_p_chart():
    """These crates do, by a hair (sigma_z = .9995), and the last shipment has 500 peaches."""
    last = p_prime_chart(row(BRUISED), 250 * row(CRATES), np.array([True]))
    rate = 1544 / 8000
    spread = 3 * (rate * (1 - rate) / 500) ** 0.5
    assert lines(last)[::2] == pytest.approx([rate - spread, rate, rate + spread], abs=1e-15)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([900, 901] * 6 + [820], (OUTSIDE, -1)),
        ([900, 901] * 6 + [980], (OUTSIDE, 1)),
        ([905, 904, 905, 904, 905, 904, 896, 897, 898, 899, 900, 901, 902], (TREND, 1)),
        ([896, 897, 896, 897, 896, 897, 905, 904, 903, 902, 901, 900, 899], (TREND, -1)),
        ([905, 904, 905, 904, 905, 904, 896, 897, 898, 898, 900, 901, 902], (0, 0)),
        ([900, 901] * 6 + [924, 900, 924], (TWO_OF_THREE, 1)),
        ([900, 901] * 6 + [924, 924, 900], (0, 0)),
        ([900, 901] * 6 + [924, 900, 877], (0, 0)),
        ([900, 901] * 6 + [877, 877], (TWO_OF_THREE, -1)),
        ([894] * 7 + [906] * 7, (SHIFT, 1)),
        ([906] * 7 + [894] * 7, (SHIFT, -1)),
        ([906] * 6 + [894] * 6, (0, 0)),
        ([894, 906] * 6, (0, 0)),
    ],
)
def test_each_rule_signals_alone(shares, expected):
    assert judged(shares) == expected


def test_a_point_on_the_centre_breaks_the_run():
    """In whole numbers: 7 months of 0.9 make a mean that a float may miss."""
    shares = [900 - 6, *([900 + 1] * 3), 900, *([900 + 1] * 3)]
    assert sum(shares) == 8 * 900
    assert judged(shares) == (0, 0)
    assert judged([900] * 24) == (0, 0)
    assert judged_score([97_300_001] * 13) == (0, 0)


def test_a_stock_signals_outside_its_limits_only():
    for shares in ([894] * 7 + [906] * 7, [900, 901] * 6 + [877, 877]):
        assert judged(shares, has_runs=False) == (0, 0)
    assert judged([900, 901] * 6 + [820], has_runs=False) == (OUTSIDE, -1)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([90, 92] * 6 + [70], (OUTSIDE, -1)),
        ([90, 92] * 6 + [110], (OUTSIDE, 1)),
        ([90, 92] * 6 + [95, 95], (TWO_OF_THREE, 1)),
        ([96, 92, 96, 92, 96, 89, 90, 91, 92, 93, 94, 95], (TREND, 1)),
        ([88, 92] * 4 + [93, 96] * 4, (SHIFT, 1)),
        ([90, 92] * 6, (0, 0)),
    ],
)
def test_scores_signal_by_the_same_rules(scores, expected):
    assert judged_score(scores) == expected


def test_outside_precedes_trend_precedes_two_of_three_precedes_shift():
    before = [40, 46] * 8
    assert judged_score([*before, 44, 46, 48, 50, 52, 55, 70]) == (OUTSIDE, 1)
    assert judged_score([*before, 44, 46, 48, 50, 52, 55, 57]) == (TREND, 1)
    assert judged_score([*before, 46, 46, 48, 50, 49, 56, 57]) == (TWO_OF_THREE, 1)
    assert judged_score([*before, 48, 47, 48, 47, 48, 47, 48]) == (SHIFT, 1)


def test_gaps_close_and_months_before_the_first_do_not_count():
    present = np.array([[True, False, True, True], [False, False, True, True], [True, True, True, True]])
    counts = np.arange(12).reshape(3, 4)
    expected = [[0, 0, 2, 3], [0, 0, 6, 7], [8, 9, 10, 11]]
    (packed,) = packed_right(present, counts)
    np.testing.assert_array_equal(packed, expected)
    met, cases = row([90, 80, 95, 70]), row([100, 100, 100, 100])
    padded = p_prime_chart(*(np.pad(array, ((0, 0), (9, 0))) for array in (met, cases)), np.array([True]))
    assert lines(padded) == lines(p_prime_chart(met, cases, np.array([True])))


def test_many_series_at_once_are_each_what_they_are_alone():
    dice = np.random.default_rng(5)
    cases = dice.integers(50, 400, (300, 24))
    met = dice.binomial(cases, dice.uniform(0.3, 0.97, (300, 1)))
    has_runs = dice.random(300) < 0.5
    together = p_prime_chart(met, cases, has_runs)
    for i in range(300):
        alone = p_prime_chart(met[i : i + 1], cases[i : i + 1], has_runs[i : i + 1])
        assert lines(alone) == [
            line[i]
            for line in (together.lower, together.near_lower, together.centre, together.near_upper, together.upper)
        ]
        assert (alone.signal, alone.direction) == (together.signal[i], together.direction[i])


@pytest.mark.parametrize(
    ("met", "cases"), [([5, 5], [5, 5]), ([0, 0], [5, 5]), ([0, 3], [0, 5]), ([2**31, 1], [2**32, 2**32])]
)
def test_what_has_no_p_prime_chart_is_refused(met, cases):
    with pytest.raises(ValueError, match=r"p' chart|too large"):
        p_prime_chart(row(met), row(cases), np.array([True]))


def test_one_score_has_no_chart():
    with pytest.raises(ValueError, match="two months"):
        xmr_chart(row([90]), np.array([[True]]))
