"""What is published beside the ranks against `plain_ranks.py`, through all models from the cases on."""

from __future__ import annotations

from collections import defaultdict

import pytest
from plain_assessment import PlainAssessment
from plain_ranks import PlainRanks, changes

# As many as the fixture asks for.
DRAWS = 200
KEY = "period_kind, period_start, parent_code, division_code"


@pytest.fixture(scope="module")
def assessment(assessed):
    plain = PlainAssessment(assessed.county)
    results = plain.results()
    return results, plain.rankings(results)


@pytest.fixture(scope="module")
def plain(assessment):
    return PlainRanks(*assessment)


def published(assessed, columns: str, where: str = "rank is not null") -> dict[tuple, dict[str, tuple]]:
    """By period and parent, then by division."""
    rows = defaultdict(dict)
    for kind, start, parent, division, *values in assessed.facts.rows(
        f"select {KEY}, {columns} from published.fct_ranking where {where}"
    ):
        rows[kind, start, parent][division] = tuple(values)
    return rows


def test_every_interval_chance_and_tier_is_that_of_the_same_draws(assessed, plain):
    built = published(assessed, "rank_low, rank_high, p_top3, p_bottom3, p_front, p_rear, tier")
    assert built.keys() == plain.groups.keys()
    for group, units in built.items():
        expected = plain.intervals(group, DRAWS)
        assert units.keys() == expected.keys()
        for division, row in units.items():
            assert row[:2] == expected[division][:2], (group, division)
            assert row[2:6] == pytest.approx(expected[division][2:6], abs=1e-12), (group, division)
            assert row[6] == expected[division][6], (group, division)


def test_the_unranked_have_none_of_it(assessed):
    nothing = " and ".join(
        f"{column} is null"
        for column in ("rank_low", "p_top3", "tier", "score_trend", "weight_rank_low", "leave_one_out_rank_low")
    )
    assert assessed.facts.rows(
        f"select count(*) > 0, bool_and({nothing}) from published.fct_ranking where rank is null"
    ) == [(True, True)]


def test_every_clear_change_of_score_is_called_and_no_other(assessed, plain):
    """With 200 draws at most, either answer is chance's near the threshold."""
    seen = set()
    for group, units in published(assessed, "score_trend").items():
        expected = plain.trends(group)
        for division, (trend,) in units.items():
            assert (trend is None) == (division not in expected), (group, division)
            seen.add(trend)
            if trend is None:
                continue
            direction, *tails = expected[division]
            tail = tails[direction < 0]
            if direction == 0 or tail > 0.1:
                assert trend == "no_clear_change", (group, division)
            if direction and tail < 0.001:
                assert trend == ("improved" if direction > 0 else "worsened"), (group, division)
    assert seen >= {"improved", "worsened", "no_clear_change"}


def test_leaving_one_indicator_out_is_exact(assessed, plain):
    for group, units in published(assessed, "leave_one_out_rank_low, leave_one_out_rank_high").items():
        assert units == plain.leave_one_out(group), group


def test_every_change_of_score_is_explained_to_the_last_decimal(assessed, assessment):
    _, rankings = assessment
    found = defaultdict(dict)
    for *key, code, kind, now, before, entered, left, change in assessed.facts.rows(
        f"""select {KEY}, indicator_code, change_kind, lost::decimal(12, 6), previous_lost::decimal(12, 6),
                entered, departed, change::decimal(12, 6)
            from published.fct_score_change"""
    ):
        found[tuple(key)][code] = (kind, now, before, entered, left, change)
    kinds = set()
    for key, unit in rankings.items():
        earlier = rankings.get((key[0], PlainRanks.previous(*key[:2]), *key[2:]))
        if earlier is None or not unit["contributions"] or not earlier["contributions"]:
            assert key not in found
            continue
        lines, expected = found.pop(key), changes(unit, earlier)
        assert lines.keys() == expected.keys()
        for code, (kind, now, then, entered, left, change) in lines.items():
            kinds.add(kind)
            assert (kind, entered, left) == (expected[code][0], *expected[code][3:])
            for shown, exact in zip((now, then), expected[code][1:3], strict=True):
                assert abs(float(shown) - float(exact)) < 2e-6
            assert change == then - now
        for side, one in ((1, unit), (2, earlier)):
            total = 100 - sum(line[side] for line in lines.values())
            assert abs(float(total) - float(one["score"])) <= 1.1e-6
    assert found == {}
    assert kinds == {"indicator", "mix"}


def test_changes_add_up_exactly_to_the_published_scores(assessed):
    assert (
        assessed.facts.rows(
            f"""select count(*), count(*) filter (
                total is distinct from score::decimal(12, 6) - previous_score::decimal(12, 6))
            from published.fct_ranking
            inner join (
                select {KEY}, sum(change::decimal(12, 6)) as total from published.fct_score_change group by all
            ) using ({KEY})"""
        )[0][1]
        == 0
    )


def test_counties_are_ranked_as_townships_are(assessed, plain):
    """The prefecture's children are counties: the same rows, from the same code."""
    parents = {parent for _, _, parent in plain.groups}
    assert {len(parent.rstrip("0")) for parent in parents} >= {4, 6}
    assert published(assessed, "rank_low", "parent_code like '%00000000' and rank is not null")
