"""What the tests of landing share: a small installation, one good row, and ways to deliver rows.

The county of these tests has its own seeds, so that no figure here depends on the shipped ones.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest
from stdnum.cn import ric

from orchestration.installation.paths import Home
from orchestration.landing import BatchRecord, LandingOutcome, Refusal, land

SEEDS = {
    "divisions": """division_code,division_name,level,parent_code,division_name_en,unit_kind
620000000000,甘肃省,province,,,
623000000000,甘南藏族自治州,prefecture,620000000000,,
623021000000,临潭县,county,623000000000,,
623021100000,城关镇,township,623021000000,,
623021101000,新城镇,township,623021000000,,
623021102000,冶力关镇,township,623021000000,,
623022000000,卓尼县,county,623000000000,,
623022100000,柳林镇,township,623022000000,,
""",
    "code_history": """code,name,level,status,valid_from_year,valid_to_year,successor_codes
620000,甘肃省,省级,在用,1981,,
620102,城关区,县级,在用,1981,,
110103,崇文区,县级,弃用,1981,2010,110101
""",
    # The two systems give 100 and 101 to each other's township; 105 has a namesake that is no township of its own.
    "township_crosswalk": """mca_code,nbs_code,mca_name,nbs_name
623021101,623021100,城关镇,城关镇
623021100,623021101,新城镇,新城镇
623021105,623021101,冶力关镇,冶力关街道
623021105,623021102,冶力关镇,冶力关镇
623021106,,某镇,
""",
    # Retired twice; reused by the crosswalk above; retired without a successor that is known.
    "township_code_changes": """change_year,old_code,new_code,old_name,new_name,reason,approval_document
2015,623021210,623021205,冶力关乡,冶力关乡,代码变更,
2018,623021205,623021105,冶力关乡,冶力关镇,撤乡建镇,
2012,623021100,623021105,旧镇,冶力关镇,代码变更,
2016,623021206,623021106,某乡,某镇,撤乡建镇,
""",
}

AS_OF = date(2026, 10, 31)


def id_number(area: str = "620102", born: str = "19900307", serial: str = "123") -> str:
    """A valid number, its check character by python-stdnum."""
    body = area + born + serial
    return body + ric.calc_check_digit(body + "0")


GOOD_ROWS: dict[str, dict[str, str]] = {
    "gpl_resident": {
        "档案编号": "GPL0001",
        "户编号": "H001",
        "姓名": "测试甲",
        "公民身份号码": id_number(),
        "性别": "男",
        "出生日期": "1990-03-07",
        "户籍地代码": "620102",
        "现居住地代码": "623021100201",
        "流入日期": "2025-03-01",
        "流出日期": "",
        "居住方式": "租房",
        "房屋编号": "F001",
        "联系电话": "13912345678",
        "档案状态": "在管",
        "登记时间": "2025-03-02 08:00:00",
        "更新时间": "2026-10-05 17:30:00",
        "更新人": "经办员一",
        "服务联系卡": "是",
        "宣传告知": "否",
    },
    "service_event": {
        "服务编号": "S1",
        "服务类型": "健康检查",
        "服务地代码": "623021100201",
        "档案编号": "GPL0001",
        "应服务日期": "2026-10-05",
        "完成时间": "2026-10-05 10:00:00",
        "收费金额": "0",
    },
    "exchange_message": {
        "信息编号": "M1",
        "信息类型": "协查",
        "紧急程度": "普通",
        "重点信息": "否",
        "发出地代码": "620102",
        "接收地代码": "623021100000",
        "发出时间": "2026-10-01 08:00:00",
        "接收时间": "",
        "核实时间": "",
        "回复时间": "",
        "回复结果": "",
    },
    "system_login": {
        "用户名": "chengguan01",
        "乡镇代码": "623021100000",
        "用户级别": "乡级",
        "登录时间": "2026-10-01 08:00:00",
    },
}


def csv_text(rows: Iterable[Iterable[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return out.getvalue()


class Clerk:
    """Somebody who delivers files into a folder and looks at what became of them."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.folder = root / "delivered"
        self.folder.mkdir(parents=True)
        self.home.seeds.mkdir(parents=True)
        for name, text in SEEDS.items():
            (self.home.seeds / f"{name}.csv").write_text(text, encoding="utf-8")

    def put(self, content: bytes | str, name: str = "gpl_resident__623021__2026-10-31.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (0, 0))  # written long ago: no test need wait until it is ready
        return path

    def land(self, *, keep_originals: bool = True) -> LandingOutcome:
        return land(self.home, self.folder, keep_originals=keep_originals)

    def land_one(self, content: bytes | str, name: str = "gpl_resident__623021__2026-10-31.csv") -> BatchRecord:
        self.put(content, name)
        outcome = self.land()
        assert not outcome.refused, outcome.refused
        return outcome.landed[-1]

    def land_rows(self, source: str, *changes: Mapping[str, str], **name: str) -> BatchRecord:
        """One row for each set of changes to the good row of a source."""
        rows = [{**GOOD_ROWS[source], **change} for change in changes]
        header = list(GOOD_ROWS[source])
        text = csv_text([header, *([row[column] for column in header] for row in rows)])
        return self.land_one(text, f"{source}__{name.get('scope', '623021')}__{name.get('as_of', AS_OF)}.csv")

    def refuse(self, content: bytes | str, name: str = "gpl_resident__623021__2026-10-31.csv") -> Refusal:
        self.put(content, name)
        outcome = self.land()
        assert not outcome.landed
        (refusal,) = outcome.refused
        return refusal

    def lake(self, record: BatchRecord, columns: str = "*") -> list[tuple]:
        return duckdb.sql(f"select {columns} from '{record.parquet_path}' order by source_row").fetchall()

    def quarantine(self, record: BatchRecord, columns: str = "source_row, reason") -> list[tuple]:
        path = self.home.quarantine / record.source / f"{record.batch_id}.parquet"
        return duckdb.sql(f"select {columns} from '{path}' order by source_row").fetchall()


@pytest.fixture(scope="session")
def new_clerk(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Clerk]:
    """Makes a clerk with an installation of their own; for properties, which need many."""
    return lambda: Clerk(tmp_path_factory.mktemp("county"))


@pytest.fixture
def clerk(tmp_path: Path) -> Clerk:
    return Clerk(tmp_path)
