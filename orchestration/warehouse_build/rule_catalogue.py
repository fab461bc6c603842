"""Every rule of the three homes of checks (landing, expectations, dbt tests) as one table, `quality.rule`.

Here: which rules there are, what each says, why, what to do about it, and whether it blocks a publication; nothing is
listed by hand, so a check cannot be missing. Not here: the rules themselves (contracts, suites, the dbt project), their
results (the ledger), or what follows from one (`runs` reads `blocks_publication`).

A rule is known by `rule_id` and `source` (the extract, or the table that is looked at): a reason for quarantine such as
`landing:missing:sex` is a rule of every extract that can give it, each with its own words. A run calls
`write_rules(connection, all_rules(manifest))` before it validates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import duckdb

from expectations.suite import load_outgoing, load_suites
from orchestration.contracts import load_contracts
from orchestration.contracts.quarantine_reasons import fix_words, reason_words, reasons_of
from orchestration.installation.messages import command_line_messages
from orchestration.warehouse_build.dbt_project import tested_node

Manifest = dict[str, Any]

# What a check of each kind looks after; a kind that is missing here is an error of the program and raises.
LANDING_DIMENSIONS = {
    "malformed_row": "validity",
    "missing": "completeness",
    "lost_digits": "validity",
    "unreadable": "validity",
    "implausible_date": "validity",
    "unknown_code": "validity",
    "unknown_division": "validity",
    "out_of_scope": "consistency",
    "repeated_row": "uniqueness",
}
TEST_DIMENSIONS = {
    "one_row_per": "uniqueness",
    "unique": "uniqueness",
    "never_null": "completeness",
    "not_null": "completeness",
    "accepted_values": "validity",
    "known_outcomes": "validity",
    "is_first_of_month": "validity",
    "lies_somewhere": "consistency",
    "relationships": "consistency",
    "singular": "consistency",
}

CREATE_RULE = """
    create schema if not exists quality;
    create or replace table quality.rule (
        rule_id varchar,
        origin varchar,
        source varchar,
        position integer,
        dimension varchar,
        severity varchar,
        affects_accuracy boolean,
        blocks_publication boolean,
        text_zh varchar,
        text_en varchar,
        fix_zh varchar,
        fix_en varchar,
        reason_zh varchar,
        reason_en varchar,
        primary key (rule_id, source),
    );
"""


class Rule(NamedTuple):
    """One row of `quality.rule`, but for its position; the fields are its columns."""

    rule_id: str
    origin: str
    source: str
    dimension: str
    severity: str
    affects_accuracy: bool
    blocks_publication: bool
    text_zh: str
    text_en: str
    fix_zh: str
    fix_en: str
    reason_zh: str
    reason_en: str


def all_rules(manifest: Manifest) -> list[Rule]:
    """The rules in the order in which failures are named: expectations, landing, what goes out, dbt tests.

    `manifest` is dbt's (`DbtProject.manifest()`). Raises KeyError for a check without words.
    """
    return [*expectation_rules(), *landing_rules(), *outgoing_rules(), *dbt_rules(manifest)]


def write_rules(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> None:
    """Make table `quality.rule` anew; the order of `rules` is their position, from 1."""
    connection.execute(CREATE_RULE)
    columns = ["position", *Rule._fields]
    connection.executemany(
        f"insert into quality.rule ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
        [[position, *rule] for position, rule in enumerate(rules, start=1)],
    )


def expectation_rules() -> Iterator[Rule]:
    """The rules of the suites, in their order."""
    for suite in load_suites():
        for meta in (rule.meta for rule in suite.expectations):
            yield Rule(
                meta.rule_id, "expectation", suite.name, meta.dimension, meta.severity, meta.affects_accuracy,
                meta.blocks, meta.text_zh, meta.text_en, meta.fix_zh, meta.fix_en, meta.reason_zh, meta.reason_en,
            )  # fmt: skip


def landing_rules() -> Iterator[Rule]:
    """Why a row of each extract can be quarantined: it never blocks, the row is counted and named."""
    for contract in load_contracts().values():
        for reason in reasons_of(contract):
            kind = reason.partition(":")[0]
            said = (
                _sentence(say(contract, reason, language))
                for say in (reason_words, fix_words)
                for language in ("zh", "en")
            )
            why = _both(f"quarantine.why.{kind}")
            dimension = LANDING_DIMENSIONS[kind]
            yield Rule(f"landing:{reason}", "landing", contract.source, dimension, "error", False, False, *said, *why)


def _sentence(words: str) -> str:
    """What stands inside a line elsewhere, as a text of its own."""
    return words[:1].upper() + words[1:]


def outgoing_rules() -> Iterator[Rule]:
    """The expectations of the published tables, by table."""
    for suite in load_outgoing():
        for meta in (expectation.meta for expectation in suite.expectations):
            yield Rule(
                meta.rule_id, "expectation", suite.name, meta.dimension, "error", False, meta.blocks,
                meta.text_zh, meta.text_en, *_both("rule.fix.inside"), meta.reason_zh, meta.reason_en,
            )  # fmt: skip


def dbt_rules(manifest: Manifest) -> Iterator[Rule]:
    """dbt's data tests, by name. One of severity error blocks: dbt calls it failed, and the run stops."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    for node in sorted(tests, key=lambda node: node["name"]):
        kind = (node.get("test_metadata") or {}).get("name", "singular")
        kind_of_table, table = _tested(node)
        blocks = node["config"]["severity"].lower() == "error"
        # A test of a table that repeats a seed names the seed: there it is mended.
        seed = (node["config"].get("meta") or {}).get("seed") or (table if kind_of_table == "seed" else None)
        fix = _both("rule.fix.seed", table=seed) if seed else _both("rule.fix.inside")
        yield Rule(
            node["name"], "dbt", table, TEST_DIMENSIONS[kind], "error" if blocks else "warning", False,
            blocks, *_test_words(kind, table, node), *fix, *_both(f"rule.why.{kind}"),
        )  # fmt: skip


def _tested(node: dict[str, Any]) -> tuple[str, str]:
    """Kind (seed or model) and name of the table that a test of the manifest looks at."""
    tested = tested_node(node.get("attached_node"), node["config"].get("meta") or {}, node["depends_on"]["nodes"]) or ""
    return tested.partition(".")[0], tested.rpartition(".")[2]


def _test_words(kind: str, table: str, node: dict[str, Any]) -> Iterator[str]:
    """Of a singular test its own words, of a generic one those of its kind with the columns it names."""
    if kind == "singular":
        yield from (node["config"]["meta"][f"text_{language}"] for language in ("zh", "en"))
        return
    asked = node["test_metadata"]["kwargs"]
    listed = asked.get("columns") or [asked.get("column_name", "")]
    values = {
        "table": table,
        "values": " / ".join(map(str, asked.get("values", []))),
        "other": str(asked.get("to", "")).removeprefix("ref('").removesuffix("')"),
    }
    yield command_line_messages()(f"rule.text.{kind}", "zh", columns="、".join(listed), **values)
    yield command_line_messages()(f"rule.text.{kind}", "en", columns=", ".join(listed), **values)


def _both(key: str, **values: object) -> list[str]:
    return [command_line_messages()(key, language, **values) for language in ("zh", "en")]
