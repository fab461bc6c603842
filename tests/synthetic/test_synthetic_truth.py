"""The truth written beside the clerk files: complete, adding up, and what an independent look at the files finds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from clerk_files import clerk_files, data_rows, day_of, read, source_of

RULES = {
    "gpl_id_present", "gpl_id_valid", "gpl_id_agrees", "gpl_origin_known", "gpl_birth_inflow_order",
    "gpl_inflow_not_future", "gpl_outflow_order", "gpl_update_order", "gpl_house_if_renting", "gpl_record_unique",
    "gpl_household_present", "gpl_person_unique", "gpl_contact_reachable",
    "padis_id_valid", "padis_id_agrees", "padis_case_unique", "padis_date_order",
    "tenancy_id_valid", "tenancy_house_known", "tenancy_date_order",
    "message_time_order", "message_outcome_given", "message_not_future",
    "login_not_future", "login_known_township",
    "service_record_known", "service_not_future", "service_fee_given", "audit_record_known",
}  # fmt: skip
REASONS = {
    "malformed_row", "missing", "unreadable", "unknown_code", "unknown_division", "out_of_scope", "repeated_row",
}  # fmt: skip
FLAGS = {"是": True, "Y": True, "1": True, "√": True, "否": False, "N": False, "0": False}


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / "truth" / f"{name}.parquet")


def counted(folder: Path, indicator: str) -> dict[tuple[date, str], tuple[int, int]]:
    counts = table(folder, "counts").query("indicator_code == @indicator")
    return {
        (row.period_month, row.township_code): (row.numerator, row.denominator)
        for row in counts.itertuples()
        if row.denominator
    }


@pytest.mark.parametrize("world", ["heavy", "clean"])
def test_every_line_of_every_file_is_accounted_for(world: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(world)
    files = table(folder, "files")
    assert (files["rows_in"] == files["accepted"] + files["quarantined"] + files["non_data"]).all()
    lines = {path.name: len(read(path)[1]) for path in clerk_files(folder)}
    assert files.set_index("file_name")["rows_in"].to_dict() == lines
    reasons = table(folder, "quarantine").groupby("file_name")["rows"].sum()
    assert reasons.to_dict() == files[files["quarantined"] > 0].set_index("file_name")["quarantined"].to_dict()


def test_heavy_breaks_every_rule_and_gives_every_reason(heavy: Path) -> None:
    planted = table(heavy, "planted").set_index("rule_id")["records"]
    assert set(planted.index) == RULES
    assert (planted > 0).all()
    failed = table(heavy, "rules")
    assert set(failed["rule_id"]) >= RULES
    assert any("_readable_" in rule for rule in failed["rule_id"])
    assert {reason.split(":")[0] for reason in table(heavy, "quarantine")["reason"]} == REASONS


def test_rules_of_ledgers_fail_as_often_as_planted(heavy: Path) -> None:
    """A defect of a ledger stays in the newest version of its row, so that none is lost and none is counted twice."""
    planted = table(heavy, "planted").set_index("rule_id")["records"]
    failed = table(heavy, "rules").groupby("rule_id")["rows_failed"].sum()
    for rule in ("message_not_future", "login_not_future", "login_known_township", "audit_record_known"):
        assert failed[rule] == planted[rule], rule


def test_files_explained_by_a_rule_are_among_those_failing_it(heavy: Path) -> None:
    place = ["rule_id", "period_month", "township_code"]
    failed = table(heavy, "rules").set_index(place)["rows_failed"]
    assert failed.index.is_unique
    explained = table(heavy, "cases").query("outcome.str.startswith('rule:')")
    explained = explained.assign(rule_id=explained["outcome"].str.removeprefix("rule:")).groupby(place).size()
    assert len(explained) > 50
    assert (failed.reindex(explained.index, fill_value=0) >= explained).all()


def test_clean_is_clean_but_not_perfect(clean: Path) -> None:
    files = table(clean, "files")
    assert files["quarantined"].sum() == files["non_data"].sum() == 0
    assert set(table(clean, "rules")["rule_id"]) <= {"tenancy_house_known"}, "only what a missing file entails"
    counts = table(clean, "counts").groupby("indicator_code")[["numerator", "denominator"]].sum()
    assert (counts.loc["data_accuracy", "numerator"]) == counts.loc["data_accuracy", "denominator"]
    missed = counts[counts["numerator"] < counts["denominator"]].index
    assert {"data_update", "registration_coverage", "inquiry_on_time", "service_on_time", "daily_login"} <= set(missed)


@pytest.mark.parametrize("world", ["heavy", "clean"])
def test_counts_are_the_cases_counted(world: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(world)
    cases, counts = table(folder, "cases"), table(folder, "counts")
    assert not cases.duplicated(["indicator_code", "period_month", "township_code", "case_ref"]).any()
    parts = {"met": "met", "pending": "pending"}
    rows = cases[["indicator_code", "period_month", "township_code", "outcome"]].itertuples(index=False)
    found = Counter((*row[:3], parts.get(row.outcome, "missed")) for row in rows)
    for row in counts.itertuples():
        key = (row.indicator_code, row.period_month, row.township_code)
        assert (row.numerator, row.pending) == (found[(*key, "met")], found[(*key, "pending")])
        assert row.denominator - row.numerator == found[(*key, "missed")]
    assert counts["indicator_code"].nunique() == 21


def test_outcomes_are_reasons_of_the_seed(heavy: Path) -> None:
    seeds = Path(__file__).resolve().parents[2] / "seeds" / "reasons.csv"
    known = set(pd.read_csv(seeds)["reason_code"]) | {"met", "pending"} | {f"rule:{rule}" for rule in RULES}
    assert set(table(heavy, "cases")["outcome"]) <= known


def test_days_with_a_township_login(clean: Path) -> None:
    seen, found = set(), defaultdict(lambda: [0, 0])
    for path in clerk_files(clean):
        if source_of(path) == "system_login":
            seen |= {(row["乡镇代码"], day_of(row["登录时间"])) for row in data_rows(path) if row["用户级别"] == "乡级"}
    county_ends, own_ends = date(2026, 11, 14), date(2026, 11, 15)
    world = json.loads((clean / "truth" / "world.json").read_text(encoding="utf-8"))
    own, silent_since = world["self_reporting_townships"], {world["silent_township"]: date(2026, 10, 1)}
    for township in {township for township, _ in seen}:
        last = own_ends if township in own else county_ends
        for ordinal in range(date(2026, 8, 1).toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day >= silent_since.get(township, date.max):
                break
            found[day.replace(day=1), township][0] += (township, day) in seen
            found[day.replace(day=1), township][1] += 1
    assert counted(clean, "daily_login") == {key: tuple(value) for key, value in found.items()}


def test_contact_cards_of_a_month_told_by_one_file(clean: Path) -> None:
    """In the first month the county's file governs everywhere."""
    (path,) = clean.glob("gpl_resident__623021__2026-08-31.*")
    found = defaultdict(lambda: [0, 0])
    for row in data_rows(path):
        gone = row["流出日期"] and day_of(row["流出日期"]) <= date(2026, 8, 31)
        if row["档案状态"] == "在管" and day_of(row["流入日期"]) <= date(2026, 8, 31) and not gone:
            count = found[date(2026, 8, 1), row["现居住地代码"][:9] + "000"]
            count[0] += FLAGS.get(row["服务联系卡"], False)
            count[1] += 1
    truth = {key: value for key, value in counted(clean, "contact_card").items() if key[0] == date(2026, 8, 1)}
    assert truth == {key: tuple(value) for key, value in found.items()}


def test_answers_are_counted_once_though_exports_repeat_them(clean: Path) -> None:
    answers = {}
    for path in clerk_files(clean):
        if source_of(path) == "survey_response":
            answers |= {(row["乡镇代码"], row["问卷编号"]): row for row in data_rows(path)}
    found = defaultdict(lambda: [0, 0])
    for row in answers.values():
        if row["是否满意"] != "不清楚":
            count = found[day_of(row["调查日期"]).replace(day=1), row["乡镇代码"]]
            count[0] += row["是否满意"] == "是"
            count[1] += 1
    assert counted(clean, "satisfaction") == {key: tuple(value) for key, value in found.items()}


def test_a_tenant_is_cited_by_the_line_in_the_file(clean: Path) -> None:
    cases = table(clean, "cases").query("indicator_code == 'tenant_registration'")
    first = cases[cases["period_month"] == date(2026, 8, 1)]
    (path,) = clean.glob("rental_tenancy__623021__2026-08-31.*")
    lines = {f"{row['房屋编号']} {day_of(row['起租日期'])} {row['line']}" for row in data_rows(path)}
    assert len(first) > 50
    assert set(first["case_ref"]) <= lines


def test_absence_is_told_apart_from_zero(heavy: Path) -> None:
    world = json.loads((heavy / "truth" / "world.json").read_text(encoding="utf-8"))
    counts = table(heavy, "counts").set_index(["indicator_code", "period_month", "township_code"])
    forgetful, empty = world["forgetful_township"], world["township_with_empty_snapshot"]
    assert ("registry_consistency", date(2026, 9, 1), forgetful) not in counts.index
    assert ("contact_card", date(2026, 9, 1), forgetful) in counts.index
    assert counts.loc[("tenant_registration", date(2026, 10, 1), empty)].tolist() == [0, 0, 0]


def test_cases_due_later_are_pending(heavy: Path) -> None:
    cases = table(heavy, "cases")
    later = cases[cases["period_month"] > date(2026, 11, 1)]
    assert set(later["outcome"]) == {"pending"}
    assert set(later["indicator_code"]) >= {"service_on_time", "care_visit"}
    assert not set(cases[cases["outcome"] == "pending"]["indicator_code"]) & {"effective_reply", "service_free"}


def test_the_newest_whole_month_is_told_in_four_deliveries(heavy: Path) -> None:
    """October: a ledger comes when the term is over, one with the next month, one never; registers come corrected."""
    world = json.loads((heavy / "truth" / "world.json").read_text(encoding="utf-8"))
    files = table(heavy, "files")
    assert (files["sent_on"] > files["as_of"]).all()
    reach = files.groupby(["source", "scope"])["as_of"].max()
    late, forgetful, silent = (world[f"{one}_township"][:9] for one in ("late", "forgetful", "silent"))
    october = files[(files["as_of"] >= date(2026, 10, 1)) & (files["as_of"] <= date(2026, 11, 14))]
    sent = {source: set(part["scope"]) for source, part in october.groupby("source")}
    assert late in sent["exchange_message"] and reach["exchange_message", late] == date(2026, 11, 8)
    assert "623021" not in sent["exchange_message"] | sent["service_event"] | sent["system_login"]
    assert forgetful not in set(october.query("source == 'service_event' and as_of == as_of.min()")["scope"])
    assert silent not in set(files.query("source == 'system_login'")["scope"])
    again = files[(files["sent_on"] == date(2026, 11, 6)) & (files["source"] == "gpl_resident")]
    assert {scope + "000" for scope in again["scope"]} == set(world["careless_townships"])
    assert set(again["as_of"]) == {date(2026, 10, 31)}


def test_a_corrected_register_mends_most_defects_and_some_come_back(heavy: Path) -> None:
    world = json.loads((heavy / "truth" / "world.json").read_text(encoding="utf-8"))
    careless = tuple(township[:9] for township in world["careless_townships"])
    wrong: dict[str, set[str]] = {}
    for path in clerk_files(heavy):
        source, scope, day = path.name.split(".")[0].split("__")
        if source == "gpl_resident" and (scope in careless or (scope, day) == ("623021", "2026-11-15")):
            told = wrong.setdefault(day, set())
        elif (source, scope, day) == ("gpl_resident", "623021", "2026-10-31"):
            told = wrong.setdefault("as first sent", set())
        else:
            continue
        for row in data_rows(path):
            is_houseless = row["居住方式"] == "租房" and not row["房屋编号"]
            if row["现居住地代码"].startswith(careless) and (not row["户编号"] or is_houseless):
                told.add(row["档案编号"])
    first, corrected, next_month = (wrong[day] for day in ("as first sent", "2026-10-31", "2026-11-15"))
    assert corrected < first
    assert (first - corrected) & next_month, "some come back"
    assert len(next_month) < len(first) <= 3 * len(first - corrected)
