"""An edition from before a table was published is asked the same questions: what follows from its others is there.

Against plain Python: the way up from a division, the months of a period, the nearest scope that has a target.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pytest

from dashboards import queries
from dashboards.access.rights import EVERYTHING
from dashboards.access.scopes import Scopes
from orchestration.publishing.older_editions import FOLLOWING, published_columns

TABLES = sorted(FOLLOWING.keys() & published_columns().keys())
COUNTY = "623021000000"


@pytest.fixture(scope="module")
def older(published_home, tmp_path_factory) -> Path:
    """The edition from dice without the tables that follow from its others."""
    path = tmp_path_factory.mktemp("older") / "shuangbai.duckdb"
    shutil.copy(published_home / "editions" / "current" / "shuangbai.duckdb", path)
    with duckdb.connect(str(path)) as database:
        for table in TABLES:
            database.execute(f"drop table {table}")
    return path


@pytest.fixture(scope="module")
def rows(older):
    scopes = Scopes(str(older))

    def of(sql: str) -> list[dict]:
        result = scopes.execute(EVERYTHING, sql, {})
        names = [name for name, *_ in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    yield of
    scopes.close()


@pytest.fixture(scope="module")
def way_up(rows) -> dict[str, list[str]]:
    """Of every division itself and all above it, the nearest first."""
    parents = {row["division_code"]: row["parent_code"] for row in rows("from dim_division")}

    def above(code: str | None) -> list[str]:
        return [code, *above(parents[code])] if code in parents else []

    return {code: above(code) for code in parents}


def test_three_tables_follow_from_others():
    assert TABLES == ["dim_division_ancestor", "dim_period", "dim_target_in_force"]


def test_every_division_has_its_way_up(rows, way_up):
    levels = {row["division_code"]: row["level"] for row in rows("from dim_division")}
    found = {tuple(row[name] for name in ("division_code", "ancestor_code", "ancestor_level"))
             for row in rows("from dim_division_ancestor")}  # fmt: skip
    assert found == {(code, above, levels[above]) for code, line in way_up.items() for above in line}


def test_every_period_has_its_months(rows):
    found = {(row["period_kind"], row["period_start"]): row for row in rows("from dim_period")}
    assert set(found) == {
        (row["period_kind"], row["period_start"])
        for row in rows("select distinct period_kind, period_start from fct_ranking")
    }
    quarter, year = found["quarter", dt.date(2026, 7, 1)], found["year_to_date", dt.date(2026, 9, 1)]
    assert (quarter["first_month"], quarter["last_month"]) == (dt.date(2026, 7, 1), dt.date(2026, 9, 1))
    assert (quarter["last_day"], quarter["previous_start"]) == (dt.date(2026, 9, 30), dt.date(2026, 4, 1))
    assert (year["first_month"], year["last_month"]) == (dt.date(2026, 1, 1), dt.date(2026, 9, 1))
    assert year["previous_start"] == dt.date(2025, 9, 1)
    # November is running.
    closed = {kind: start for (kind, start), row in found.items() if row["is_newest_closed"]}
    assert closed == {"month": dt.date(2026, 10, 1), "year_to_date": dt.date(2026, 10, 1),
                      "quarter": dt.date(2026, 7, 1)}  # fmt: skip


def test_every_township_has_the_target_of_its_nearest_scope(rows, way_up):
    day = dt.date(2026, 10, 31)
    targets = [row for row in rows("from dim_target") if row["valid_from"] <= day <= (row["valid_to"] or day)]
    found = {
        (row["division_code"], row["indicator_code"]): (row["scope_code"], row["target_value"])
        for row in rows("from dim_target_in_force")
        if row["first_day"] <= day <= row["last_day"]
    }
    for township in [code for code, line in way_up.items() if line[1:2] == [COUNTY]]:
        nearest = {}
        for scope in ["*", *reversed(way_up[township])]:
            nearest |= {
                row["indicator_code"]: (scope, row["target_value"]) for row in targets if row["scope_code"] == scope
            }
        assert nearest
        assert {indicator: found[township, indicator] for indicator in nearest} == nearest


def test_pages_ask_it_like_any_other(older, rows):
    class Older:
        def rows(self, sql: str, **values: object) -> list[dict]:
            for name, value in values.items():
                sql = sql.replace(f"${name}", f"'{value}'")
            return rows(sql)

    shown = {
        row["period_kind"]: row["period_start"] for row in queries.frame.periods(Older(), COUNTY) if row["is_default"]
    }
    assert shown["month"] == dt.date(2026, 10, 1) and shown["quarter"] == dt.date(2026, 7, 1)
