"""What a screen and a list say of a quarantined row: nobody's name or number, under whichever header it was typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.contracts import load_contracts
from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import Home
from orchestration.landing import land

GPL = load_contracts()["gpl_resident"]
GOOD = {
    "档案编号": "G1", "性别": "女", "出生日期": "1949-12-31", "户籍地代码": "110105", "现居住地代码": "623021100201",
    "流入日期": "2026-01-01", "档案状态": "在管", "登记时间": "2026-01-02", "更新时间": "2026-01-03",
}  # fmt: skip


def test_a_name_under_every_header_reaches_neither_screen_nor_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One row for each header, quarantined in any case, with a name or a number in that place."""
    home = Home(tmp_path / "home")
    monkeypatch.setenv("SHUANGBAI_HOME", str(home.root))
    headers = [column.header for column in GPL.columns]
    folder = tmp_path / "files"
    folder.mkdir()
    file = folder / "gpl_resident__623021__2026-10-31.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headers)
        for cell in ("欧阳测试", "1391234 5678", "110105 19491231 002X"):
            for header in headers:
                other = "档案状态" if header == "性别" else "性别"
                writer.writerow([(GOOD | {other: "?", header: cell}).get(name, "") for name in headers])
    said = CliRunner().invoke(app, ["check", str(file)])
    assert said.exit_code == 2
    assemble_seeds(home)
    (record,) = land(home, folder, keep_originals=True).landed
    assert record.quarantined == 3 * len(headers)
    assert CliRunner().invoke(app, ["quarantine", "export", "--out", str(tmp_path / "lists")]).exit_code == 0
    lists = [
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() for path in (tmp_path / "lists").iterdir()
    ]
    everything = said.output + json.dumps(lists, ensure_ascii=False)
    assert [word for word in ("欧阳", "测试", "1391234", "5678", "002X", "19491231 ") if word in everything] == []
