"""Units that the statistics list among the townships without their being one (in Maqu a horse farm, a pasture and a
research institute): they have no township account and no place in the ranking, but their residents are the county's."""

from __future__ import annotations

import csv
from datetime import date

import duckdb
import pytest

from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.installation.progress import Reporter
from orchestration.runs import steps
from orchestration.runs.run import open_run

MAQU, NYMA, HORSE_FARM = "623025000000", "623025100000", "623025400000"
WITHOUT_GOVERNMENT = {"623025400000", "623025401000", "623025402000"}
OCTOBER = date(2026, 10, 1)
REGISTRY = (
    "档案编号,户编号,公民身份号码,性别,出生日期,户籍地代码,现居住地代码,流入日期,居住方式,档案状态,登记时间,更新时间,"
    "服务联系卡,宣传告知"
)


def resident(number: str, village: str, card: str) -> str:
    return f"{number},H1,,男,1980-01-01,620102,{village},2014-03-01,其他,在管,2014-03-02,2026-10-05,{card},是"


FILES = {
    "gpl_resident__623025__2026-10-31": [
        REGISTRY,
        resident("A", NYMA[:9] + "201", "是"),
        resident("B", NYMA[:9] + "201", "否"),
        resident("C", HORSE_FARM[:9] + "201", "是"),
    ],
    "system_login__623025__2026-10-31": [
        "用户名,乡镇代码,用户级别,登录时间",
        f"nyma,{NYMA},乡级,2026-10-01 08:00",
    ],
}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """Maqu after one run over the shipped seeds."""
    delivered, home = tmp_path_factory.mktemp("delivered"), Home(tmp_path_factory.mktemp("home"))
    for name, lines in FILES.items():
        (delivered / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter, delivered) as run:
        steps.land(run)
        assert run.record.refused == []
        steps.catalogue_lake(run)
        steps.build_edition(run)
    return home


def townships() -> set[str]:
    with (DEFAULT_SEEDS / "divisions.csv").open(encoding="utf-8", newline="") as lines:
        return {row["division_code"] for row in csv.DictReader(lines) if row["parent_code"] == MAQU}


def published(home: Home, query: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        return edition.execute(query, values).fetchall()


def counts(home: Home, indicator: str) -> dict[str, tuple[int, int]]:
    found = published(
        home,
        """select division_code, numerator, denominator from fct_indicator_result
           where period_kind = 'month' and period_start = ? and indicator_code = ? and denominator > 0
               and level in ('county', 'township')""",
        OCTOBER,
        indicator,
    )
    return {division: (numerator, denominator) for division, numerator, denominator in found}


def test_they_are_not_ranked(county):
    ranked = published(county, "select distinct division_code from fct_ranking where parent_code = ?", MAQU)
    assert townships() > WITHOUT_GOVERNMENT
    assert {division for (division,) in ranked} == townships() - WITHOUT_GOVERNMENT


def test_they_owe_no_login(county):
    owing = townships() - WITHOUT_GOVERNMENT
    assert counts(county, "daily_login") == {
        **{township: (int(township == NYMA), 31) for township in owing},
        MAQU: (1, 31 * len(owing)),
    }
    blamed = published(county, "select division_code from fct_missed_case where indicator_code = 'daily_login'")
    assert {division for (division,) in blamed} == owing


def test_who_is_registered_there_counts_for_the_county(county):
    assert counts(county, "contact_card") == {NYMA: (1, 2), HORSE_FARM: (1, 1), MAQU: (2, 3)}
