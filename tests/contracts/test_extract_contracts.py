"""The shipped contracts say what extracts.md says; a wrong one fails at load with its file and its fault."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.contracts import TRACE_COLUMNS, ContractError, load_contract, load_contracts
from orchestration.landing.headers import match
from orchestration.paths import CONTRACTS

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


def test_all_extracts_have_a_contract_and_no_other() -> None:
    assert set(load_contracts()) == set(SPECIFIED)


@pytest.mark.parametrize("source", SPECIFIED)
def test_every_alias_finds_its_column_and_no_two_share_one(source: str) -> None:
    contract = load_contracts()[source]
    for column in contract.columns:
        for word in (column.header, column.name, *column.aliases):
            assert match(contract, 0, [word, "备注"]).positions == {column.name: 0}
            assert match(contract, 0, [f"\ufeff {word}（必填）\u3000"]).positions == {column.name: 0}


def test_the_types_of_the_lake_are_types_of_duckdb() -> None:
    for contract in load_contracts().values():
        columns = ", ".join(f"{name} {kind}" for name, kind in contract.lake_columns.items())
        duckdb.connect().execute(f"create table t ({columns})")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"source": "other"}, "file name says service_event"),
        ({"shape": "heap"}, "shape"),
        ({"version": 0}, "version"),
        ({"colour": "red"}, "colour"),
        ({"key": ["fee"]}, "key"),
        ({"event_column": None}, "event_column"),
        ({"event_column": "event_no"}, "event_column"),
        ({"shape": "snapshot"}, "ledger"),
        ({"columns": []}, "columns"),
        ({"columns.0": {"type": "number"}}, "columns.0.type"),
        ({"columns.0": {"aliases": ["应服务日期"]}}, "应服务日期"),
        ({"columns.0": {"name": "as_of"}, "key": ["as_of"]}, "as_of"),
        ({"columns.0": {"codes": {"a": "b"}}}, "codes"),
        ({"columns.1": {"codes": {}}}, "codes"),
        ({"columns.0": {"must_lie_in_scope": True}}, "code12"),
        ({"columns.0": {"yields": ["person_key"]}}, "person_key"),
        ({"columns.3": {"type": "id"}}, "yields"),
        ({"columns.3": {"type": "id", "yields": ["id_agrees"]}}, "sex"),
    ],
)
def test_a_wrong_contract_fails_with_its_file_and_fault(tmp_path: Path, change: dict, fault: str) -> None:
    contract = yaml.safe_load((CONTRACTS / "service_event.yml").read_text(encoding="utf-8"))
    for place, value in change.items():
        if place.startswith("columns."):
            contract["columns"][int(place.removeprefix("columns."))] |= value
        else:
            contract[place] = value
    path = tmp_path / "service_event.yml"
    path.write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContractError, match=fault) as error:
        load_contract(path)
    assert "service_event.yml" in str(error.value)


def test_a_contract_that_is_no_yaml_fails_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text("source: [", encoding="utf-8")
    with pytest.raises(ContractError, match=r"x\.yml"):
        load_contracts(tmp_path)
