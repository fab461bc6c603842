"""Two months of a hand-made county, every expected outcome worked out by hand from the indicators' definitions."""

from __future__ import annotations

import re

import duckdb
import jinja2
import pytest
import yaml

from orchestration.contracts import load_contracts
from orchestration.installation.paths import DBT_PROJECT

A, B = "623021100000", "623021101000"
VILLAGE_A, VILLAGE_B = "623021100201", "623021101202"


def resident(record_no: str, person_key: str | None, village: str, updated_at: str, **more):
    return {
        "record_no": record_no, "person_key": person_key, "village_code": village, "updated_at": updated_at,
        "household_no": "h1", "sex": "male", "birth_date": "1990-01-01", "origin_code": "622901",
        "inflow_date": "2025-01-01", "record_state": "active", "has_contact_card": True, "is_informed": True,
    } | more  # fmt: skip


def padis(case_no: str, person_key: str | None, village: str, **more):
    return {
        "case_no": case_no, "person_key": person_key, "village_code": village, "updated_at": "2026-01-01 08:00:00",
        "sex": "male", "birth_date": "1990-01-01", "origin_code": "622901", "inflow_date": "2025-01-01",
        "case_state": "inflow_registered",
    } | more  # fmt: skip


def tenancy(house_no: str, person_key: str | None, village: str, start_date: str = "2025-05-01"):
    return {"house_no": house_no, "person_key": person_key, "village_code": village, "start_date": start_date}


def message(message_no: str, sent_at: str, to_code: str = A, kind: str = "inquiry", urgency: str = "ordinary", **more):
    return {
        "message_no": message_no, "kind": kind, "urgency": urgency, "is_key": False, "to_code": to_code,
        "sent_at": sent_at,
    } | more  # fmt: skip


def login(login_at: str, township: str = A):
    return {"account_key": "a", "township_code": township, "account_level": "township", "login_at": login_at}


@pytest.fixture(scope="module")
def county(warehouse):
    """February is closed; of March township A has data to the 20th, township B nothing but its February."""
    lake = warehouse.lake
    lake.land("gpl_resident", "623021", "2026-02-28", [
        resident("R1", "p1", VILLAGE_A, "2026-02-01 00:00:00"),
        resident("R2", "p2", VILLAGE_A, "2026-01-31 23:59:59", household_no=None),
        resident("R3", "p2", VILLAGE_B, "2026-02-28 23:59:59"),
        resident("R4", None, VILLAGE_B, "2026-02-28 12:00:00", has_contact_card=None, is_informed=False),
        resident("R5", "p5", VILLAGE_B, "2026-02-28 12:00:00", outflow_date="2026-02-28"),
    ])  # fmt: skip
    superseded = lake.land(
        "gpl_resident", "623021100", "2026-03-19", [resident("R9", "p9", VILLAGE_A, "2026-03-01 00:00:00")]
    )
    lake.land("gpl_resident", "623021100", "2026-03-20", [resident("R1", "p1", VILLAGE_A, "2026-02-01 00:00:00")])
    lake.land("padis_resident", "623021", "2026-02-28", [
        padis("C1", "p1", VILLAGE_A),
        padis("C2", "p2", VILLAGE_A),
        padis("C6", "p6", VILLAGE_B),
        padis("C7", "p7", VILLAGE_B, case_state="withdrawn"),
    ])  # fmt: skip
    lake.land("rental_tenancy", "623021", "2026-02-28", [
        tenancy("H1", "p1", VILLAGE_B),
        tenancy("H2", "p6", VILLAGE_A),
        tenancy("H3", None, VILLAGE_A),
    ])  # fmt: skip
    lake.land("exchange_message", "623021", "2026-02-28", [
        message("M1", "2026-02-01 10:00:00"),
        message("M2", "2026-02-25 10:00:00", B),
        message("M3", "2026-02-25 10:00:00", A, is_key=True),
    ])  # fmt: skip
    lake.land("exchange_message", "623021100", "2026-03-20", [
        message("M1", "2026-02-01 10:00:00", received_at="2026-02-01 11:00:00", verified_at="2026-02-08 23:59:59",
                replied_at="2026-02-09 00:00:00", outcome="unclear"),
        message("M3", "2026-02-25 10:00:00", is_key=True, received_at="2026-02-25 11:00:00",
                verified_at="2026-02-25 11:00:00", replied_at="2026-03-20 23:59:59", outcome="verified"),
    ])  # fmt: skip
    lake.land("system_login", "623021", "2026-02-03", [login("2026-02-01 00:00:00"), login("2026-02-03 23:59:59", B)])
    lake.land("service_event", "623021", "2026-02-28", [
        {"event_no": "S1", "kind": "follow_up", "village_code": VILLAGE_B, "due_date": "2026-02-28",
         "completed_at": "2026-02-28 23:59:59", "fee": 3},
        {"event_no": "S2", "kind": "care_visit", "village_code": VILLAGE_B, "due_date": "2026-03-01"},
    ])  # fmt: skip
    lake.insert("quality.rule", [
        {"rule_id": "gpl_id_present", "source": "gpl_resident", "position": 1, "affects_accuracy": True},
        {"rule_id": "gpl_household_present", "source": "gpl_resident", "position": 11, "affects_accuracy": False},
    ])  # fmt: skip
    lake.insert("quality.failing_row", [
        {"rule_id": "gpl_household_present", "batch_id": "b1", "source_row": 3},
        {"rule_id": "gpl_id_present", "batch_id": "b1", "source_row": 5},
        {"rule_id": "gpl_id_present", "batch_id": "b1", "source_row": 2, "is_waived": True},
    ])  # fmt: skip
    warehouse.build()
    assert superseded not in {
        batch for (batch,) in warehouse.rows("select distinct batch_id from staging.stg_gpl_resident")
    }
    return warehouse


def test_files_of_the_governing_snapshots(county):
    assert county.outcomes("fct_resident_file", "data_accuracy") == {
        ("2026-02", "R1"): "met", ("2026-02", "R2"): "met", ("2026-02", "R3"): "met",
        ("2026-02", "R4"): "rule:gpl_id_present", ("2026-03", "R1"): "met",
    }  # fmt: skip
    assert county.outcomes("fct_resident_file", "data_update") == {
        ("2026-02", "R1"): "met", ("2026-02", "R2"): "not_updated", ("2026-02", "R3"): "met", ("2026-02", "R4"): "met",
        ("2026-03", "R1"): "not_updated",
    }  # fmt: skip
    assert county.outcomes("fct_resident_file", "one_file_per_person") == {
        ("2026-02", "R1"): "met", ("2026-02", "R2"): "duplicate_person", ("2026-02", "R3"): "duplicate_person",
        ("2026-02", "R4"): "no_identity", ("2026-03", "R1"): "met",
    }  # fmt: skip
    assert county.outcomes("fct_resident_file", "contact_card")["2026-02", "R4"] == "unknown"
    assert county.outcomes("fct_resident_file", "publicity")["2026-02", "R4"] == "not_informed"


def test_persons_are_placed_once_and_only_where_all_sources_landed(county):
    assert county.outcomes("fct_known_person", "registration_coverage") == {
        ("2026-02", "R1"): "met", ("2026-02", "R3"): "met", ("2026-02", "R4"): "met",
        ("2026-02", "H2 2025-05-01 3"): "not_registered",
    }  # fmt: skip
    assert county.outcomes("fct_registry_person", "registry_consistency") == {
        ("2026-02", "R1"): "met", ("2026-02", "R3"): "differs:township", ("2026-02", "C6"): "only_in_padis",
    }  # fmt: skip
    assert county.outcomes("fct_tenant", "tenant_registration") == {
        ("2026-02", "H1 2025-05-01 2"): "met", ("2026-02", "H2 2025-05-01 3"): "not_registered",
    }  # fmt: skip


def test_what_stands_beside_a_case_or_might_be_one(county):
    """C1 and C2 are compared with the files that speak for p1 and p2; R4 and H3 name nobody who could be looked up; by
    its state R5 is active, by its dates it is gone."""
    rows = county.rows("select indicator_code, source, source_row, case_source, case_row from core.beside_case")
    assert sorted(rows, key=str) == sorted([
        ("registry_consistency", "padis_resident", 2, "gpl_resident", 2),
        ("registry_consistency", "padis_resident", 3, "gpl_resident", 4),
        ("registry_consistency", "gpl_resident", 5, None, None),
        ("registration_coverage", "rental_tenancy", 4, None, None),
        ("tenant_registration", "rental_tenancy", 4, None, None),
        ("data_update", "gpl_resident", 6, None, None),
        ("one_file_per_person", "gpl_resident", 6, None, None),
        ("contact_card", "gpl_resident", 6, None, None),
        ("publicity", "gpl_resident", 6, None, None),
    ], key=str)  # fmt: skip


def test_messages_by_their_newest_version_and_due_month(county):
    assert county.outcomes("fct_message", "inquiry_on_time") == {
        ("2026-02", "M1"): "replied_late", ("2026-03", "M2"): "pending", ("2026-03", "M3"): "replied_late",
    }  # fmt: skip
    assert county.outcomes("fct_message", "key_inquiry_feedback") == {
        ("2026-02", "M1"): None, ("2026-03", "M2"): None, ("2026-03", "M3"): "met",
    }  # fmt: skip
    assert county.outcomes("fct_message", "effective_reply") == {
        ("2026-02", "M1"): "outcome_unknown", ("2026-03", "M2"): None, ("2026-03", "M3"): "met",
    }  # fmt: skip


def test_days_as_far_as_the_data_reach(county):
    assert county.outcomes("fct_township_day", "daily_login") == {
        ("2026-02", f"{township} 2026-02-0{day}"): "no_login" for township in townships(county) for day in (1, 2, 3)
    } | {("2026-02", f"{A} 2026-02-01"): "met", ("2026-02", f"{B} 2026-02-03"): "met"}


def townships(county) -> list[str]:
    """All of the county: its export says of each of them who did not log in."""
    found = county.rows("select division_code from seeds.divisions where parent_code = '623021000000'")
    return [code for (code,) in found]


def test_services_by_due_date(county):
    assert county.outcomes("fct_service_event", "service_free") == {
        ("2026-02", "S1"): "charged",
        ("2026-03", "S2"): None,
    }
    assert county.outcomes("fct_service_event", "care_visit") == {("2026-02", "S1"): None, ("2026-03", "S2"): "pending"}


def test_villages_join_the_divisions_from_the_data(county):
    villages = (
        "select division_code, division_name, parent_code from core.dim_division where level = 'village' order by 1"
    )
    assert county.rows(villages) == [(VILLAGE_A, "城关镇201", A), (VILLAGE_B, "新城镇202", B)]


def test_what_is_described_is_what_is_built(county):
    """Every column of every table of these layers has its line, in its type, and nothing else has one."""
    built = county.rows("""
        select table_name, column_name, lower(data_type) from information_schema.columns
        where table_schema in ('staging', 'core')
    """)
    described = [
        (model["name"], column["name"], column["data_type"])
        for layer in ("staging", "core")
        for file in (DBT_PROJECT / "models" / layer).rglob("*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
        for column in model["columns"]
    ]
    assert sorted(built) == sorted(described)


def macro(name: str, *arguments: str):
    """What a macro of the lists of extracts returns, as dbt would have it."""
    returned = []
    files = [DBT_PROJECT / "macros" / f"{file}.sql" for file in ("extracts", "ledger_numbers")]
    environment = jinja2.Environment()
    environment.globals["return"] = returned.append
    # Macros of one project see each other.
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    source = re.sub(r"\bledgers\(\)", "known_ledgers", source).replace("macro known_ledgers", "macro ledgers()")
    environment.globals["known_ledgers"] = {}
    environment.from_string(source).module.ledgers()
    environment.globals["known_ledgers"] = returned.pop()
    text = getattr(environment.from_string(source).module, name)(*arguments)
    return returned.pop() if returned else str(text)


def test_shapes_are_those_of_the_contracts():
    """The macros' lists of extracts and the contracts, both ways: each ledger has a reach, each snapshot governs."""
    contracts = load_contracts().values()
    for shape, listed in (("snapshot", macro("snapshot_sources")), ("ledger", macro("ledger_sources"))):
        assert sorted(listed) == sorted(contract.source for contract in contracts if contract.shape == shape)


def test_who_gives_a_number_is_what_the_contracts_say():
    """Key, giver, place and what every row states; and the division that both make of a place."""
    ledgers = {source: contract for source, contract in load_contracts().items() if contract.shape == "ledger"}
    assert macro("ledgers") == {
        source: {
            "key": list(contract.key),
            "number_given_by": contract.number_given_by,
            "place": contract.place,
            "stated": [
                column.name
                for column in contract.columns
                if column.required and column.name not in (*contract.key, contract.place)
            ],
        }
        for source, contract in ledgers.items()
    }
    for source, contract in ledgers.items():
        both = f"{macro('number_giver', source, 'versions')}, {contract.number_giver(contract.place)}"
        with duckdb.connect() as connection:
            one, other = connection.execute(
                f"select {both} from (select '{VILLAGE_A}' as {contract.place}) versions"
            ).fetchone()
        assert one == other == {"platform": "623021000000", "township": A}[contract.number_given_by]


def test_every_unit_test_of_staging_and_core(county):
    """dbt reads the types of a unit test's inputs from built tables: so here, after a build."""
    tested = county.dbt("test", *("--select", "staging,test_type:unit", "core,test_type:unit"))
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_a_broken_identity_blocks(county):
    """A case counted twice must stop a publication, whoever made it."""
    with county.lake.connect() as tampered:
        tampered.execute(
            "insert into core.fct_resident_file select * from core.fct_resident_file where case_ref = 'R3'"
        )
    tested = county.dbt("test", "--select", "fct_resident_file", "--exclude-resource-type", "unit_test")
    assert tested.returncode == 1
    assert "one_row_per_fct_resident_file" in tested.stdout
