"""What the what-if says would be, against what the warehouse then publishes under just those targets."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal

import pytest

from dashboards.edition import Edition
from dashboards.whatif import queries as inputs
from dashboards.whatif import recompute
from orchestration.installation.paths import DEFAULT_SEEDS

COLUMNS = {"target": "target_value", "floor": "floor_value", "weight": "weight"}
CHANGES = {
    ("data_update", "target"): Decimal("0.93"),
    ("data_update", "floor"): Decimal("0.4"),
    ("service_free", "weight"): Decimal(9),
    ("publicity", "weight"): Decimal(0),
    ("inquiry_on_time", "target"): Decimal("0.999"),
}


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory):
    """The editions of one county under the shipped targets and under the changed ones."""
    made, extracts, seeds = installation(), tmp_path_factory.mktemp("county"), tmp_path_factory.mktemp("seeds")
    with (DEFAULT_SEEDS / "targets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for (code, field), value in CHANGES.items():
        mine = [row for row in rows if row["indicator_code"] == code]
        assert mine, f"{code} has no target to change"
        for row in mine:
            row[COLUMNS[field]] = str(value)
    with (seeds / "targets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    said = made.shuangbai("synthesize", extracts, "--persons", "1500", "--months", "5", "--seed", "11")
    assert said.returncode == 0, said.stdout + said.stderr
    editions = []
    for step in (made, replace(made, seeds=seeds)):
        said = step.shuangbai("run", "--landing", extracts, "--accept-rules", "a test")
        assert said.returncode == 0, said.stdout + said.stderr
        editions.append(Edition(str((made.home / "editions" / "current").resolve() / "shuangbai.duckdb")))
    return editions


def tried(edition: Edition, changes: recompute.Changes) -> dict[tuple, dict[str, tuple]]:
    grades = edition.rows("select grade, min_score, is_veto_cap from dim_grade")
    found = {}
    for one in edition.rows("select distinct period_kind, period_start, parent_code from fct_ranking"):
        kind, start, parent = one["period_kind"], one["period_start"], one["parent_code"]
        counts = inputs.counts(edition, kind, start, parent)
        found[kind, start, parent] = {
            code: (one.score, one.rank, one.grade, one.is_assessed)
            for code, one in recompute.standings(counts, grades, changes).items()
        }
    return found


def published(edition: Edition) -> dict[tuple, dict[str, tuple]]:
    found: dict[tuple, dict[str, tuple]] = {}
    for row in edition.rows("from fct_ranking"):
        group = found.setdefault((row["period_kind"], row["period_start"], row["parent_code"]), {})
        group[row["division_code"]] = row["score"], row["rank"], row["grade"], row["is_assessed"]
    return found


def test_with_nothing_changed_it_is_what_is_published(county):
    for edition in county:
        assert tried(edition, {}) == published(edition)


def test_what_is_tried_is_what_would_be_published(county):
    before, after = county
    assert {kind for kind, _, _ in published(before)} == {"month", "quarter", "year_to_date"}
    hypothetical = tried(before, CHANGES)
    assert hypothetical == published(after)
    moved = [code for group, units in published(before).items() for code, now in units.items()
             if now[1] != hypothetical[group][code][1]]  # fmt: skip
    assert moved, "the changes move ranks"
