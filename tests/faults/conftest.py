"""What the tests of faults share: clerks' files of a few lines, an installation with the shipped seeds, and what it
holds when everything that differs between two runs over the same files is left out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import Home

HEADERS = {
    "survey_response": "问卷编号,乡镇代码,调查日期,知晓政策,是否满意",
    "service_event": "服务编号,服务类型,服务地代码,档案编号,应服务日期,完成时间,收费金额",
    "audit_sample": "抽查编号,档案编号,乡镇代码,抽查日期,初查结果,复查结果",
    "exchange_message": "信息编号,信息类型,紧急程度,重点信息,发出地代码,接收地代码,"
    "发出时间,接收时间,核实时间,回复时间,回复结果",
    "gpl_resident": "档案编号,户编号,公民身份号码,性别,出生日期,户籍地代码,现居住地代码,流入日期,居住方式,"
    "档案状态,登记时间,更新时间,服务联系卡,宣传告知",
}
OF_RUNS = {"edition", "fct_quality_result", "fct_quality_failure", "fct_quality_repair"}


def put(folder: Path, name: str, rows: Iterable[str], seconds_ago: float = 60) -> Path:
    """A clerk's file of some rows, last written so long ago."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join([HEADERS[name.split("__", maxsplit=1)[0]], *rows]) + "\n", encoding="utf-8")
    age(path, seconds_ago)
    return path


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def resident(number: str, village: str, updated: str, card: str = "是") -> str:
    before = f"{number},H{number},,男,1990-03-07,620102,{village},2025-03-01,其他,在管"
    return f"{before},2025-03-02 08:00:00,{updated},{card},是"


def inquiry(number: str, township: str, sent: str, replied: str = "") -> str:
    answered = f"{replied},{replied},{replied},已核实" if replied else ",,,"
    return f"{number},协查,普通,否,620102,{township},{sent},{answered}"


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place in it; temporary ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def published(home: Home) -> dict[str, list[tuple]]:
    """Every row of every published table that does not speak of runs, in the order of the file."""
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        tables = [name for (name,) in edition.execute("select table_name from duckdb_tables() order by all").fetchall()]
        return {name: edition.execute(f"from {name}").fetchall() for name in tables if name not in OF_RUNS}


@pytest.fixture(scope="module")
def new_home(tmp_path_factory):
    """Makes installations with the shipped seeds and one secret, so that the same person has the same key in all."""

    def make() -> Home:
        home = Home(tmp_path_factory.mktemp("home"))
        assemble_seeds(home)
        home.person_key_secret.parent.mkdir()
        home.person_key_secret.write_bytes(b"not a secret, 32 bytes of a test")
        home.person_key_secret.chmod(0o600)
        return home

    return make
