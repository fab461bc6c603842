"""Each rule on rows that break it and rows that just do not: what a row fails is stated here, not in the suites."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

from expectations.suite import load_suites

OCTOBER = date(2026, 10, 1)
TOWNSHIP, NEIGHBOUR, ELSEWHERE = "623021100000", "623021101000", "623022100000"


@dataclass
class Case:
    """A row of `source`, sound but for `columns`, and every rule that it fails."""

    source: str
    fails: set[str]
    columns: dict[str, Any] = field(default_factory=dict)


def gpl(*fails: str, **columns: Any) -> Case:
    return Case("gpl_resident", set(fails), columns)


def padis(*fails: str, **columns: Any) -> Case:
    return Case("padis_resident", set(fails), columns)


def tenancy(*fails: str, **columns: Any) -> Case:
    return Case("rental_tenancy", set(fails), columns)


def message(*fails: str, **columns: Any) -> Case:
    return Case("exchange_message", set(fails), columns)


def login(*fails: str, **columns: Any) -> Case:
    return Case("system_login", set(fails), columns)


def service(*fails: str, **columns: Any) -> Case:
    return Case("service_event", set(fails), columns)


def survey(*fails: str, **columns: Any) -> Case:
    return Case("survey_response", set(fails), columns)


def audit(*fails: str, **columns: Any) -> Case:
    return Case("audit_sample", set(fails), columns)


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A time in October 2026; the export is of the 31st."""
    return datetime(2026, 10, day, hour, minute, second)


LAST_SECOND, NEXT_MIDNIGHT = at(31, 23, 59, 59), datetime(2026, 11, 1)
NO_ID = {"person_key": None, "id_agrees": None}

CASES = {
    # -- gpl_resident
    "a sound file": gpl(person_key="p-sound"),
    "no number": gpl("gpl_id_present", id_status="missing", **NO_ID),
    "a filler": gpl("gpl_id_present", id_status="filler", **NO_ID),
    "a bad length": gpl("gpl_id_valid", id_status="bad_format", **NO_ID),
    "a bad area": gpl("gpl_id_valid", id_status="bad_area", **NO_ID),
    "a bad date within": gpl("gpl_id_valid", id_status="bad_birth_date", **NO_ID),
    "a bad check digit": gpl("gpl_id_valid", id_status="bad_checksum", **NO_ID),
    "another sex than the number": gpl("gpl_id_agrees", id_agrees=False),
    "an origin that never was": gpl("gpl_origin_known", origin_code="999999"),
    "an origin of the history": gpl(origin_code="623021"),
    "born after arriving": gpl("gpl_birth_inflow_order", birth_date=date(2026, 9, 2)),
    "born on arriving": gpl(birth_date=date(2026, 9, 1)),
    "born in 1899": gpl("gpl_birth_inflow_order", birth_date=date(1899, 12, 31)),
    "born in 1900": gpl(birth_date=date(1900, 1, 1)),
    "arrives tomorrow": gpl("gpl_inflow_not_future", inflow_date=date(2026, 11, 1), is_active=False),
    "arrives today": gpl(inflow_date=date(2026, 10, 31)),
    "left before arriving": gpl("gpl_outflow_order", outflow_date=date(2026, 8, 31), is_active=False),
    "left on arriving": gpl(outflow_date=date(2026, 9, 1), is_active=False),
    "updated before registered": gpl("gpl_update_order", updated_at=datetime(2026, 9, 2, 8, 59, 59)),
    "updated when registered": gpl(updated_at=datetime(2026, 9, 2, 9)),
    "updated after the export": gpl("gpl_update_order", updated_at=NEXT_MIDNIGHT),
    "updated in its last second": gpl(updated_at=LAST_SECOND),
    "registered after the export": gpl("gpl_update_order", registered_at=NEXT_MIDNIGHT, updated_at=NEXT_MIDNIGHT),
    "rents no house": gpl("gpl_house_if_renting", residence_kind="rented"),
    "rents a house": gpl(residence_kind="rented", house_no="F1"),
    "lodges in no house": gpl(residence_kind="lodging"),
    "a kind not given": gpl(residence_kind=None),
    "two files of a number": gpl("gpl_record_unique", occurrences=2),
    "no household": gpl("gpl_household_present", household_no=None),
    "twice in the township": gpl("gpl_person_unique", person_key="p-twice"),
    "the second of them": gpl("gpl_person_unique", person_key="p-twice"),
    "twice in the county": gpl("gpl_person_unique", person_key="p-across"),
    "the neighbour's": gpl("gpl_person_unique", person_key="p-across", township_code=NEIGHBOUR),
    "once in each county": gpl(person_key="p-far"),
    "the other county's": gpl(person_key="p-far", township_code=ELSEWHERE, county_code="623022000000"),
    "once active": gpl(person_key="p-moved"),
    "once departed": gpl(person_key="p-moved", is_active=False, record_state="departed"),
    "no phone": gpl("gpl_contact_reachable", has_phone=False),
    "a phone column missing": gpl("gpl_contact_reachable", has_phone=None),
    "unreadable outflow": gpl("gpl_resident_readable_outflow_date", unreadable=",outflow_date,"),
    "unreadable kind and card": gpl(
        "gpl_resident_readable_residence_kind",
        "gpl_resident_readable_has_contact_card",
        unreadable=",residence_kind,has_contact_card,",
    ),
    "unreadable flag": gpl("gpl_resident_readable_is_informed", unreadable=",is_informed,"),
    "a file of a month not rebuilt": gpl(id_status="missing", period_month=date(2026, 9, 1), **NO_ID),
    # -- padis_resident
    "a sound case": padis(),
    "a case with a bad number": padis("padis_id_valid", id_status="bad_checksum", **NO_ID),
    "a case without a number": padis("padis_id_valid", id_status="missing", **NO_ID),
    "a case that disagrees": padis("padis_id_agrees", id_agrees=False),
    "a case twice": padis("padis_case_unique", occurrences=3),
    "a case born after arriving": padis("padis_date_order", birth_date=date(2026, 9, 2)),
    "a case born in 1899": padis("padis_date_order", birth_date=date(1899, 12, 31)),
    "a case left before arriving": padis("padis_date_order", outflow_date=date(2026, 8, 31)),
    "a case left on arriving": padis(outflow_date=date(2026, 9, 1)),
    "unreadable departure": padis("padis_resident_readable_outflow_date", unreadable=",outflow_date,"),
    # -- rental_tenancy: house F1 is on a file of the township; the neighbour has files, none of them with a house
    "a sound tenancy": tenancy(),
    "a tenant with a bad number": tenancy("tenancy_id_valid", id_status="bad_area"),
    "a tenant without a number": tenancy("tenancy_id_valid", id_status="missing"),
    "a house nobody is in": tenancy("tenancy_house_known", house_no="F2"),
    "a house of another township": tenancy("tenancy_house_known", township_code=NEIGHBOUR),
    "a township whose registry is not here": tenancy(township_code=ELSEWHERE, house_no="F2"),
    "ended before it began": tenancy("tenancy_date_order", end_date=date(2026, 8, 31)),
    "ended as it began": tenancy(end_date=date(2026, 9, 1)),
    "unreadable end": tenancy("rental_tenancy_readable_end_date", unreadable=",end_date,"),
    "unreadable check": tenancy("rental_tenancy_readable_checked_date", unreadable=",checked_date,"),
    # -- exchange_message, sent on the 5th at 8
    "a sound message": message(),
    "all at one moment": message(received_at=at(5, 8), verified_at=at(5, 8), replied_at=at(5, 8), outcome="verified"),
    "received before sent": message("message_time_order", received_at=at(5, 7, 59, 59)),
    "verified before sent, never received": message("message_time_order", verified_at=at(4)),
    "verified before received": message("message_time_order", received_at=at(6), verified_at=at(5, 9)),
    "replied before received": message("message_time_order", received_at=at(7), replied_at=at(6), outcome="not_found"),
    "replied before verified": message(
        "message_time_order", received_at=at(6), verified_at=at(8), replied_at=at(7), outcome="departed"
    ),
    "a reply without outcome": message("message_outcome_given", replied_at=at(6)),
    "an outcome without reply": message("message_outcome_given", outcome="unclear"),
    "received in the last second": message(received_at=LAST_SECOND),
    "received after the export": message("message_not_future", received_at=NEXT_MIDNIGHT),
    "sent after the export": message("message_not_future", sent_at=NEXT_MIDNIGHT),
    "replied after the export": message("message_not_future", replied_at=NEXT_MIDNIGHT, outcome="verified"),
    "verified after the export": message("message_not_future", verified_at=NEXT_MIDNIGHT),
    "unreadable receipt": message("exchange_message_readable_received_at", unreadable=",received_at,"),
    "unreadable verification": message("exchange_message_readable_verified_at", unreadable=",verified_at,"),
    "unreadable reply": message("exchange_message_readable_replied_at", unreadable=",replied_at,"),
    "unreadable outcome": message("exchange_message_readable_outcome", unreadable=",outcome,"),
    # -- system_login: batch `county` is of county 623021, batch `township` of its first township
    "a sound login": login(),
    "a login in the last second": login(login_at=LAST_SECOND),
    "a login after the export": login("login_not_future", login_at=NEXT_MIDNIGHT),
    "a login of the neighbour in the county's file": login(township_code=NEIGHBOUR),
    "a login of the other county": login("login_known_township", township_code=ELSEWHERE),
    "the township's own file": login(batch_id="township"),
    "a login of the neighbour in it": login("login_known_township", batch_id="township", township_code=NEIGHBOUR),
    # -- service_event
    "a sound service": service(record_no="R-known"),
    "a service for nobody on file": service("service_record_known", record_no="R-none"),
    "a service for a file of another county": service("service_record_known", record_no="R-elsewhere"),
    "a service for the neighbour's file": service(record_no="R-neighbour"),
    "a service where no registry has landed": service(record_no="R-known", township_code="623023100000"),
    "a service without a file": service(record_no=None),
    "a service for a file of last month": service(record_no="R-september"),
    "done in the last second": service(completed_at=LAST_SECOND, fee=0),
    "done after the export": service("service_not_future", completed_at=NEXT_MIDNIGHT, fee=0),
    "done, fee unknown": service("service_fee_given", completed_at=at(6)),
    "not done, no fee": service(fee=None),
    "unreadable completion": service("service_event_readable_completed_at", unreadable=",completed_at,"),
    "unreadable fee": service(
        "service_event_readable_fee", "service_fee_given", completed_at=at(6), unreadable=",fee,"
    ),
    # -- survey_response, audit_sample
    "a sound response": survey(),
    "a sound sample": audit(),
    "a sample of nobody on file": audit("audit_record_known", record_no="R-none"),
    "a sample of a file of another county": audit("audit_record_known", record_no="R-elsewhere"),
    # -- a person in a number; two rows of one file that share a key
    "a person in a household's number": gpl("gpl_resident_number_is_personal", household_no="ID-0123456789abcdef"),
    "a person in a case's number": padis("padis_resident_number_is_personal", case_no="ID-0123456789abcdef"),
    "a person in a house's number": tenancy(
        "rental_tenancy_number_is_personal", "tenancy_house_known", house_no="ID-0123456789abcdef"
    ),
    "a person in a message's number": message("exchange_message_number_is_personal", message_no="ID-0123456789abcdef"),
    "a person in a reference": service(
        "service_event_number_is_personal", "service_record_known", record_no="ID-0123456789abcdef"
    ),
    "a person in a response's number": survey("survey_response_number_is_personal", response_no="ID-0123456789abcdef"),
    "a person in an audit's number": audit(
        "audit_sample_number_is_personal", audit_no="ID-0123456789abcdef", record_no="R-known"
    ),
    "a number that only begins alike": service(record_no=None, event_no="ID1"),
    "a message told twice": message("exchange_message_key_agrees", message_no="M-twice"),
    "a login told twice": login("system_login_key_agrees", account_key="twice"),
    "a service told twice": service("service_event_key_agrees", event_no="S-twice"),
    "the number of another township's service": service(event_no="S-twice", township_code=NEIGHBOUR),
    "a response told twice": survey("survey_response_key_agrees", response_no="W-twice"),
    "an audit told twice": audit("audit_sample_key_agrees", audit_no="C-twice"),
    "unreadable second result": audit("audit_sample_readable_second_result", unreadable=",second_result,"),
}


@pytest.fixture(scope="module")
def judged(new_county):
    """(county, source row by case, results) after one validation of October over all cases."""
    county = new_county()
    county.batch("county", "system_login", "623021000000", date(2026, 10, 31))
    county.batch("township", "system_login", TOWNSHIP, date(2026, 10, 31))
    county.rebuild(OCTOBER)
    county.land("gpl_resident", TOWNSHIP, OCTOBER)
    county.land("gpl_resident", NEIGHBOUR, OCTOBER)
    county.add("gpl_resident", record_no="R-known", house_no="F1")
    september = {"period_month": date(2026, 9, 1)}
    county.add("gpl_resident", record_no="R-september", **september)
    county.add("gpl_resident", record_no="R-neighbour", township_code=NEIGHBOUR, **september)
    other = {"township_code": ELSEWHERE, "county_code": "623022000000"}
    county.add("gpl_resident", record_no="R-elsewhere", **other, **september)
    rows = {name: county.add(case.source, **case.columns) for name, case in CASES.items()}
    county.tell_twice("exchange_message", message_no="M-twice", to_code=TOWNSHIP)
    county.tell_twice("system_login", account_key="twice", login_at=at(5, 8), township_code=TOWNSHIP)
    county.tell_twice("service_event", event_no="S-twice", village_code="623021100201")
    county.tell_twice("survey_response", response_no="W-twice", township_code=TOWNSHIP)
    county.tell_twice("audit_sample", audit_no="C-twice", township_code=TOWNSHIP)
    return county, rows, county.validate("run-1")


@pytest.mark.parametrize("name", CASES)
def test_a_row_fails_exactly_the_rules_it_breaks(judged, name):
    county, rows, _ = judged
    failed = county.run(
        "select rule_id from quality.failing_row where source = ? and source_row = ?", [CASES[name].source, rows[name]]
    )
    assert {rule_id for (rule_id,) in failed} == CASES[name].fails


def test_every_row_rule_is_broken_and_kept_by_some_case():
    for suite in load_suites():
        for rule in (rule.meta.rule_id for rule in suite.expectations if rule.meta.batch == "rows"):
            judged_rows = [case for case in CASES.values() if case.source == suite.name]
            assert any(rule in case.fails for case in judged_rows), rule
            assert any(rule not in case.fails for case in judged_rows), rule


def test_results_count_what_the_cases_say(judged):
    _, _, results = judged
    october = {result.rule_id: result for result in results if result.period_month == OCTOBER}
    files = [case for case in CASES.values() if case.source == "gpl_resident" and "period_month" not in case.columns]
    for suite in load_suites():
        for rule in (rule.meta for rule in suite.expectations if rule.meta.batch == "rows"):
            cases = [
                case for case in CASES.values() if case.source == suite.name and "period_month" not in case.columns
            ]
            assert october[rule.rule_id].rows_failed == sum(rule.rule_id in case.fails for case in cases)
            assert october[rule.rule_id].severity == rule.severity
            assert october[rule.rule_id].affects_accuracy == rule.affects_accuracy
    # Of the two files that other cases refer to, one is of October.
    assert october["gpl_id_valid"].rows_tested == len(files) + 1
    audits = [case for case in CASES.values() if case.source == "audit_sample"]
    assert october["audit_record_known"].rows_tested == len(audits)


def test_each_failure_leads_back_to_the_row_and_to_the_townships_own_number(judged):
    county, rows, _ = judged

    def trace(name):
        return county.run(
            "select distinct township_code, record_ref, batch_id, source_file, source_row, period_month, run_id"
            " from quality.failing_row where source = ? and source_row = ?",
            [CASES[name].source, rows[name]],
        )

    def expected(name, township_code, record_ref, batch_id="county"):
        return [(township_code, record_ref, batch_id, "a.csv", rows[name], OCTOBER, "run-1")]

    def numbered(name):
        return f"{CASES[name].source}-{rows[name]}"

    for name in ("no household", "a case twice", "a reply without outcome", "unreadable second result"):
        assert trace(name) == expected(name, TOWNSHIP, numbered(name))
    for name in ("a service for nobody on file", "done, fee unknown"):
        assert trace(name) == expected(name, TOWNSHIP, numbered(name))
    tenant = "a house nobody is in"
    assert trace(tenant) == expected(tenant, TOWNSHIP, f"F2 2026-09-01 {rows[tenant]}")
    wrong = "a login of the neighbour in it"
    assert trace(wrong) == expected(wrong, NEIGHBOUR, f"{NEIGHBOUR} 2026-10-05 08:00:00", "township")


def test_findings_hold_no_person(judged):
    county, _, _ = judged
    for table in ("tested", "failing_row"):
        for row in county.run(f"select * from quality.{table}"):
            assert not [value for value in row if isinstance(value, str) and value.startswith("p-")]
        columns = {name for name, *_ in county.run(f"describe quality.{table}")}
        assert not columns & {"person_key", "birth_date"}


def test_record_known_is_not_judged_before_a_registry_landed(new_county):
    county = new_county()
    county.rebuild(OCTOBER)
    county.add("service_event", record_no="R1")
    county.add("audit_sample", record_no="R1")
    county.validate("run-1")
    assert county.run("select rule_id from quality.failing_row") == []
