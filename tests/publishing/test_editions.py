"""A publication killed at any step leaves the last edition whole and current, and the next one succeeds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import duckdb
import pytest

from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import Home
from orchestration.publishing import current_edition_id, publish, read_edition
from orchestration.warehouse_build.audit import ExecutedCheck, NotAuditedError


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def home(tmp_path) -> Home:
    """An installation whose builder's file has a few published tables, rows in no order."""
    home = Home(tmp_path)
    assemble_seeds(home)
    with duckdb.connect(str(home.warehouse)) as built:
        built.execute("""
            create schema published;
            create table published.fct_indicator_result as
                select * from (values ('month', date '2026-10-01', 'b', 2), ('month', date '2026-09-01', 'a', 1),
                    ('year_to_date', date '2026-11-01', 'c', 3)) as t (period_kind, period_start, division_code, value);
            create table published.fct_batch as
                select * from (values ('b2', date '2026-10-31'), ('b1', date '2026-09-30')) as t (batch_id, as_of);
            create table published.fct_quality_result as
                select 'run0' as run_id, 'gpl_id_present' as rule_id, 'gpl_resident' as source, date '2026-10-01'
                    as period_start, 'expectation' as origin, 'completeness' as dimension, 'error' as severity,
                    cast(10 as bigint) as rows_tested, cast(2 as bigint) as rows_failed,
                    cast(0 as bigint) as rows_waived,
                    true as affects_accuracy, false as blocks_publication, true as is_current;
            create schema quality;
            create table quality.result as
                select * exclude (period_start, is_current), period_start as period_month
                from published.fct_quality_result
                union all by name
                select 'run1' as run_id, 'unique_grain' as rule_id, 'fct_batch' as source,
                    date '2026-10-01' as period_month, 'dbt' as origin, 'uniqueness' as dimension,
                    'error' as severity, 0 as rows_failed, 0 as rows_waived,
                    false as affects_accuracy, true as blocks_publication
        """)
    return home


CHECK = ExecutedCheck("dbt", "unique_grain", "fct_batch", "pass", 0)


@pytest.fixture
def published(home, let_pass):
    """Publishes what the builder's file holds, all checks passed; the edition's id."""

    def publish_it(*checks: ExecutedCheck) -> str:
        let_pass(home, checks)
        return publish(home, {})

    return publish_it


def tables(home: Home) -> dict[str, list[tuple]]:
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        names = [name for (name,) in edition.execute("select table_name from duckdb_tables() order by all").fetchall()]
        return {name: edition.execute(f"from {name}").fetchall() for name in names}


def test_an_edition_holds_ordered_tables_and_says_what_it_is(home, published):
    edition_id = published(CHECK)
    found = tables(home)
    assert [row[2] for row in found["fct_indicator_result"]] == ["a", "b", "c"]
    assert [row[1] for row in found["fct_quality_result"]] == ["gpl_id_present", "unique_grain"]
    assert found["fct_quality_result"][1][2:5] == ("fct_batch", found["fct_quality_result"][0][3], "dbt"), (
        "a test that ran after the table was built"
    )
    stamp = read_edition(home)
    assert found["edition"][0][0] == stamp["edition_id"] == edition_id == current_edition_id(home)
    assert stamp["newest_month"] == "2026-10-01" and stamp["batch_ids"] == ["b1", "b2"]
    assert stamp["checks_summary"] == {"pass": 1, "warn": 0, "fail": 0}
    assert stamp["failing_rules"] == 1


def test_without_the_word_of_every_check_on_these_very_rows_nothing_is_published(home, published):
    with pytest.raises(NotAuditedError):
        publish(home, {})
    assert current_edition_id(home) is None
    last = published()
    with duckdb.connect(str(home.warehouse)) as built:
        built.execute("update published.fct_indicator_result set value = 5000 where value = 3")
    with pytest.raises(NotAuditedError, match="fct_indicator_result"):
        publish(home, {})
    assert current_edition_id(home) == last
    assert published() != last


def test_edition_files_are_read_only_and_the_link_is_relative(home, published):
    published()
    for file in home.current_edition.resolve().iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert not Path(os.readlink(home.current_edition)).is_absolute()


def test_the_same_content_has_the_same_hash_and_sorts_after(home, published):
    first, second = published(), published()
    assert first.rpartition("-")[2] == second.rpartition("-")[2]
    assert first < second
    with duckdb.connect(str(home.warehouse)) as built:
        built.execute("update published.fct_indicator_result set value = 4 where value = 3")
    assert published().rpartition("-")[2] != first.rpartition("-")[2]


@pytest.mark.parametrize(
    "step",
    [
        "orchestration.publishing.edition.copy_published",
        "orchestration.publishing.edition.stamp_edition",
        "orchestration.publishing.edition._seal",
        "orchestration.publishing.edition._flush",
        "orchestration.publishing.edition._point_to",
        "orchestration.publishing.edition.os.replace",
    ],
)
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_killed_anywhere_the_last_edition_stands(home, published, monkeypatch, step, is_done):
    last = published()
    before = tables(home)
    with duckdb.connect(str(home.warehouse)) as built:
        built.execute("update published.fct_indicator_result set value = value + 1")
    kill_at(monkeypatch, step, is_done)
    with pytest.raises(Killed):
        published()
    monkeypatch.undo()
    has_swapped = is_done and step.endswith(("os.replace", "_point_to"))
    assert (current_edition_id(home) == last) != has_swapped
    if not has_swapped:
        assert tables(home) == before
    published()
    assert sorted(row[3] for row in tables(home)["fct_indicator_result"]) == [2, 3, 4]
    assert [path.name for path in home.editions.iterdir() if path.name.startswith(".")] == []


def kill_at(monkeypatch, step: str, is_done: bool) -> None:
    """Let the process end just before or just after the first call of `step`."""
    module_name, _, name = step.rpartition(".")
    module = os if module_name.endswith(".os") else __import__(module_name, fromlist=[name])
    original = getattr(module, name)

    def dying(*arguments, **named):
        if is_done:
            original(*arguments, **named)
        raise Killed

    monkeypatch.setattr(module, name, dying)
