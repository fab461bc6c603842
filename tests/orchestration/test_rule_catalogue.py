"""The rule catalogue and the checks of the three homes face each other; and it says what really blocks."""

from __future__ import annotations

import csv
import re

import duckdb
import pytest
import yaml

from expectations.findings import CREATE_KEPT
from expectations.run import OutgoingResult
from expectations.suite import load_outgoing, load_suites
from orchestration.contracts import load_contracts
from orchestration.contracts.quarantine_reasons import reasons_of
from orchestration.installation.paths import CHECKOUT, Home
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import RunRecord
from orchestration.lake.catalogue import warehouse_connection
from orchestration.runs.run import BlockedError, Run, open_run
from orchestration.runs.steps import catalogue_lake, require_expectations, require_passed, validate_published
from orchestration.warehouse_build.dbt_project import DbtProject, NodeResult, assemble
from orchestration.warehouse_build.rule_catalogue import all_rules, write_rules

DIMENSIONS = {"completeness", "validity", "uniqueness", "consistency", "timeliness"}
EXTRACT_OF = {
    "ref('stg_gpl_resident')": "gpl_resident",
    "ref('stg_padis_resident')": "padis_resident",
    "ref('stg_rental_tenancy')": "rental_tenancy",
    "ref('fct_message')": "exchange_message",
    "ref('fct_service_event')": "service_event",
}
# A rule that tells on no indicator, and why none.
NO_INDICATOR = {
    **{
        f"{source}_number_is_personal": "a case keeps its reference, the same wherever it is named"
        for source, contract in load_contracts().items()
        if any(column.type == "text" for column in contract.columns)
    },
    "gpl_contact_reachable": "no indicator looks at a phone",
    "gpl_resident_readable_residence_kind": "the kind of residence is in no outcome",
    "tenancy_house_known": "a tenant is looked up by the person, not by the house",
    "rental_tenancy_readable_checked_date": "the check date is in no outcome",
    "service_record_known": "a service counts whoever received it",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def project(home) -> DbtProject:
    return assemble(home)


@pytest.fixture(scope="module")
def manifest(project):
    return project.manifest()


@pytest.fixture(scope="module")
def rules(manifest):
    return all_rules(manifest)


def seed(name: str) -> list[dict[str, str]]:
    with (CHECKOUT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def written(folder: str) -> set[tuple[str, str]]:
    """Rule ids and suites, from the files themselves."""
    files = sorted((CHECKOUT / "expectations" / folder).glob("*.yml"))
    suites = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return {(entry["meta"]["rule_id"], suite["name"]) for suite in suites for entry in suite["expectations"]}


def test_every_check_of_the_three_homes_is_catalogued_and_nothing_else(rules, manifest):
    listed = [(rule.origin, rule.rule_id, rule.source) for rule in rules]
    assert len(set(listed)) == len(listed)
    landing = {
        ("landing", f"landing:{reason}", source)
        for source, contract in load_contracts().items()
        for reason in reasons_of(contract)
    }
    expectations = {("expectation", *key) for key in written("suites") | written("published")}
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    assert {rule for rule in listed if rule[0] == "landing"} == landing
    assert {rule for rule in listed if rule[0] == "expectation"} == expectations
    assert {rule_id for origin, rule_id, _ in listed if origin == "dbt"} == tests
    assert {origin for origin, *_ in listed} == {"landing", "expectation", "dbt"}


def test_every_singular_test_is_a_file_that_says_what_it_finds(rules):
    by_id = {rule.rule_id: rule for rule in rules if rule.origin == "dbt"}
    files = sorted((CHECKOUT / "warehouse" / "tests").rglob("*.sql"))
    assert len(files) > 30
    for file in files:
        assert by_id[file.stem].text_zh in file.read_text(encoding="utf-8")


def test_every_rule_speaks_both_languages(rules):
    for rule in rules:
        assert rule.dimension in DIMENSIONS
        assert rule.severity in ("error", "warning")
        for column in ("text", "fix", "reason"):
            chinese, english = getattr(rule, f"{column}_zh"), getattr(rule, f"{column}_en")
            assert re.search(r"[\u4e00-\u9fff]", chinese), rule
            assert re.search(r"[a-z]{2}", english), rule
            assert "{" not in chinese + english, rule
            if rule.origin != "landing":
                # What a clerk has to write, and messages in a clerk's headers, stay Chinese.
                assert column == "fix" or not re.search(r"[\u4e00-\u9fff]", english), rule


def test_a_rule_says_where_to_look(rules, manifest):
    """The source is the extract or a table of the project: something that can be looked at."""
    tables = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}
    extracts = set(load_contracts())
    for rule in rules:
        assert rule.source in (extracts if rule.origin == "landing" else extracts | tables)


def test_the_table_keeps_the_order_in_which_failures_are_named(rules):
    with duckdb.connect() as connection:
        write_rules(connection, rules)
        write_rules(connection, rules)
        rows = connection.execute("select rule_id, source, position from quality.rule order by position").fetchall()
    assert [row[:2] for row in rows] == [(rule.rule_id, rule.source) for rule in rules]
    assert [row[2] for row in rows] == list(range(1, len(rules) + 1))
    in_suites = [entry.meta.rule_id for suite in load_suites() for entry in suite.expectations]
    assert [row[0] for row in rows[: len(in_suites)]] == in_suites


def test_rows_volume_and_freshness_never_block_what_goes_out_does(rules):
    incoming = {rule_id for rule_id, _ in written("suites")}
    for rule in rules:
        if rule.origin == "landing" or rule.rule_id in incoming:
            assert not rule.blocks_publication
        elif rule.origin == "expectation":
            assert rule.blocks_publication


def test_a_dbt_test_blocks_exactly_if_the_catalogue_says_so(rules, manifest, home, project):
    said = {rule.rule_id: rule.blocks_publication for rule in rules if rule.origin == "dbt"}
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    # dbt's own word for a test that found rows, by its severity.
    results = [
        NodeResult(node["unique_id"], node["name"], "test", status, 0.0, 3, "", status, None)
        for node in tests
        for status in ["warn" if node["config"]["severity"].upper() == "WARN" else "fail"]
    ]
    with pytest.raises(BlockedError) as stopped:
        require_passed(Run(home, project, Reporter(), RunRecord.begin(home)), results)
    assert set(str(stopped.value).split(", ")) == {name for name, blocks in said.items() if blocks}
    assert {False, True} == set(said.values())


def test_an_expectation_blocks_exactly_if_its_column_says_so(home, project, monkeypatch):
    suites = load_outgoing()
    freed = suites[0].expectations[0]
    spared = freed.model_copy(update={"meta": freed.meta.model_copy(update={"blocks": False})})
    changed = [suites[0].model_copy(update={"expectations": (spared, *suites[0].expectations[1:])}), *suites[1:]]
    monkeypatch.setattr("expectations.suite.load_outgoing", lambda: changed)
    unmet = [
        OutgoingResult(rule.meta.rule_id, suite.name, False, 1, rule.meta.text_zh, rule.meta.text_en)
        for suite in suites
        for rule in suite.expectations
    ]

    def blocked(results: list[OutgoingResult]) -> list[str]:
        """The rules that stop a run in which these expectations were not met."""
        monkeypatch.setattr("expectations.run.validate_published", lambda _: results)
        with open_run(home, Reporter(is_quiet=True)) as run:
            catalogue_lake(run)
            with warehouse_connection(home) as connection:
                connection.execute(CREATE_KEPT)
            validate_published(run)
            try:
                require_expectations(run)
            except BlockedError as error:
                return str(error).split(", ")
            return []

    assert sorted(blocked(unmet)) == sorted(one.rule_id for one in unmet[1:])
    assert blocked(unmet[:1]) == []


def test_rules_that_tell_on_no_indicator_are_known(rules):
    incoming = {rule_id for rule_id, _ in written("suites")}
    telling = {row["rule_id"] for row in seed("rule_indicators")}
    of_townships = {rule_id for rule_id in incoming if rule_id.endswith(("_volume", "_fresh"))}
    assert telling <= incoming
    assert incoming - telling - of_townships == set(NO_INDICATOR)


def test_the_rules_that_decide_accuracy_are_those_marked(rules):
    deciding = {
        row["rule_id"]
        for row in seed("rule_indicators")
        if row["indicator_code"] == "data_accuracy" and row["effect"] == "decides"
    }
    assert deciding == {rule.rule_id for rule in rules if rule.affects_accuracy}


def test_a_rule_tells_only_on_indicators_that_read_its_extract(rules):
    sources = {row["indicator_code"]: row["sources"].split() for row in seed("indicators")}
    extract = {rule.rule_id: rule.source for rule in rules if rule.origin == "expectation"}
    for row in seed("rule_indicators"):
        assert extract[row["rule_id"]] in sources[row["indicator_code"]], row
        assert row["effect"] == "doubts" or row["adds_case"] == "false", row
        assert re.search(r"[\u4e00-\u9fff]", row["reason_zh"])
        assert not re.search(r"[\u4e00-\u9fff]", row["reason_en"])


def test_what_may_be_a_case_is_looked_for_beside_the_cases(rules):
    """Where a rule may bring cases in, core says which rows of its extract could be cases of the indicator."""
    extract = {rule.rule_id: rule.source for rule in rules if rule.origin == "expectation"}
    adding = {
        (row["indicator_code"], extract[row["rule_id"]])
        for row in seed("rule_indicators")
        if row["adds_case"] == "true"
    }
    model = CHECKOUT / "warehouse" / "models" / "core" / "beside_case.yml"
    (unit_test,) = yaml.safe_load(model.read_text(encoding="utf-8"))["unit_tests"]
    given = {row.get("source_file"): of["input"] for of in unit_test["given"] for row in of["rows"]}
    shown = {
        (row["indicator_code"], EXTRACT_OF[given[row["source_file"]]])
        for row in unit_test["expect"]["rows"]
        if row["case_file"] is None
    }
    assert adding == shown
