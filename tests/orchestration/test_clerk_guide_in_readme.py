"""The three files of the README's guide for clerks: every line that it quotes is one that `shuangbai check` says."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.installation.paths import CHECKOUT

QUOTED = re.compile(r"^\$ shuangbai check (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
GUIDE = dict(QUOTED.findall((CHECKOUT / "README.md").read_text(encoding="utf-8")))
REGISTRY, LEDGER, PLATFORM = (
    "gpl_resident__623021__2026-10-31.csv",
    "service_event__623021100__2026-10-31.xlsx",
    "padis_resident__623021__2026-10-31.csv",
)


def registry(path: Path) -> None:
    """GB18030, a title, full-width digits, dates in five forms, a line break in a cell, header, total, blank line."""
    header = [
        "档案编号", "姓名", "公民身份号码", "性别", "出生日期", "户籍地代码", "现居住地代码", "流入日期", "档案状态",
        "登记时间", "更新时间", "备注",
    ]  # fmt: skip
    good = [
        "GPL-0001", "甲", "", "男", "1990年3月7日", "６２０１０２", "６２３０２１１００２０１", "2025/3/1", "在管",
        "20250302", "2026-10-05 17:30", "",
    ]  # fmt: skip

    def row(number: str, **changes: str) -> list[str]:
        return list((dict(zip(header, good, strict=True)) | {"档案编号": number} | changes).values())

    rows = [
        ["临潭县流动人口登记册"],
        header,
        row("GPL-0001", 备注="外出\n春节返回"),
        row("GPL-0003", 性别="M"),
        row("GPL-0002", 出生日期="1990.03.07", 流入日期="45717"),
        row("GPL-0004", 出生日期="1990-02-30"),
        header,
        row("GPL-0005", 现居住地代码="623022100201"),
        row("GPL-0006"),
        row("GPL-0007")[:1] + row("GPL-0007")[2:],
        ["合计", "7"],
        [],
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode("gb18030"))


def ledger(path: Path) -> None:
    """A cover sheet, a merged title, the header in row 4, Excel dates, codes as numbers, a subtotal."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("封面").write(0, 0, "城关镇服务台帐")
        sheet = workbook.add_worksheet("台帐")
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 1, 6, "城关镇服务台帐")
        header = ["服务编号", "服务类型", "服务地代码", "档案编号", "应服务日期", "完成时间", "收费金额"]
        sheet.write_row(3, 0, header)
        places = {"S001": 623021100201, "S002": 623021100202, "S003": 623021100201, "S004": 623021100, "S005": None}
        for line, (number, place) in enumerate(places.items(), start=4):
            sheet.write_row(line, 0, [number, "体检" if number == "S003" else "随访", place, "GPL-0001"])
            sheet.write_datetime(line, 4, datetime(2026, 10, 5), day)
        sheet.write_row(9, 0, ["小计", 5])


def platform(path: Path) -> None:
    """UTF-16 with tabs; the place by its name."""
    header = [
        "个案编号", "公民身份号码", "性别", "出生日期", "户籍地代码", "现居住地", "流入日期", "状态", "更新时间"
    ]  # fmt: skip
    row = ["C1", "", "男", "1990-03-07", "620102", "城关镇", "2025-03-01", "登记流入", "2026-10-05"]
    path.write_bytes("".join("\t".join(cells) + "\r\n" for cells in (header, row)).encode("utf-16"))


@pytest.mark.parametrize(
    ("name", "write", "code"), [(REGISTRY, registry, 2), (LEDGER, ledger, 2), (PLATFORM, platform, 1)]
)
def test_what_is_quoted_is_what_is_said(tmp_path, monkeypatch, name, write, code):
    monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path / "home"))
    write(tmp_path / name)
    checked = CliRunner().invoke(app, ["check", str(tmp_path / name)])
    said = "".join(checked.output.split())
    # The README breaks one long line in two.
    lines = re.sub(r"\| *\n +", "| ", GUIDE[name]).splitlines()
    assert [line for line in lines if "".join(line.split()) not in said] == []
    assert checked.exit_code == code


def test_the_guide_quotes_these_three():
    assert set(GUIDE) == {REGISTRY, LEDGER, PLATFORM}
    assert all(len(quoted.splitlines()) >= 3 for quoted in GUIDE.values())
