"""Whoever publishes a table says who may see what of it: without a class it is out of reach, and this fails.

A table whose rows are records is recognised by its columns, so that none passes for an aggregate.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from dashboards.access.rights import ROLES, Rights
from dashboards.access.scopes import Scopes, table_classes

ROOT = Path(__file__).resolve().parents[2]
PAGES = {path.stem.partition("_")[2] for path in (ROOT / "dashboards" / "pages").glob("*.py")}
PAGES_AND_RIGHTS = yaml.safe_load((ROOT / "dashboards" / "access" / "roles.yml").read_text(encoding="utf-8"))
# `edition` and `fct_rule_change` are written by publication itself; where core's model has a table's name, the file has
# another.
PUBLISHED = {
    model["name"].replace("published_", "dim_"): {one["name"] for one in model["columns"]}
    for path in sorted((ROOT / "warehouse" / "models" / "published").glob("*.yml"))
    for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
} | {"edition": {"edition_id"}, "fct_rule_change": {"seed", "rule_ref"}}
POINTS_TO_A_RECORD = {"case_ref", "record_ref", "source_row"}


def test_every_published_table_has_a_class():
    assert len(PUBLISHED) > 20
    assert not set(PUBLISHED) - set(table_classes())


@pytest.mark.parametrize("table", PUBLISHED)
def test_a_table_of_records_is_restricted_and_says_by_which_column(table):
    what = table_classes()[table]
    assert what["kind"] in ("rules", "aggregates", "results", "cases", "deliveries")
    assert what["kind"] == "cases" or not POINTS_TO_A_RECORD & PUBLISHED[table]
    assert (what["kind"] == "cases") == ("roles" in what)
    # Where rows are records, their numbers and lines have a code in their place for who may not count a village's.
    assert {"case_ref", "record_ref"} & PUBLISHED[table] == ({what["reference"]} if "reference" in what else set())
    assert ("source_row" in PUBLISHED[table]) == ("source_row" in what.get("traces", ()))
    assert ("sheet_name" in PUBLISHED[table]) == ("sheet_name" in what.get("hides", ()))
    hidden = [name.partition(".")[0] for part in ("apart", "traces", "hides") for name in what.get(part, ())]
    assert set(hidden) <= PUBLISHED[table]
    assert what.get("division", "division_code") in PUBLISHED[table] or what["kind"] in ("rules", "aggregates")
    assert ("file_name" in PUBLISHED[table]) <= (what["kind"] == "deliveries")
    assert set(what.get("roles", ())) <= set(ROLES)
    assert set(what.get("keeps", ())) <= PUBLISHED[table]
    assert (what["kind"] in ("results", "deliveries")) == ("keeps" in what)


def test_only_results_have_rows_below_the_township(edition_path):
    """By what is in the edition; an aggregate that began to hold villages would have to suppress small numbers."""
    with duckdb.connect(str(edition_path), read_only=True) as database:
        for table, what in table_classes().items():
            if (
                what["kind"] not in ("aggregates", "cases")
                or "reference" in what
                or "division_code" not in PUBLISHED.get(table, ())
            ):
                continue
            found = (
                f"select 1 from {table} join dim_division using (division_code) where dim_division.level = 'village'"
            )
            assert not database.execute(found).fetchall(), table


def test_every_page_says_for_whom_it_is():
    assert not PAGES - set(PAGES_AND_RIGHTS["pages"])
    assert all(set(roles) <= set(ROLES) for roles in PAGES_AND_RIGHTS["pages"].values())
    assert set(PAGES_AND_RIGHTS["own_township"]) <= {
        page for page, roles in PAGES_AND_RIGHTS["pages"].items() if "township" in roles
    }


def test_a_table_without_a_class_is_out_of_reach(edition_path, tmp_path):
    copy = tmp_path / "shuangbai.duckdb"
    copy.write_bytes(edition_path.read_bytes())
    with duckdb.connect(str(copy)) as database:
        database.execute("create table fct_new as select 1 as secret")
    scopes = Scopes(str(copy))
    assert scopes.execute(Rights(), "from fct_new", {}).fetchall() == [(1,)]
    for role in ROLES:
        with pytest.raises(duckdb.CatalogException):
            scopes.execute(Rights.of_role(role, "623021102000", 5), "from fct_new", {})


def test_a_new_column_of_a_file_or_a_result_is_hidden_with_the_others(edition_path, tmp_path):
    copy = tmp_path / "shuangbai.duckdb"
    copy.write_bytes(edition_path.read_bytes())
    with duckdb.connect(str(copy)) as database:
        database.execute("alter table fct_batch add column note text default 'secret'")
        database.execute(
            "update fct_batch set scope_code = '623021103' where batch_id = (select min(batch_id) from fct_batch)"
        )
    rights = Rights.of_role("township", "623021102000", 5)
    found = Scopes(str(copy)).execute(rights, "select scope_code, note, file_name from fct_batch", {}).fetchall()
    assert {row[1:] for row in found if row[0] == "623021103"} == {(None, None)}
    ours = [row[1:] for row in found if row[0] in ("623021000000", "623021102")]
    assert ours and all(note == "secret" and file for note, file in ours)
