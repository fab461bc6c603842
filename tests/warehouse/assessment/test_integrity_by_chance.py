"""Where nothing is arranged, the signals that rest on a model fire no more often than they say."""

from __future__ import annotations

import json

import pytest
from honest_counties import MODELLED, HonestCounties
from scipy.stats import binom

FIRES = 0.001
SEEDS = 3


@pytest.fixture(scope="module")
def counties():
    return HonestCounties(SEEDS, with_buncher=True)


@pytest.fixture(scope="module")
def facts(counties, tmp_path_factory: pytest.TempPathFactory):
    return counties.build(tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="module")
def tested(counties, facts):
    return counties.tested(facts, (FIRES, 0.05))


@pytest.mark.parametrize("signal", MODELLED)
def test_honest_townships_are_named_no_more_often_than_stated(tested, signal):
    """At most as many tests fall below the bound as one set of dice in a thousand would give at exactly that rate."""
    found = tested[signal]
    assert found.tests >= 85, "each township is tested"
    for bound, below in found.below.items():
        assert below <= binom.isf(0.001, found.tests, bound), bound
    assert found.fired <= binom.isf(0.001, found.tests, FIRES)


def test_a_township_that_always_lands_on_its_target_is_named(counties, facts):
    """Twelve months on the target and never one below, in a county that falls short of it."""
    bunching = facts.rows("""
        select division_code, period_start, evidence, rows from published.fct_integrity_signal
        where signal_kind = 'bunching' and month(period_start) = 12
    """)
    assert {(division, month.year) for division, month, _, _ in bunching} == {
        (counties.buncher, y) for y in (2025, 2026)
    }
    for _, _, evidence, rows in bunching:
        (found,) = json.loads(evidence)["indicators"]
        assert (found["indicator_code"], found["months_on_target"], found["months_compared"]) == (
            "key_inquiry_feedback", 12, 12,
        )  # fmt: skip
        assert found["p_value"] < FIRES
        assert rows == 12
