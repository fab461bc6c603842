"""The built assessment against `plain_assessment.py`, row by row and both ways."""

from __future__ import annotations

import pytest
from plain_assessment import PlainAssessment, interval, plus

GRADES = [(95, "excellent"), (85, "good"), (70, "pass"), (0, "below")]


@pytest.fixture(scope="module")
def plain(assessed):
    return PlainAssessment(assessed.county)


@pytest.fixture(scope="module")
def results(plain):
    return plain.results()


@pytest.fixture(scope="module")
def rankings(plain, results):
    return plain.rankings(results)


def read(assessed, columns, table):
    return {
        row[0]: row[1:] for row in assessed.facts.rows(f"select ({columns[0]}), {columns[1]} from published.{table}")
    }


def test_the_dice_reach_every_corner(results, rankings):
    verdicts = {result["verdict"] for result in results.values()}
    assert verdicts == {"met", "not_met", "cannot_tell", "not_applicable", "not_delivered", None}
    assert {result["is_provisional"] for result in results.values()} == {True, False}
    assert any(result["counts"][1] == 0 and result["counts"][2] > 0 for result in results.values())
    assert {bool(unit["vetoed_by"]) for unit in rankings.values()} == {True, False}
    assert {unit["is_assessed"] for unit in rankings.values()} == {True, False}
    assert {unit["is_provisional"] for unit in rankings.values()} == {True, False}


def test_every_result_is_the_same(assessed, results):
    built = read(
        assessed,
        (
            "period_kind, period_start, division_code, indicator_code",
            "numerator, denominator, pending, is_provisional, value, target_value, is_reached, verdict, is_serious,"
            "ci_low, ci_high, zero_defect_bound",
        ),
        "fct_indicator_result",
    )
    assert built.keys() == results.keys()
    for key, result in results.items():
        met, cases, pending = result["counts"]
        target = result["target"]
        expected = (met, cases, pending, result["is_provisional"], met / cases if cases else None)
        expected += (
            float(target["target_value"]) if target else None,
            result["is_reached"],
            result["verdict"],
            result["is_serious"],
        )
        assert built[key][:9] == expected, key
        limits = [result["ci_low"], result["ci_high"], result["zero_defect_bound"]]
        assert list(built[key][9:]) == pytest.approx(limits, abs=1e-12), key


def test_every_score_and_rank_is_the_same(assessed, rankings):
    built = read(
        assessed,
        (
            "period_kind, period_start, parent_code, division_code",
            "score, weight_share, expected_score, is_assessed, is_vetoed, vetoed_by, is_provisional, rank, grade,"
            "missing_sources",
        ),
        "fct_ranking",
    )
    assert built.keys() == rankings.keys()
    for key, unit in rankings.items():
        score, share, expected, *row = built[key]
        assert score == pytest.approx(unit["score"] and float(unit["score"]), abs=1.1e-6), key
        assert share == pytest.approx(unit["weight_share"] and float(unit["weight_share"])), key
        assert expected == pytest.approx(unit["expected_score"] and float(unit["expected_score"]), abs=1.1e-6), key
        vetoed_by = " ".join(unit["vetoed_by"]) or None
        grade = next((name for least, name in GRADES if unit["is_assessed"] and unit["score"] >= least), None)
        grade = "good" if vetoed_by and grade == "excellent" else grade
        assert row == [
            unit["is_assessed"],
            vetoed_by is not None,
            vetoed_by,
            unit["is_provisional"],
            unit["rank"],
            grade,
            unit["missing_sources"],
        ], key


def test_every_veto_says_its_year_and_how_far_it_is_from_its_cliff(assessed, plain, results):
    """Of the veto indicators the one that vetoes, then the one nearest to its cliff, a miss at a time."""
    built = read(
        assessed,
        (
            "period_kind, period_start, division_code",
            "veto_indicator_code, veto_numerator, veto_denominator, veto_ci_high, veto_misses_left",
        ),
        "fct_ranking",
    )
    expected, seen = {}, set()
    for (kind, start, division, code), result in results.items():
        if result["target"] and result["target"]["is_veto"] == "true" and (kind, start, division) in built:
            high = interval(*result["year"])[1] if result["year"][1] else None
            margin = high - float(result["target"]["tolerance_value"]) if high is not None else 9
            claim = (not result["is_vetoing"], margin, code, *result["year"], high, result["target"])
            expected[kind, start, division] = min(
                claim, expected.get((kind, start, division), claim), key=lambda c: c[:3]
            )
    for key, row in built.items():
        if key not in expected:
            assert row == (None,) * 5
            continue
        _, _, code, met, cases, high, target = expected[key]
        assert row[:3] == (code, met, cases), key
        assert row[3] == pytest.approx(high), key
        if cases is not None:
            left = row[4]
            seen.add(left > 0)
            falls = [
                misses >= 0 and cases + misses > 0 and interval(met, cases + misses)[1] < target["tolerance_value"]
                for misses in (left - 1, left)
            ]
            assert falls == [False, True], key
    assert seen == {True, False}


def test_what_came_before_is_found(assessed, rankings):
    built = read(
        assessed,
        ("period_kind, period_start, parent_code, division_code", "previous_rank, previous_score"),
        "fct_ranking",
    )
    back = {"month": -1, "quarter": -3, "year_to_date": -12}
    for (kind, start, parent, division), (rank, score) in built.items():
        before = rankings.get((kind, plus(start, back[kind]), parent, division), {"rank": None, "score": None})
        assert rank == before["rank"]
        assert score == pytest.approx(before["score"] and float(before["score"]), abs=1.1e-6)


def test_every_contribution_is_the_same(assessed, rankings):
    built = assessed.facts.rows(
        "select period_kind, period_start, parent_code, division_code, indicator_code, "
        "contribution, effective_weight, lost from published.fct_score_contribution"
    )
    expected = {
        (*key, code): points for key, unit in rankings.items() for code, points in unit["contributions"].items()
    }
    assert {row[:5] for row in built} == expected.keys()
    for row in built:
        assert row[5] == pytest.approx(float(expected[row[:5]]), abs=1e-9)
        assert row[5] + row[7] == pytest.approx(100 * row[6])


def test_every_missed_case_of_a_result_is_listed(assessed, plain):
    built = assessed.facts.rows(
        "select indicator_code, period_start, division_code, case_ref, reason from published.fct_missed_case"
    )
    assert sorted(built) == sorted(
        (case.indicator, case.month, case.division, case.reference, case.outcome)
        for case in assessed.county.cases
        if case.outcome not in ("met", "pending")
        and plain.has_result[case.indicator, case.month, case.township] not in (None, "silent")
    )


def test_step_by_step_is_at_once_to_the_last_bit(assessed):
    """In two steps on one thread, and at once on four."""
    assert assessed.by_steps.keys() == assessed.at_once.keys()
    for table, rows in assessed.at_once.items():
        assert assessed.by_steps[table] == rows, table
