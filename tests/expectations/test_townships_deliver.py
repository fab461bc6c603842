"""Volume and freshness: rules on a township's delivery of a month, not on a row."""

from __future__ import annotations

from datetime import date

import pytest

TOWNSHIP, NEIGHBOUR = "623021100000", "623021101000"
MONTHS = {month: date(2026, month, 1) for month in range(5, 12)}


@pytest.fixture
def county(new_county):
    county = new_county()
    county.rebuild(MONTHS[10])
    return county


@pytest.fixture
def fails(county, only_suites):
    """Validates, and says by (township, month number) where a rule fails."""
    return lambda rule_id, run_id="run-1": _fails(county, only_suites, rule_id, run_id)


def _fails(county, only_suites, rule_id, run_id):
    only_suites(rule_id.rpartition("_")[0])
    county.validate(run_id)
    failures = county.run(
        "select township_code, month(period_month), record_ref, batch_id, source_file, source_row"
        " from quality.failing_row where rule_id = ? order by all",
        [rule_id],
    )
    assert all(failure[2:] == (failure[0], None, None, None) for failure in failures)
    return [failure[:2] for failure in failures]


def test_a_snapshot_may_change_by_half_and_no_more(county, fails):
    changes = [(4, 6, False), (4, 7, True), (4, 2, False), (4, 1, True), (5, 3, False), (5, 2, True)]
    changes += [(0, 1, True), (0, 0, False)]
    townships = {f"6230211{number:02}000": change for number, change in enumerate(changes)}
    for township, (before, now, _) in townships.items():
        county.land("padis_resident", township, MONTHS[9], MONTHS[10])
        for month in [MONTHS[9]] * before + [MONTHS[10]] * now:
            county.add("padis_resident", township_code=township, period_month=month)
    expected = [(township, 10) for township, (*_, is_failure) in townships.items() if is_failure]
    assert fails("padis_resident_volume") == expected


def test_volume_compares_with_the_month_before_only(county, fails):
    county.land("rental_tenancy", TOWNSHIP, MONTHS[8], MONTHS[10])
    for _ in range(9):
        county.add("rental_tenancy", period_month=MONTHS[10])
    assert fails("rental_tenancy_volume") == []
    assert county.run("select count(*) from quality.tested where rule_id = 'rental_tenancy_volume'") == [(0,)]


def test_a_corrected_month_is_compared_with_the_month_after_too(county, fails):
    """Only October is rebuilt, and it is November that no longer follows from it."""
    county.land("gpl_resident", TOWNSHIP, MONTHS[10], MONTHS[11])
    for month in (MONTHS[10], MONTHS[10], MONTHS[10], MONTHS[11]):
        county.add("gpl_resident", period_month=month)
    assert fails("gpl_resident_volume") == [(TOWNSHIP, 11)]


@pytest.mark.parametrize(("today", "late"), [(date(2026, 11, 4), []), (date(2026, 11, 5), [(TOWNSHIP, 10)])])
def test_a_month_is_late_when_five_days_have_passed_since_its_end(county, fails, today, late):
    """Today is over at its end: the fifth of November is the fifth day after the thirty-first of October."""
    county.land("survey_response", TOWNSHIP, MONTHS[9])
    county.batch("b", "system_login", "623021000000", today)
    assert fails("survey_response_fresh") == late


def test_only_what_has_been_delivered_before_is_expected(county, fails):
    county.land("gpl_resident", NEIGHBOUR, MONTHS[8], MONTHS[10])
    county.land("gpl_resident", TOWNSHIP, MONTHS[6], MONTHS[7], MONTHS[8], MONTHS[9], MONTHS[10])
    county.batch("b", "gpl_resident", "623021000000", date(2026, 11, 15))
    assert fails("gpl_resident_fresh") == [(NEIGHBOUR, 9)]
    tested = county.run(
        "select month(period_month), rows_tested from quality.tested where rule_id = 'gpl_resident_fresh' order by all"
    )
    assert tested == [(6, 1), (7, 1), (8, 2), (9, 2), (10, 2)]


def test_a_late_month_is_no_failure_once_it_lands(county, fails):
    county.land("audit_sample", TOWNSHIP, MONTHS[8], MONTHS[10])
    county.batch("b", "audit_sample", "623021000000", date(2026, 11, 10))
    assert fails("audit_sample_fresh", "run-1") == [(TOWNSHIP, 9)]
    county.land("audit_sample", TOWNSHIP, MONTHS[9])
    assert fails("audit_sample_fresh", "run-2") == []
