"""Month by month or all at once: the tables are the same, and only the months that were asked for are built again."""

from __future__ import annotations

import pytest

TABLES = """
    select table_schema || '.' || table_name from information_schema.tables
    where table_schema in ('staging', 'core') order by 1
"""
TOWNSHIP, VILLAGE = "623021100000", "623021100201"
WITHOUT_TESTS = ("--exclude-resource-type", "test")


def files(*states: str) -> list[dict]:
    return [
        {
            "record_no": f"R{number}", "person_key": f"p{number}", "household_no": "h", "village_code": VILLAGE,
            "sex": "female", "birth_date": "1990-01-01", "origin_code": "622901", "inflow_date": "2025-01-01",
            "record_state": state, "updated_at": "2026-01-15 12:00:00", "is_informed": False,
        }
        for number, state in enumerate(states)
    ]  # fmt: skip


def message(number: int, sent_at: str, **more) -> dict:
    return {
        "message_no": f"M{number}", "kind": "inquiry", "urgency": "ordinary", "is_key": True, "to_code": TOWNSHIP,
        "sent_at": sent_at,
    } | more  # fmt: skip


def login(login_at: str) -> dict:
    return {"account_key": "a", "township_code": TOWNSHIP, "account_level": "township", "login_at": login_at}


def contents(warehouse) -> dict[str, list[str]]:
    return {table: sorted(map(repr, warehouse.rows(f"from {table}"))) for (table,) in warehouse.rows(TABLES)}


@pytest.fixture(scope="module")
def grown(warehouse):
    """January and December; then February, corrected at once, with a January message that moves there."""
    lake = warehouse.lake
    lake.land("gpl_resident", "623021", "2025-12-31", files("active"))
    lake.land("gpl_resident", "623021", "2026-01-31", files("active", "active"))
    lake.land(
        "exchange_message",
        "623021",
        "2026-01-31",
        [message(1, "2026-01-20 10:00:00"), message(2, "2026-01-25 10:00:00")],
    )
    lake.land("system_login", "623021", "2026-01-31", [login("2026-01-05 08:00:00")])
    warehouse.build(*WITHOUT_TESTS)
    lake.land("gpl_resident", "623021", "2026-02-28", files("active", "active", "active"))
    lake.land("gpl_resident", "623021100", "2026-02-28", files("active", "departed", "active"))
    lake.land(
        "exchange_message",
        "623021",
        "2026-02-28",
        [message(1, "2026-02-20 10:00:00", replied_at="2026-02-21 10:00:00")],
    )
    lake.rebuild("2026-01", "2026-02")
    with lake.connect() as marked:
        marked.execute("update core.fct_resident_file set publicity = 'met'")
    warehouse.build()
    return warehouse


def test_only_the_months_asked_for_are_built_again(grown):
    assert grown.outcomes("fct_resident_file", "publicity") == {
        ("2025-12", "R0"): "met",
        ("2026-01", "R0"): "not_informed",
        ("2026-01", "R1"): "not_informed",
        ("2026-02", "R0"): "not_informed",
        ("2026-02", "R2"): "not_informed",
    }


def test_a_message_that_moved_is_a_case_in_its_new_month_only(grown):
    assert grown.outcomes("fct_message", "key_inquiry_feedback") == {
        ("2026-02", "M1"): "met",
        ("2026-02", "M2"): "never_replied",
    }


def test_step_by_step_equals_all_at_once(grown):
    with grown.lake.connect() as mended:
        mended.execute("update core.fct_resident_file set publicity = 'not_informed'")
    step_by_step = contents(grown)
    grown.build("--full-refresh", *WITHOUT_TESTS)
    assert len(step_by_step["core.fct_township_day"]) == 16 * 31
    assert contents(grown) == step_by_step
