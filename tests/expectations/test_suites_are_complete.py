"""The suites against the rule table of the extracts and against the contracts, both ways."""

from __future__ import annotations

import re

import pytest

from expectations.suite import load_outgoing, load_suites
from orchestration.contracts import load_contracts

# The specification's rule table, in its order; * marks the rules that decide data_accuracy.
RULES_OF_THE_EXTRACTS = """
gpl_resident: gpl_id_present* gpl_id_valid* gpl_id_agrees* gpl_origin_known* gpl_birth_inflow_order*
  gpl_inflow_not_future* gpl_outflow_order* gpl_update_order* gpl_house_if_renting* gpl_record_unique*
  gpl_household_present gpl_person_unique gpl_contact_reachable
padis_resident: padis_id_valid padis_id_agrees padis_case_unique padis_date_order
rental_tenancy: tenancy_id_valid tenancy_house_known tenancy_date_order
exchange_message: message_time_order message_outcome_given message_not_future
system_login: login_not_future login_known_township
service_event: service_record_known service_not_future service_fee_given
survey_response:
audit_sample: audit_record_known
"""
IN_TABLE = {
    source: rules.split() for source, rules in re.findall(r"^(\w+):((?:.|\n  )*)", RULES_OF_THE_EXTRACTS, re.MULTILINE)
}
ALWAYS_READABLE = {"text", "id", "phone", "hashed", "dropped"}


@pytest.fixture(scope="module")
def suites():
    return {suite.name: suite for suite in load_suites()}


@pytest.fixture(scope="module")
def contracts():
    return load_contracts()


def test_a_suite_per_contract_in_the_order_of_the_table(suites, contracts):
    assert list(suites) == list(IN_TABLE)
    assert set(suites) == set(contracts)


@pytest.mark.parametrize("source", IN_TABLE)
def test_the_rules_are_those_of_the_table_and_of_the_contract(source, suites, contracts):
    contract = contracts[source]
    readable = [
        f"{source}_readable_{column.name}"
        for column in contract.columns
        if not column.required and column.type not in ALWAYS_READABLE
    ]
    has_text = any(column.type == "text" for column in contract.columns)
    personal = [f"{source}_number_is_personal"] if has_text else []
    agrees = [f"{source}_key_agrees"] if contract.shape == "ledger" else []
    volume = [f"{source}_volume"] if contract.shape == "snapshot" else []
    table = [rule.removesuffix("*") for rule in IN_TABLE[source]]
    expected = table + personal + agrees + readable + volume + [f"{source}_fresh"]
    assert [rule.meta.rule_id for rule in suites[source].expectations] == expected


def test_exactly_the_marked_rules_decide_accuracy(suites):
    marked = {rule.removesuffix("*") for rules in IN_TABLE.values() for rule in rules if rule.endswith("*")}
    assert len(marked) == 10
    deciding = {
        rule.meta.rule_id for suite in suites.values() for rule in suite.expectations if rule.meta.affects_accuracy
    }
    assert deciding == marked


def test_volume_and_freshness_only_warn(suites):
    for suite in suites.values():
        for rule in suite.expectations:
            if rule.meta.rule_id.endswith(("_volume", "_fresh")):
                assert rule.meta.severity == "warning"


def test_no_row_of_an_extract_blocks_and_what_goes_out_does(suites):
    assert not any(rule.meta.blocks for suite in suites.values() for rule in suite.expectations)
    assert all(rule.meta.blocks for suite in load_outgoing() for rule in suite.expectations)


def test_the_month_column_follows_the_shape(suites, contracts):
    for source, suite in suites.items():
        assert suite.meta.month == ("period_month" if contracts[source].shape == "snapshot" else "event_month")


def test_every_text_is_in_its_language(suites):
    metas = [rule.meta for suite in suites.values() for rule in suite.expectations]
    outgoing = [rule.meta for suite in load_outgoing() for rule in suite.expectations]
    for meta in metas + outgoing:
        assert re.search(r"[\u4e00-\u9fff]", meta.text_zh)
        assert re.search(r"[\u4e00-\u9fff]", meta.reason_zh)
        assert not re.search(r"[\u4e00-\u9fff]", meta.text_en + meta.reason_en)
    for meta in metas:
        assert re.search(r"[\u4e00-\u9fff]", meta.fix_zh)
        assert re.search(r"[a-z]", meta.fix_en)


def test_no_rule_shows_an_identity(suites):
    assert not [suite.name for suite in suites.values() if "person_key" in suite.meta.record_ref]


SUITE = """
name: a
meta: {position: 1, month: period_month, record_ref: case_no}
expectations:
  - type: unexpected_rows_expectation
    kwargs: {unexpected_rows_query: "select * from {batch}"}
    meta: {rule_id: one, dimension: validity, severity: error, affects_accuracy: false, blocks: false,
           text_zh: 错, text_en: wrong, fix_zh: 改, fix_en: correct it, reason_zh: 因, reason_en: because}
"""


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("reason_en: because", "reason_en: ''", "reason_en"),
        (", reason_en: because", "", "reason_en"),
        ("reason_zh: 因, ", "", "reason_zh"),
        ("blocks: false,", "", "blocks"),
        ("fix_zh: 改, ", "", "fix_zh"),
        ("dimension: validity", "dimension: beauty", "dimension"),
        ("severity: error", "severity: loud", "severity"),
        ("from {batch}", "from staging.stg_a", "batch"),
        ("unexpected_rows_expectation", "expect_column_to_exist", "type"),
        ("name: a", "name: b", "named b"),
        ("one, dim", "one, colour: red, dim", "colour"),
    ],
)
def test_an_incomplete_suite_is_refused_by_name(tmp_path, written, instead, complaint):
    assert written in SUITE
    (tmp_path / "a.yml").write_text(SUITE.replace(written, instead), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"(?s)a\.yml.*{complaint}"):
        load_suites(tmp_path)


def test_a_rule_id_stands_for_one_rule(tmp_path):
    (tmp_path / "a.yml").write_text(SUITE, encoding="utf-8")
    (tmp_path / "b.yml").write_text(SUITE.replace("name: a", "name: b"), encoding="utf-8")
    with pytest.raises(ValueError, match="one"):
        load_suites(tmp_path)
