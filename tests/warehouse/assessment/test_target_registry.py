"""Targets are rows with scope and validity: the most specific in force on a period's last day decides, for good."""

from __future__ import annotations

import csv
import os
from contextlib import contextmanager
from datetime import date

import pytest
from dice_county import TARGET_COLUMNS, DiceCounty
from facts_fixture import Facts
from findings import land_findings

from orchestration.installation.county_seeds import SeedsError, assemble_seeds
from orchestration.installation.paths import Home

DRAWS = 200
PROVINCE, PREFECTURE, COUNTY, NEXT_COUNTY = "990000000000", "990100000000", "990101000000", "990102000000"
TOWNSHIP, SIBLING, FAR, VILLAGE = "990101001000", "990101002000", "990102001000", "990101001201"
ABOVE = {PROVINCE: "", PREFECTURE: PROVINCE, COUNTY: PREFECTURE, NEXT_COUNTY: PREFECTURE}
ABOVE |= {TOWNSHIP: COUNTY, SIBLING: COUNTY, FAR: NEXT_COUNTY}
LEVELS = dict(zip(ABOVE, ("province", "prefecture", "county", "county", *["township"] * 3), strict=True))
MONTHS = [date(2025, month, 1) for month in range(1, 9)]
# Every month one more scope, each more specific than the last; then none at all; then one for all again.
BY_SCOPE = [
    ("*", "2000-01-01", "2025-06-30", 0.50),
    (PROVINCE, "2025-02-01", "2025-06-30", 0.60),
    (PREFECTURE, "2025-03-01", "2025-06-30", 0.65),
    (COUNTY, "2025-04-01", "2025-06-30", 0.70),
    (TOWNSHIP, "2025-05-01", "2025-06-30", 0.75),
    (VILLAGE, "2025-06-01", "2025-06-30", 0.80),
    ("*", "2025-08-01", "", 0.55),
]
IN_FORCE = {
    VILLAGE: [0.50, 0.60, 0.65, 0.70, 0.75, 0.80, None, 0.55],
    TOWNSHIP: [0.50, 0.60, 0.65, 0.70, 0.75, 0.75, None, 0.55],
    SIBLING: [0.50, 0.60, 0.65, 0.70, 0.70, 0.70, None, 0.55],
    FAR: [0.50, 0.60, 0.65, 0.65, 0.65, 0.65, None, 0.55],
    COUNTY: [0.50, 0.60, 0.65, 0.70, 0.70, 0.70, None, 0.55],
    NEXT_COUNTY: [0.50, 0.60, 0.65, 0.65, 0.65, 0.65, None, 0.55],
    PREFECTURE: [0.50, 0.60, 0.65, 0.65, 0.65, 0.65, None, 0.55],
    PROVINCE: [0.50, 0.60, 0.60, 0.60, 0.60, 0.60, None, 0.55],
}
# A target that begins on a month's last day holds for that month, one that begins a day later does not.
ON_THE_LAST_DAY = [
    ("*", "2000-01-01", "2025-03-30", 0.40),
    ("*", "2025-03-31", "2025-04-30", 0.41),
    ("*", "2025-05-01", "", 0.42),
]


def target(indicator: str, scope: str, start: str, end: str, value: float, **more: object) -> dict[str, object]:
    values = (indicator, scope, start, end, value, 0.1, 0.2, 1, "false", 1, "plan-3", "a test")
    return dict(zip(TARGET_COLUMNS, values, strict=True)) | more


@contextmanager
def seeds_of(folder, targets, divisions=None):
    """The seeds in force are the shipped ones with these targets and divisions."""
    folder.mkdir()
    for name, rows in (("targets", targets), ("divisions", divisions)):
        if rows:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
    before = os.environ.get("SHUANGBAI_SEEDS")
    os.environ["SHUANGBAI_SEEDS"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("SHUANGBAI_SEEDS") if before is None else os.environ.update(SHUANGBAI_SEEDS=before)


@pytest.fixture(scope="module")
def scoped(tmp_path_factory) -> Facts:
    """One case a month in the village and in each township, of two indicators with targets by scope and by day."""
    root = tmp_path_factory.mktemp("scoped")
    divisions = [
        {"division_code": code, "division_name": code, "level": LEVELS[code], "parent_code": above}
        for code, above in ABOVE.items()
    ]
    targets = [target("service_on_time", *row) for row in BY_SCOPE]
    targets += [target("care_visit", *row) for row in ON_THE_LAST_DAY]
    with seeds_of(root / "seeds", targets, divisions):
        facts = Facts(root / "home", [VILLAGE])
        facts.build_seeds()
        places = {VILLAGE: TOWNSHIP, TOWNSHIP: TOWNSHIP, SIBLING: SIBLING, FAR: FAR}
        facts.insert(
            "staging.landed_month",
            [
                {"source": "service_event", "township_code": code, "period_month": month, "is_provisional": False}
                for code in (TOWNSHIP, SIBLING, FAR)
                for month in MONTHS
            ],
        )
        facts.insert(
            "core.fct_service_event",
            [
                {
                    "period_month": month,
                    "division_code": place,
                    "township_code": township,
                    "case_ref": f"{place} {month}",
                    "service_on_time": "met",
                    "care_visit": "met",
                }
                for month in MONTHS
                for place, township in places.items()
            ],
        )
        clock = {"batch_id": "clock", "sequence": 1, "source": "service_event", "as_of": date(2025, 8, 31)}
        counts = {"rows_in": 0, "accepted": 0, "quarantined": 0, "non_data": 0, "is_synthetic": True}
        facts.insert("lake.batch", [clock | counts | {"scope_code": COUNTY, "file_name": "clock.csv", "sha256": "0"}])
        facts.build()
    return facts


def test_the_most_specific_scope_in_force_decides_at_every_level(scoped):
    found = scoped.rows(
        """select division_code, list(target_value order by period_start) from published.fct_indicator_result
           where indicator_code = 'service_on_time' and period_kind = 'month' group by all"""
    )
    assert dict(found) == IN_FORCE


def test_without_a_target_nothing_is_judged_or_scored(scoped):
    assert scoped.rows(
        """select distinct is_reached, verdict, is_serious, value from published.fct_indicator_result
           where indicator_code = 'service_on_time' and period_kind = 'month' and period_start = '2025-07-01'"""
    ) == [(None, None, None, 1.0)]
    assert scoped.rows(
        """select period_start from published.fct_score_contribution
           where indicator_code = 'service_on_time' and period_kind = 'month' group by all order by all"""
    ) == [(month,) for month in MONTHS if month.month != 7]


def test_the_target_is_that_of_the_periods_last_day(scoped):
    found = scoped.rows(
        """select period_kind, period_start, any_value(target_value) from published.fct_indicator_result
           where indicator_code = 'care_visit' group by all having count(distinct target_value) = 1"""
    )
    assert {(kind, start.month): value for kind, start, value in found} == {
        **{(kind, m): 0.40 for kind in ("month", "year_to_date") for m in (1, 2)},
        **{(kind, m): 0.41 for kind in ("month", "year_to_date") for m in (3, 4)},
        **{(kind, m): 0.42 for kind in ("month", "year_to_date") for m in (5, 6, 7, 8)},
        ("quarter", 1): 0.41,
        ("quarter", 4): 0.42,
        ("quarter", 7): 0.42,
    }


def test_a_new_target_changes_no_closed_period(assessed, tmp_path, monkeypatch):
    """All open targets end with what has been announced; from then on everything about them is another."""
    county = DiceCounty(seed=7)
    successors = [
        row | {"valid_from": "2026-03-01", "target_value": "0.5", "floor_value": "0.1", "tolerance_value": "0.4",
               "weight": "3", "min_denominator": "30", "is_veto": "true"}
        for row in county.targets if not row["valid_to"]
    ]  # fmt: skip
    assert successors
    county.targets = [row | {"valid_to": row["valid_to"] or "2026-02-28"} for row in county.targets] + successors
    county.write_seeds(tmp_path / "seeds")
    monkeypatch.setenv("SHUANGBAI_SEEDS", str(tmp_path / "seeds"))
    monkeypatch.setenv("SHUANGBAI_RANK_DRAWS", str(DRAWS))
    facts = Facts(tmp_path / "home", county.villages)
    facts.build_seeds()
    county.land_all(facts)
    land_findings(facts)
    facts.build()
    # The quarter that the new targets' first month ends is still open, and judged by them.
    open_quarter = ("quarter", date(2026, 1, 1))
    published = facts.published()
    for table, rows in assessed.at_once.items():
        if table not in ("dim_target", "dim_target_in_force"):
            assert closed(published[table], open_quarter) == closed(rows, open_quarter), table
    judged = facts.rows(
        """select distinct target_value from published.fct_indicator_result
           where period_kind = 'quarter' and period_start = '2026-01-01' order by all"""
    )
    assert judged == [(0.5,), (None,)]


def closed(rows: list[tuple], but: tuple) -> list[tuple]:
    return [row for row in rows if row[:2] != but]


def test_targets_that_cannot_be_are_refused_by_name(tmp_path):
    good = target("care_visit", "*", "2000-01-01", "", 0.9)
    targets = [
        good,
        target("publicity", COUNTY, "2024-01-01", "2025-06-30", 0.9),
        target("publicity", COUNTY, "2025-06-30", "", 0.9),
        target("publicity", "*", "2025-01-01", "2024-12-31", 0.9),
        target("data_accuracy", "*", "2024-02-01", "", 0.6, floor_value=0.6),
        target("data_update", "990199000000", "2024-03-01", "", 0.9),
        target("data_update", VILLAGE, "2024-04-01", "", 0.9),
    ]
    divisions = [
        {"division_code": code, "division_name": code, "level": LEVELS[code], "parent_code": above}
        for code, above in ABOVE.items()
    ]
    with seeds_of(tmp_path / "seeds", targets, divisions), pytest.raises(SeedsError) as raised:
        assemble_seeds(Home(tmp_path / "home"))
    assert raised.value.state == "blocked"
    named = {
        4: ("valid_from", "2025-06-30", "2024-01-01"),
        5: ("valid_to", "2024-12-31", "2025-01-01"),
        6: ("floor_value", "0.6"),
        7: ("scope_code", "990199000000"),
    }
    for language, place in {"zh": "targets.csv 第 {} 行", "en": "targets.csv, line {}:"}.items():
        lines = raised.value.values[language].split("\n")
        assert len(lines) == len(named)
        for line, words in named.items():
            assert sum(all(word in text for word in (place.format(line), *words)) for text in lines) == 1, words
