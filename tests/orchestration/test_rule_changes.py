"""What changed in the rules is said before it counts: by the day in force, against the last edition, with a name."""

from __future__ import annotations

import csv
import json
from datetime import date

import duckdb
import pytest
import yaml

from orchestration.installation.county_seeds import TYPES, assemble_seeds
from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.installation.progress import Reporter
from orchestration.installation.run_record import read_run_record
from orchestration.publishing.rule_changes import accept, acceptance_of, changes_of_seeds
from orchestration.runs import steps
from orchestration.runs.run import BlockedError, open_run
from orchestration.warehouse_build.dbt_project import DbtProject, Stage

EDITION = "20261101T000000000000Z-00000000"
CLOSED, OPEN = "2026-10-01", "2026-11-01"


def rows_of(name: str) -> list[dict[str, str]]:
    with (DEFAULT_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """An edition's file with the shipped rules, October 2026 closed and November not."""
    path = tmp_path_factory.mktemp("edition") / "shuangbai.duckdb"
    with duckdb.connect(str(path)) as database:
        for seed in yaml.safe_load((DEFAULT_SEEDS / TYPES).read_text(encoding="utf-8"))["seeds"]:
            if rules := seed["config"].get("meta", {}).get("rules"):
                kinds = {
                    name: "double" if "decimal" in kind else kind
                    for name, kind in seed["config"]["column_types"].items()
                }
                database.execute(
                    f"create table {rules['published_as']} as from read_csv(?, header = true, columns = {kinds})",
                    [str(DEFAULT_SEEDS / f"{seed['name']}.csv")],
                )
        database.execute(
            "insert into dim_division by name select '623021100201' as division_code, '村' as division_name,"
            " 'village' as level, '623021100000' as parent_code"
        )
        database.execute(
            f"""create table fct_indicator_result as
                from (values ('month', date '{CLOSED}', false, 5), ('month', date '{OPEN}', true, 5),
                             ('year_to_date', date '2026-01-01', false, 5))
                    as _ (period_kind, period_start, is_provisional, denominator)"""
        )
    return path


@pytest.fixture
def home(edition, tmp_path, monkeypatch):
    """An installation with that edition; the county's own seeds lie in `home.root / "seeds"`."""
    home = Home(tmp_path / "home")
    folder = home.editions / EDITION
    folder.mkdir(parents=True)
    (folder / "shuangbai.duckdb").symlink_to(edition)
    home.current_edition.symlink_to(EDITION)
    (home.root / "seeds").mkdir()
    monkeypatch.setenv("SHUANGBAI_SEEDS", str(home.root / "seeds"))
    return home


def change(home: Home, name: str, rows: list[dict[str, str]]):
    """What is found when the county's seed has these rows."""
    with (home.root / "seeds" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows_of(name)[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assemble_seeds(home)
    return changes_of_seeds(home)


def with_cells(name: str, key: str, **cells: str) -> list[dict[str, str]]:
    return [row | cells if key in row.values() else row for row in rows_of(name)]


def test_the_same_rules_are_no_change_and_a_fresh_installation_has_nothing_to_compare(home, tmp_path):
    assemble_seeds(home)
    assert changes_of_seeds(home).changes == []
    fresh = Home(tmp_path / "fresh")
    assemble_seeds(fresh)
    assert changes_of_seeds(fresh).changes == []


def test_closing_a_row_and_adding_one_for_days_to_come_is_said_and_blocks_nothing(home):
    rows = with_cells("targets", "publicity", valid_to="2026-12-31")
    (old,) = [row for row in rows if row["indicator_code"] == "publicity"]
    found = change(home, "targets", [*rows, old | {"valid_from": "2027-01-01", "valid_to": "", "target_value": "0.9"}])
    (one,) = found.changes
    assert (one.indicator_code, one.scope_code, one.column_name, one.was, one.becomes) == (
        "publicity", "*", "target_value", "1.0", "0.9",
    )  # fmt: skip
    assert one.first_day == date(2027, 1, 1) and one.last_day is None
    assert not one.touches_closed and found.blocking == []


def test_a_row_that_is_split_without_another_value_is_no_change(home):
    rows = with_cells("targets", "publicity", valid_to="2025-12-31")
    (old,) = [row for row in rows if row["indicator_code"] == "publicity"]
    assert change(home, "targets", [*rows, old | {"valid_from": "2026-01-01", "valid_to": ""}]).changes == []


@pytest.mark.parametrize(("first_day", "is_blocked"), [("2026-10-31", True), ("2026-11-01", False)])
def test_the_last_day_of_the_newest_closed_month_decides(home, first_day, is_blocked):
    last_day = {"2026-10-31": "2026-10-30", "2026-11-01": "2026-10-31"}[first_day]
    rows = with_cells("targets", "publicity", valid_to=last_day)
    (old,) = [row for row in rows if row["indicator_code"] == "publicity"]
    found = change(home, "targets", [*rows, old | {"valid_from": first_day, "valid_to": "", "weight": "2"}])
    assert [one.column_name for one in found.changes] == ["weight"]
    assert bool(found.blocking) is is_blocked


def test_a_target_that_disappears_or_only_ends_blocks(home):
    gone = change(home, "targets", [row for row in rows_of("targets") if row["indicator_code"] != "care_visit"])
    assert [(one.indicator_code, one.change, one.touches_closed) for one in gone.blocking] == [
        ("care_visit", "removed", True)
    ]
    ended = change(home, "targets", with_cells("targets", "care_visit", valid_to="2026-12-31"))
    assert [(one.change, one.first_day, one.touches_closed) for one in ended.blocking] == [
        ("removed", date(2027, 1, 1), False)
    ]


def test_a_division_that_disappears_blocks_and_a_new_one_does_not(home):
    rows = rows_of("divisions")
    gone = change(home, "divisions", rows[:-1])
    assert [one.rule_ref for one in gone.blocking] == [rows[-1]["division_code"]]
    new = rows[-1] | {"division_code": rows[-1]["division_code"][:6] + "999000", "division_name": "新乡"}
    found = change(home, "divisions", [*rows, new])
    assert len(found.changes) == 1 and found.blocking == []


BLOCKING = [
    ("targets", "data_update", {"min_denominator": "7"}),
    ("targets", "data_update", {"is_veto": "true"}),
    ("deadlines", "urgent_same_day", {"due_days": "1"}),
    ("grades", "good", {"min_score": "80"}),
    ("indicators", "satisfaction", {"measure_kind": "flow"}),
    ("slow_progress_rules", "default", {"misses": "2"}),
    ("integrity_signals", "instant", {"exceeded_share": "0.3"}),
    ("rule_indicators", "gpl_id_valid", {"effect": "doubts"}),
    ("unit_kinds", "类似乡级单位", {"is_ranked": "true"}),
]
WORDS = [
    ("targets", "data_update", {"source_clause": "plan-3, revised"}),
    ("grades", "good", {"name_en": "Very good"}),
    ("indicators", "satisfaction", {"definition_en": "Who is satisfied."}),
    ("reasons", "not_updated", {"text_en": "Stale"}),
    ("divisions", "623021000000", {"division_name": "临潭"}),
]


@pytest.mark.parametrize(("seed", "key", "cells"), BLOCKING, ids=lambda value: str(value)[:40])
def test_what_decides_a_closed_month_blocks_and_is_said_with_was_and_is(home, seed, key, cells):
    found = change(home, seed, with_cells(seed, key, **cells))
    ((column, value),) = cells.items()
    assert found.blocking and {one.column_name for one in found.blocking} == {column}
    for one in found.blocking:
        assert one.becomes.removesuffix(".0") == value
        for words in one.words().values():
            assert f"{seed}.csv" in words and column in words and one.was in words and one.becomes in words


@pytest.mark.parametrize(("seed", "key", "cells"), WORDS, ids=lambda value: str(value)[:40])
def test_words_are_listed_and_block_nothing(home, seed, key, cells):
    found = change(home, seed, with_cells(seed, key, **cells))
    assert {one.column_name for one in found.changes} == set(cells) and found.blocking == []


def test_an_acceptance_is_good_for_exactly_that_list(home):
    first = change(home, "grades", with_cells("grades", "good", min_score="80"))
    accept(home, first, "张三")
    assert acceptance_of(home, changes_of_seeds(home)).accepted_by == "张三"
    second = change(home, "grades", with_cells("grades", "good", min_score="79"))
    assert acceptance_of(home, second) is None
    again = change(home, "grades", with_cells("grades", "good", min_score="80"))
    assert acceptance_of(home, again).accepted_by == "张三"
    home.rules_accepted.write_text("{", encoding="utf-8")
    assert acceptance_of(home, again) is None


def test_the_step_itself_blocks_whoever_takes_it_and_the_mark_lets_it_pass(home, monkeypatch):
    """No argument of the command line is needed to be stopped, nor, once the mark is there, to pass."""
    monkeypatch.setattr(DbtProject, "build_stage", lambda *_: [])
    change(home, "grades", with_cells("grades", "good", min_score="80"))
    with open_run(home, Reporter(is_quiet=True)) as run, pytest.raises(BlockedError):
        steps.build_stage(run, Stage.STAGING)
    told = read_run_record(home)
    assert told["state"] == "blocked" and told["rules"]["accepted_by"] is None
    assert any("80" in reason["zh"] and "85" in reason["zh"] for reason in told["reasons"])
    assert any("--accept-rules" in reason["en"] for reason in told["reasons"])
    with open_run(home, Reporter(is_quiet=True), accepts_rules="李四") as run:
        steps.catalogue_lake(run)
        steps.build_stage(run, Stage.STAGING)
    with open_run(home, Reporter(is_quiet=True)) as run:
        steps.build_stage(run, Stage.STAGING)
    rules = json.loads(home.run_record.read_text(encoding="utf-8"))["rules"]
    assert rules["accepted_by"] == "李四" and [one["becomes"] for one in rules["changes"]] == ["80.0"]


def test_what_was_built_under_other_rules_is_not_published_either(home, monkeypatch):
    """Publication asks the tables that go out, whatever the seeds in force say by then."""
    assemble_seeds(home)
    with duckdb.connect(str(home.warehouse)) as builder:
        builder.execute("create schema published")
        builder.execute(f"attach '{home.current_edition / 'shuangbai.duckdb'}' as edition (read_only)")
        for (table,) in builder.execute(
            "select table_name from duckdb_tables() where database_name = 'edition'"
        ).fetchall():
            builder.execute(f"create table published.{table} as from edition.{table}")
        builder.execute("update published.dim_grade set min_score = 80 where grade = 'good'")
    # All checks have passed, under rules that were others.
    monkeypatch.setattr(steps.audit, "require_audited", lambda *_: {})
    with open_run(home, Reporter(is_quiet=True)) as run, pytest.raises(BlockedError):
        steps.publish_edition(run)
    assert any("80" in reason["zh"] and "85" in reason["zh"] for reason in read_run_record(home)["reasons"])
    assert home.current_edition.resolve().name == EDITION
