"""Evidence that compares exports or months: right in whatever order they arrive, and rebuilt where they change."""

from __future__ import annotations

from datetime import date

import pytest

TOWNSHIP, VILLAGE = "623021100000", "623021100201"
EVIDENCE = ("--exclude-resource-type", "test")


def person(state: str = "active") -> dict:
    return {
        "person_key": "p", "village_code": VILLAGE, "sex": "female", "birth_date": "1990-01-01",
        "origin_code": "622901", "inflow_date": "2025-01-01", "updated_at": "2026-01-15 12:00:00",
        "record_no": "R1", "record_state": state,
    }  # fmt: skip


def case() -> dict:
    return {
        **{name: value for name, value in person().items() if not name.startswith("record_")},
        "case_no": "C1", "case_state": "inflow_registered",
    }  # fmt: skip


def message(replied_at: str | None = None, urgency: str = "ordinary") -> dict:
    return {
        "message_no": "M1", "kind": "inquiry", "urgency": urgency, "is_key": False, "to_code": TOWNSHIP,
        "sent_at": "2026-01-10 10:00:00", "received_at": "2026-01-11 10:00:00", "replied_at": replied_at,
    }  # fmt: skip


def backdated(warehouse) -> list[tuple]:
    return warehouse.rows("select record_ref, field, not_done_on, earlier_file from core.backdated_entry")


def rewritten(warehouse) -> list[tuple]:
    return warehouse.rows("select value_before, value_after, as_of from core.rewritten_field order by all")


def dropped(warehouse) -> list[tuple]:
    return warehouse.rows("select period_month, record_ref from core.dropped_file")


@pytest.fixture(scope="module")
def arrivals(warehouse):
    """What the evidence says after each of three builds."""
    lake, seen = warehouse.lake, []

    def build(*months: str) -> None:
        lake.rebuild(*months)
        warehouse.build(*EVIDENCE)
        seen.append((dropped(warehouse), backdated(warehouse), rewritten(warehouse)))

    lake.land("gpl_resident", "623021", "2026-01-31", [person()])
    lake.land("padis_resident", "623021", "2026-01-31", [case()])
    lake.land("exchange_message", "623021", "2026-03-31", [message("2026-01-12 10:00:00")])
    build()
    lake.land("gpl_resident", "623021", "2026-02-28", [person("cancelled")])
    lake.land("padis_resident", "623021", "2026-02-28", [case()])
    lake.land("exchange_message", "623021", "2026-02-28", [message(urgency="urgent")])
    build("2026-02")
    lake.land("gpl_resident", "623021100", "2026-01-31", [person("cancelled")])
    build("2026-01")
    return seen


def test_an_older_export_that_lands_later_contradicts_the_newer_one(arrivals):
    assert [found for _, found, _ in arrivals[:2]] == [
        [],
        [("M1", "replied_at", date(2026, 2, 28), "exchange_message__623021__2026-02-28.csv")],
    ]
    assert [found for _, _, found in arrivals[:2]] == [[], [("urgent", "ordinary", date(2026, 3, 31))]]


def test_a_correction_of_the_month_before_changes_who_was_dropped(arrivals):
    assert [found for found, _, _ in arrivals] == [[], [(date(2026, 2, 1), "R1")], []]
