"""Two systems of codes, and a township that changed its name and code: one place, one history, one row in the ranking.

Wangqi was 王旗乡, civil-affairs code 623021210, until 2015, then 王旗镇, 623021105; in the statistics it is 623021104.
The registry of this county is in civil-affairs codes; its messages are in those of the statistics, where 623021105 is
another township (古战镇).
"""

from __future__ import annotations

import shutil
from datetime import date

import duckdb
import pytest

from orchestration import contracts
from orchestration.installation.paths import CONTRACTS, Home
from orchestration.installation.progress import Reporter
from orchestration.landing import read_batches
from orchestration.runs import steps
from orchestration.runs.run import open_run

WANGQI, GUZHAN = "623021104000", "623021105000"
OLD, NEW, GUZHAN_MCA = "623021210", "623021105", "623021106"
REGISTRY = (
    "档案编号,户编号,公民身份号码,性别,出生日期,户籍地代码,现居住地代码,流入日期,居住方式,档案状态,登记时间,更新时间,"
    "服务联系卡,宣传告知"
)
MESSAGES = "信息编号,信息类型,紧急程度,重点信息,发出地代码,接收地代码,发出时间,接收时间,核实时间,回复时间,回复结果"


def resident(number: str, village: str, card: str) -> str:
    return f"{number},H1,,男,1980-01-01,620102,{village},2014-03-01,其他,在管,2014-03-02,2015-05-05,{card},是"


def message(number: str, township: str, sent: str, replied: str) -> str:
    answered = f"{replied},{replied},{replied},已核实" if replied else ",,,"
    return f"{number},协查,普通,否,620102,{township},{sent},{answered}"


FILES = {
    # The old code in May, both in June (half the county had changed its forms), the new one from then on.
    "gpl_resident__623021__2015-05-31": [REGISTRY, resident("A", OLD + "201", "是"), resident("B", OLD + "202", "否")],
    "gpl_resident__623021__2015-06-30": [REGISTRY, resident("A", OLD + "201", "是"), resident("B", NEW + "202", "是")],
    "gpl_resident__623021__2015-07-31": [
        REGISTRY,
        resident("A", NEW + "201", "否"),
        resident("B", NEW + "202", "是"),
        resident("C", GUZHAN_MCA + "201", "是"),
        resident("D", "623021112201", "是"),
    ],
    # The township itself, under the code it had at the time and under the one it has now.
    "gpl_resident__623021210__2015-04-30": [REGISTRY, resident("A", OLD + "201", "是")],
    "gpl_resident__623021105__2015-08-31": [REGISTRY, resident("A", NEW + "201", "是")],
    "exchange_message__623021__2015-08-31": [
        MESSAGES,
        message("M1", WANGQI, "2015-05-04 08:00", "2015-05-05 08:00"),
        message("M2", GUZHAN, "2015-07-06 08:00", ""),
    ],
}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """An installation whose registry comes in civil-affairs codes, after one run."""
    folder = tmp_path_factory.mktemp("contracts")
    for path in CONTRACTS.glob("*.yml"):
        shutil.copy(path, folder)
    registry = folder / "gpl_resident.yml"
    registry.write_text(registry.read_text("utf-8").replace("division_system: nbs", "division_system: mca"), "utf-8")
    delivered, home = tmp_path_factory.mktemp("delivered"), Home(tmp_path_factory.mktemp("home"))
    for name, lines in FILES.items():
        (delivered / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    in_civil_affairs_codes = contracts.load_contracts(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.landing.load_contracts", lambda: in_civil_affairs_codes)
        with Reporter(is_quiet=True) as reporter, open_run(home, reporter, delivered) as run:
            steps.land(run)
            assert run.record.refused == []
            steps.catalogue_lake(run)
            steps.build_edition(run)
    return home


def published(home: Home, query: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        return edition.execute(query, values).fetchall()


def test_a_file_covers_the_township_under_either_of_its_codes(county):
    scopes = {record.file_name: record.scope_code for record in read_batches(county)}
    assert scopes["gpl_resident__623021210__2015-04-30.csv"] == WANGQI
    assert scopes["gpl_resident__623021105__2015-08-31.csv"] == WANGQI
    assert scopes["gpl_resident__623021__2015-05-31.csv"] == "623021000000"


def test_the_renamed_township_has_one_history(county):
    history = published(
        county,
        """select period_start, numerator, denominator from fct_indicator_result
           where period_kind = 'month' and indicator_code = 'contact_card' and division_code = ?
               and denominator > 0 order by all""",
        WANGQI,
    )
    assert history == [
        (date(2015, 4, 1), 1, 1),
        (date(2015, 5, 1), 1, 2),
        (date(2015, 6, 1), 2, 2),
        (date(2015, 7, 1), 1, 2),
        (date(2015, 8, 1), 1, 1),
    ]


def test_codes_mean_what_they_mean_in_their_own_system(county):
    counted = published(
        county,
        """select division_code, indicator_code, numerator, denominator from fct_indicator_result
           where period_kind = 'month' and period_start = date '2015-07-01' and level = 'township'
               and indicator_code in ('contact_card', 'inquiry_on_time') and denominator > 0 order by all""",
    )
    assert counted == [
        (WANGQI, "contact_card", 1, 2),
        (GUZHAN, "contact_card", 1, 1),
        (GUZHAN, "inquiry_on_time", 0, 1),
    ]
    assert published(
        county, "select sum(quarantined) from fct_batch where file_name = 'gpl_resident__623021__2015-07-31.csv'"
    ) == [(1,)], "a code that civil affairs never gave"


def test_villages_hang_under_the_township_that_is(county):
    villages = published(
        county, "select division_code, parent_code from dim_division where level = 'village' order by all"
    )
    assert villages == [
        (WANGQI[:9] + "201", WANGQI),
        (WANGQI[:9] + "202", WANGQI),
        (GUZHAN[:9] + "201", GUZHAN),
    ]
    ranked = published(
        county, "select count(distinct division_code) from fct_ranking where parent_code = '623021000000'"
    )
    assert ranked == [(16,)], "no row for a name that is no more"
