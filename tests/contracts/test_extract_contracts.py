"""The shipped contracts say what extracts.md says."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.contracts import TRACE_COLUMNS, load_contracts
from orchestration.landing.headers import column_names, match

# Read off the tables of extracts.md: shape, key, required lake columns, optional ones, dropped headers.
SPECIFIED = {
    "gpl_resident": ("snapshot", "record_no",
        "record_no sex birth_date origin_code village_code inflow_date record_state registered_at updated_at",
        "household_no person_key id_status id_agrees outflow_date residence_kind house_no has_phone operator_key "
        "has_contact_card is_informed", "姓名"),
    "padis_resident": ("snapshot", "case_no",
        "case_no sex birth_date origin_code village_code inflow_date case_state updated_at",
        "person_key id_status id_agrees outflow_date", ""),
    "rental_tenancy": ("snapshot", "", "house_no village_code start_date",
        "person_key id_status end_date checked_date", "姓名"),
    "exchange_message": ("ledger", "message_no",
        "message_no kind urgency is_key from_code to_code sent_at", "received_at verified_at replied_at outcome", ""),
    "system_login": ("ledger", "account_key login_at", "account_key township_code account_level login_at", "", ""),
    "service_event": ("ledger", "event_no", "event_no kind village_code due_date", "record_no completed_at fee", ""),
    "survey_response": ("ledger", "response_no",
        "response_no township_code surveyed_date is_aware is_satisfied", "", ""),
    "audit_sample": ("ledger", "audit_no",
        "audit_no record_no township_code checked_date first_result", "second_result", ""),
}  # fmt: skip


@pytest.mark.parametrize("source", SPECIFIED)
def test_a_contract_is_that_of_the_specification(source: str) -> None:
    shape, key, required, optional, dropped = SPECIFIED[source]
    contract = load_contracts()[source]
    assert contract.shape == shape
    assert list(contract.key) == key.split()
    lake = {name: column for column in contract.columns for name in column.lake_columns}
    assert {name for name, column in lake.items() if column.required} == set(required.split())
    assert {name for name, column in lake.items() if not column.required} == set(optional.split())
    assert [column.header for column in contract.columns if column.type == "dropped"] == dropped.split()
    assert list(contract.lake_columns)[-len(TRACE_COLUMNS) :] == list(TRACE_COLUMNS)
    assert contract.division_system == "nbs"
    given_by = {"platform": {"exchange_message", "system_login"},
                "township": {"service_event", "survey_response", "audit_sample"}}  # fmt: skip
    assert [giver for giver, sources in given_by.items() if source in sources] == (
        [contract.number_given_by] if shape == "ledger" else []
    )


def test_all_extracts_have_a_contract_and_no_other() -> None:
    assert set(load_contracts()) == set(SPECIFIED)


@pytest.mark.parametrize("source", SPECIFIED)
def test_every_alias_finds_its_column_and_no_two_share_one(source: str) -> None:
    contract = load_contracts()[source]
    names = column_names(contract)
    for column in contract.columns:
        for word in (column.header, column.name, *column.aliases):
            assert match(names, 0, [word, "备注"]).positions == {column.name: 0}
            assert match(names, 0, [f"\ufeff {word}（必填）\u3000"]).positions == {column.name: 0}


def test_the_types_of_the_lake_are_types_of_duckdb() -> None:
    for contract in load_contracts().values():
        columns = ", ".join(f"{name} {kind}" for name, kind in contract.lake_columns.items())
        duckdb.connect().execute(f"create table t ({columns})")
