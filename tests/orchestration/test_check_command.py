"""`shuangbai check`: what it says is what landing then does, and nothing of the installation changes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.contracts import load_contracts
from orchestration.contracts.quarantine_reasons import fix_words, reason_words, reasons_of
from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.messages import LANGUAGES
from orchestration.installation.paths import Home
from orchestration.landing import land
from orchestration.landing.bounds import bounds
from orchestration.landing.checking import Finding, check

NAME = "service_event__623021__2026-10-31.csv"
HEADER = ["服务编号", "服务类型", "服务地代码", "档案编号", "应服务日期", "完成时间", "收费金额"]
GOOD = ["S1", "健康检查", "623021100201", "", "2026-10-05", "", "0"]
PERSON = {"姓名": "欧阳测试", "公民身份号码": "11010519491231002X", "联系电话": "13912345678"}


def text(*rows: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def row(**changes: str) -> list[str]:
    named = dict(zip(("number", "kind", "place", "record", "due", "done", "fee"), GOOD, strict=True))
    return list((named | changes).values())


MIXED = text(
    ["临潭县服务台帐"],
    [*HEADER, "备注"],
    [*GOOD, "x"],
    [*row(number="S2", kind="体检"), "x"],
    [*row(number="S3", due="2026-02-30"), "x"],
    [*row(number="S4", due="十月"), "x"],
    ["合计", "3"],
    [*HEADER, "备注"],
    [*GOOD, "x"],
    ["S5", "咨询"],
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An installation that nobody has used."""
    monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()
    return Home(tmp_path / "home")


@pytest.fixture
def run(home: Home, tmp_path: Path):
    """Delivers files to the command: `run({name: content})` gives exit code and output."""

    def invoke(files: dict[str, str | bytes]) -> tuple[int, str]:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        result = CliRunner().invoke(app, ["check", *(str(tmp_path / name) for name in files)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert list((tmp_path / "tmp").iterdir()) == [], "the trial installation is gone"
        return result.exit_code, result.output

    return invoke


def test_a_good_file(run, home):
    code, said = run({NAME: text(HEADER, GOOD).encode("gb18030")})
    assert code == 0
    for word in ("服务台帐", "Ledger of services", "临潭县", "623021000000", "2026-10-31", "gb18030", "7/7", "●"):
        assert word in said
    assert not home.root.exists(), "nothing is created, not even a secret"


def test_every_kind_of_row_is_told_with_its_line(run):
    code, said = run({NAME: MIXED})
    assert code == 2
    lines = [line.strip() for line in said.splitlines()]
    assert any("8 行 = 接收 1 + 隔离 5 + 非数据 2" in line for line in lines)
    assert any("第 2 行" in line for line in lines if line.startswith("表头"))
    assert any("备注" in line for line in lines if "Unknown columns" in line)
    places = [line for line in lines if line.startswith("第 ")]
    assert [line.split(" 行")[0].removeprefix("第 ") for line in places if "S" in line] == ["5", "6", "4", "9"]
    assert "第 10 行  line 10" in places, "a row of too few fields shows none of them"
    assert "应服务日期=2026-02-30" in said
    assert "十月" not in said and "体检" not in said, "what does not fit its column may be a name"
    assert "健康检查 / 随访" in said, "the values that may be written are listed"


def test_what_is_said_is_what_landing_does(home, tmp_path):
    path = tmp_path / NAME
    path.write_text(MIXED, encoding="utf-8")
    found = check(home, path)
    assert isinstance(found, Finding) and not found.has_landed
    assemble_seeds(home)
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / NAME).write_text(MIXED, encoding="utf-8")
    (landed,) = land(home, desk, keep_originals=True).landed
    # The installation made for the check has a secret of its own.
    told_apart = {"landed_at", "parquet_path", "key_fingerprint"}
    assert found.record.model_dump(exclude=told_apart) == landed.model_dump(exclude=told_apart)
    before = {file: file.stat().st_mtime_ns for file in home.root.rglob("*")}
    assert check(home, path).has_landed
    assert {file: file.stat().st_mtime_ns for file in home.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("nobody_knows__623021__2026-10-31.csv", "a\n1\n", "nobody_knows"),
        (NAME, text(HEADER[1:], GOOD[1:]), "服务编号"),
        ("service_event__999999__2026-10-31.csv", text(HEADER, GOOD), "999999"),
        (f"~${NAME}", "x", "temporary"),
    ],
    ids=["unknown source", "missing column", "unknown scope", "temporary file"],
)
def test_a_refused_file(run, home, name, content, word):
    code, said = run({name: content})
    assert code == 1 and word in said and "Traceback" not in said
    assert not home.root.exists()


def test_a_file_that_is_not_there(home, tmp_path):
    result = CliRunner().invoke(app, ["check", str(tmp_path / "nowhere.csv")])
    assert result.exit_code == 1 and "nowhere.csv" in result.output


def test_the_worst_file_decides(run):
    good, mixed = text(HEADER, GOOD), MIXED
    other = NAME.replace("10-31", "11-30")
    assert run({NAME: good, other: mixed})[0] == 2
    assert run({NAME: mixed, "x.csv": good})[0] == 1


def test_no_person_is_shown(run):
    """A row that names a person is quarantined for each reason, and neither cell nor shifted cell is shown."""
    columns = load_contracts()["gpl_resident"].columns
    good = PERSON | {
        "档案编号": "G1",
        "性别": "女",
        "出生日期": "1949-12-31",
        "户籍地代码": "110105",
        "现居住地代码": "623021100201",
        "流入日期": "2026-01-01",
        "档案状态": "在管",
        "登记时间": "2026-01-02",
        "更新时间": "2026-01-03",
    }
    changes = [{"性别": "?"}, {"出生日期": ""}, {"现居住地代码": "1"}, {"流入日期": PERSON["公民身份号码"]}, {}, {}]
    rows = [[(good | change).get(column.header, "") for column in columns] for change in changes]
    rows.append(["G2", *rows[0]])
    code, said = run({"gpl_resident__623021__2026-10-31.csv": text([column.header for column in columns], *rows)})
    assert code == 2 and "隔离 6" in said
    assert [value for value in PERSON.values() if value in said] == []


def test_every_reason_has_its_words():
    for contract in load_contracts().values():
        for reason in reasons_of(contract):
            for language in LANGUAGES:
                words = reason_words(contract, reason, language), fix_words(contract, reason, language)
                assert all(words) and not any("{" in word for word in words)


def test_a_file_of_which_no_row_would_be_accepted_is_never_green(run):
    totals = [["合计", "3", *[""] * 5] for _ in range(4)]
    lost = [row(number="2.02610E+17", record=f"G{i}") for i in range(5)]
    for rows in (totals, lost, []):
        code, said = run({NAME: text(HEADER, *rows)})
        assert code == 2
        assert "●" not in said
        assert ("没有一行会被接收" in said) == bool(rows)
    assert "没有数据行" in said


def test_more_than_a_few_totals_and_repeated_headers_are_told(run):
    few = bounds().few_non_data
    code, said = run({NAME: text(HEADER, GOOD, *[["合计", *[""] * 6]] * few, *[HEADER] * few)})
    assert (code, "超过通常的" in said) == (0, False)
    code, said = run({NAME: text(HEADER, GOOD, *[["合计", *[""] * 6]] * (few + 1), *[HEADER] * (few + 2))})
    assert code == 0, "the rows are all accepted"
    assert f"当作合计略去的行有 {few + 1} 行" in said and f"当作重复表头略去的行有 {few + 2} 行" in said


def test_every_optional_cell_that_would_be_dropped_is_told_with_its_line(run):
    rows = [row(number="S2", done="9999-12-31"), row(number="S3", done="昨天", fee="免费"), row(number="S4", done="无")]
    code, said = run({NAME: text(HEADER, GOOD, *rows)})
    assert code == 0
    assert "完成时间：2 格无法识别" in said and "第 3, 4 行" in said
    assert "收费金额：1 格无法识别" in said


def test_a_day_that_has_not_come_is_told(run):
    code, said = run({"service_event__623021__2062-10-31.csv": text(HEADER, GOOD)})
    assert code == 1
    assert "2062-10-31 还没有到" in said
