"""Planted names, numbers, phones and accounts go nowhere past landing: not one byte of the installation, not one word
on a terminal, however the clerk spelled them and whatever went wrong."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from stdnum.cn import ric
from streamlit.testing.v1 import AppTest

from dashboards.access.readers import Reader
from dashboards.access.rights import ROLES, Rights
from orchestration.commands.contract_guide import example
from orchestration.contracts import load_contracts

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
CODE_HISTORY_AREA = "620102"


def number(serial: int, *, ends_with_x: bool = False) -> str:
    """A valid identity number."""
    for day in range(1, 29):
        body = f"{CODE_HISTORY_AREA}197604{day:02d}{serial:03d}"
        full = body + ric.calc_check_digit(body + "0")
        if full.endswith("X") == ends_with_x:
            return full
    raise AssertionError(serial)


WITH_X = number(911, ends_with_x=True)
NUMBERS = {
    "plain": number(901),
    "lower_x": WITH_X.lower(),
    "old_15": number(903)[:6] + number(903)[8:17],
    "full_width": number(905).translate(FULL_WIDTH),
    "spaced": " ".join([number(907)[:6], number(907)[6:14], number(907)[14:]]),
    "padded": f"\u3000{number(909)} ",
    "wrong_check": number(913)[:17] + ("1" if number(913)[17] != "1" else "2"),
    "bad_format": number(915)[:16],
}
NAMES = ("金丝雀甲子", "欧阳\U00020bb7雀", "Canary Yíngwǔ", "玛依拉·金丝雀")
PHONES = ("13987650421", "139 8765 0422", "+86-13987650423", "0941-8765042", "１３９８７６５０４２５")
# A landline has the form of an office's own number.
MOBILES = tuple(phone for phone in PHONES if not phone.startswith("0"))
EMAILS = ("jinsique76@canary.example", "金丝雀@邮箱.中国")
ACCOUNTS = ("canary-operator-71", "金丝雀经办员", "canary.login@township", "１０canary")

# One of these is in every spelling of every canary.
CORES = (
    "雀", "\\u96c0", "%E9%9B%80", "anary", "ANARY", "ａｎａｒｙ", "7604", "７６０４",
    "%EF%BC%97%EF%BC%96", "\\uff17\\uff16",
    "jinsique", "JINSIQUE",
    "8765", "８７６５", "%EF%BC%98%EF%BC%97", "\\uff18\\uff17", "\\uff41\\uff4e", "%EF%BD%81%EF%BD%8E",
)  # fmt: skip

HEADER = [
    "档案编号", "户编号", "姓名", "公民身份号码", "性别", "出生日期", "户籍地代码", "现居住地代码", "流入日期",
    "居住方式", "房屋编号", "联系电话", "档案状态", "登记时间", "更新时间", "更新人", "服务联系卡", "宣传告知", "备注",
]  # fmt: skip


def resident(index: int, identity: str, **changes: str) -> list[str]:
    """A row of the registry with canaries in every column that may hold one, and in one nobody asked for."""
    name, phone = NAMES[index % len(NAMES)], PHONES[index % len(PHONES)]
    row = {
        "档案编号": f"G{index}", "户编号": f"H{index}", "姓名": name, "公民身份号码": identity, "性别": "男",
        "出生日期": "1976-04-01", "户籍地代码": CODE_HISTORY_AREA, "现居住地代码": "623021100201",
        "流入日期": "2025-03-01", "居住方式": "借住", "房屋编号": "", "联系电话": phone, "档案状态": "在管",
        "登记时间": "2025-03-02 08:00", "更新时间": "2026-10-05 17:30", "更新人": ACCOUNTS[index % len(ACCOUNTS)],
        "服务联系卡": "是", "宣传告知": "否", "备注": f"{name} {phone} {identity}",
    }  # fmt: skip
    return list((row | changes).values())


def csv_lines(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def plant(folder: Path) -> None:
    """Files that land, rows that are quarantined for every kind of reason, and files that are refused."""
    identities = list(NUMBERS.values())
    good = [resident(index, identity) for index, identity in enumerate(identities)]
    faults = (
        {"性别": "?"}, {"现居住地代码": NUMBERS["plain"]}, {"更新时间": PHONES[0]}, {"档案编号": ""},
        {"登记时间": NUMBERS["old_15"]}, {"现居住地代码": "623022100201"}, {"户籍地代码": NUMBERS["full_width"]},
        {"服务联系卡": PHONES[0]}, {"出生日期": NUMBERS["lower_x"]}, {"现居住地代码": "999999999201"},
        {"性别": NAMES[0]}, {"流入日期": NAMES[1]}, {"性别": "?", "户编号": NAMES[2], "房屋编号": f"{PHONES[1]} 宅"},
    )  # fmt: skip
    bad = [
        resident(index, identities[index % len(identities)], **fault) for index, fault in enumerate(faults, start=50)
    ]
    shifted = [good[0][:3] + good[0][4:], [*good[1], NAMES[2], PHONES[2]], [NAMES[3], NUMBERS["plain"]]]
    title = [f"流动人口登记册 制表人：{NAMES[0]} 电话：{PHONES[0]}"]
    total = ["合计", NAMES[1], NUMBERS["plain"], PHONES[1]]
    rows = [title, HEADER, *good, *good[:1], HEADER, *bad, *shifted, total]
    put = folder.joinpath
    put("gpl_resident__623021__2026-10-31.csv").write_bytes(csv_lines(rows).encode("gb18030"))
    put("gpl_resident__623021__2026-09-30.csv").write_bytes(csv_lines([HEADER, *good]).encode("utf-16"))
    write_workbook(put("gpl_resident__623021__2026-08-31.xlsx"), [title, HEADER, *good, *bad])
    logins = [["用户名", "乡镇代码", "用户级别", "登录时间"]]
    logins += [[account, "623021100000", "乡级", "2026-10-01 08:00"] for account in ACCOUNTS]
    logins += [[ACCOUNTS[0], "623021100000", level, "2026-10-02 08:00"] for level in ("?", NAMES[0])]
    put("system_login__623021__2026-10-31.csv").write_text(csv_lines(logins), encoding="utf-8")
    tenants = [["房屋编号", "现居住地代码", "姓名", "公民身份号码", "起租日期"]]
    tenants += [[f"F{i}", "623021100201", NAMES[0], identity, "2026-01-01"] for i, identity in enumerate(identities)]
    put("rental_tenancy__623021__2026-10-31.csv").write_text(csv_lines(tenants), encoding="utf-8-sig")

    # Refused: no header row, a column missing, undecodable, an unclosed quote, no workbook, no Parquet, no known name.
    put("gpl_resident__623021__2026-07-31.csv").write_text(csv_lines(good), encoding="utf-8")
    put("gpl_resident__623021__2026-06-30.csv").write_text(csv_lines([HEADER[1:], *good]), encoding="utf-8")
    put("gpl_resident__623021__2026-05-31.csv").write_bytes(csv_lines([HEADER, *good]).encode() + b"\xff\xff\n")
    put("gpl_resident__623021__2026-04-30.csv").write_text(csv_lines([HEADER, *good]) + f'"{NAMES[0]},{PHONES[0]}\n')
    for name in ("gpl_resident__623021__2026-03-31.xlsx", "gpl_resident__623021__2026-02-28.parquet", "list.csv"):
        put(name).write_text(csv_lines(good), encoding="utf-8")


def plant_in_numbers(folder: Path) -> None:
    """Every canary that is no account in every column of numbers of every extract: rows that are accepted, and the same
    quarantined."""
    persons = [*NAMES, *MOBILES, *EMAILS, *(NUMBERS[name] for name in NUMBERS if name != "padded")]
    for contract in load_contracts().values():
        columns = {column.header: example(column) for column in contract.columns}
        numbers = [column.header for column in contract.columns if column.type == "text"]
        spoilt = next(column.header for column in contract.columns if column.type == "code12")
        rows = [columns | {header: person} for header in numbers for person in persons]
        rows += [row | {spoilt: "x"} for row in rows]
        lines = csv_lines([list(columns), *(list(row.values()) for row in rows)])
        (folder / f"{contract.source}__623021__2026-11-20.csv").write_text(lines, encoding="utf-8")


def plant_in_names(folder: Path) -> None:
    """Canaries as names of files, with content that would land, and of sheets, hidden ones too."""
    words = (*NAMES, *MOBILES, *EMAILS, NUMBERS["plain"], NUMBERS["old_15"], NUMBERS["spaced"], NUMBERS["full_width"])
    for word in words:
        (folder / f"{word}.csv").write_text("x\n", encoding="utf-8")
        (folder / f"{word}__623021__2026-10-31.csv").write_text("x\n", encoding="utf-8")
        (folder / f"gpl_resident__623021__2026-10-31 {word}.csv").write_text("x\n", encoding="utf-8")
    good = resident(0, NUMBERS["plain"])
    write_workbook(folder / "gpl_resident__623021__2026-01-31.xlsx", [HEADER, good], hidden=True)


def write_workbook(path: Path, rows: list[list[str]], *, hidden: bool = False) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        if hidden:
            workbook.add_worksheet("Sheet1").write(0, 0, "x")
        sheet = workbook.add_worksheet(NAMES[0])
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
        if hidden:
            sheet.hide()
            workbook.add_worksheet(NAMES[3]).very_hidden()


def needles() -> dict[str, list[str]]:
    """Each canary in every spelling that could betray it."""
    spellings = {}
    for canary in (*NAMES, *PHONES, *EMAILS, *ACCOUNTS, *NUMBERS.values()):
        half = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in canary).strip("\u3000 ")
        bare = half.replace(" ", "").replace("-", "").removeprefix("+86")
        found = {canary, half, bare, half.upper(), half.lower(), half.translate(FULL_WIDTH)}
        if bare.rstrip("xX").isdigit() and len(bare) >= 15:
            long = bare[:6] + "19" + bare[6:] if len(bare) == 15 else bare
            found |= {long[:17], long[:6] + long[8:17], long[6:17]}
        found |= {json.dumps(word)[1:-1] for word in found} | {quote(word) for word in found}
        spellings[canary] = sorted(found)
    return spellings


@dataclass
class Scan:
    """Looks for needles in bytes and in whatever can be unpacked or queried; `seen` counts what was looked at. Every
    needle contains one of the few `cores`, so that most files need not be searched a thousand times."""

    wanted: dict[bytes, str]
    cores: list[bytes]
    seen: Counter = field(default_factory=Counter)
    found: set[tuple[str, str]] = field(default_factory=set)

    def look_at(self, where: str, content: bytes) -> None:
        self.seen["bytes"] += len(content)
        if any(core in content for core in self.cores):
            self.found |= {(canary, where) for needle, canary in self.wanted.items() if needle in content}
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    self.seen["unpacked"] += 1
                    self.look_at(f"{where}:{name}", archive.read(name))
        elif content.startswith(b"\x1f\x8b"):
            self.seen["unpacked"] += 1
            self.look_at(f"{where}:gz", gzip.decompress(content))

    def look_through(self, folder: Path, beside: tuple[Path, ...] = ()) -> None:
        for path in sorted(folder.rglob("*")):
            # Links lead into the checkout, or to an edition that is visited by its own name.
            is_linked = any(parent.is_symlink() for parent in (path, *path.parents) if folder in parent.parents)
            if not path.is_file() or is_linked or path in beside:
                continue
            self.seen["files"] += 1
            where = str(path.relative_to(folder))
            content = path.read_bytes()
            self.look_at(f"name of {where}", where.encode())
            self.look_at(where, content)
            if content.startswith(b"PAR1"):
                with duckdb.connect() as reader:
                    self._query(reader, where, f"from '{path}'")
            elif content[8:12] == b"DUCK":
                with duckdb.connect(str(path), read_only=True) as reader:
                    relations = reader.execute(
                        """select table_schema, table_name from information_schema.tables
                           where table_schema not in ('information_schema', 'pg_catalog')"""
                    ).fetchall()
                    for schema, table in relations:
                        self._query(reader, f"{where}:{schema}.{table}", f'from "{schema}"."{table}"')

    def _query(self, reader: duckdb.DuckDBPyConnection, where: str, relation: str) -> None:
        rows = reader.execute(f"select * {relation}").fetchall()
        self.seen["cells"] += sum(map(len, rows))
        self.look_at(where, "\n".join(str(cell) for row in rows for cell in row).encode())


def scan_for_canaries() -> Scan:
    words = needles()
    assert all(any(core in word for core in CORES) for spellings in words.values() for word in spellings)
    wanted = {w.encode(code): canary for canary, spellings in words.items() for w in spellings for code in ENCODINGS}
    return Scan(wanted, sorted({core.encode(code) for core in CORES for code in ENCODINGS}))


PAGES = sorted((Path(__file__).resolve().parents[2] / "dashboards" / "pages").glob("*.py"))
TOWNSHIP = "623021100000"
# As they open, and at the township, the source and the rule where most canaries were planted.
ASKED = (
    {},
    {
        "division": TOWNSHIP,
        "source": "gpl_resident",
        "rule": "gpl_resident_number_is_personal",
        "period": "2026-10",
    },
)

BROKEN = """
import logging
logging.basicConfig(level=logging.DEBUG)
import sys
import orchestration.landing as landing
planted = open(sys.argv.pop(), encoding="utf-8").read()

def broken(self, *arguments, **named):
    rows = planted.splitlines()
    try:
        raise ValueError(planted)
    except ValueError as error:
        raise RuntimeError(f"conversion of {rows} failed") from error

landing.Loader.load = broken
from orchestration.cli import main
main()
"""


@dataclass(frozen=True)
class County:
    """What came of it: the installation, what was said in which order, the exported lists, and where a check worked."""

    made: Any
    ran: list[subprocess.CompletedProcess[str]]
    lists: Path
    desk: Path


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory):
    """An installation after a run with planted files, a look at its state, a run that breaks in landing, a check of
    every planted file, and the lists for the townships."""
    made, files, again = installation(), tmp_path_factory.mktemp("planted"), tmp_path_factory.mktemp("again")
    lists, desk = tmp_path_factory.mktemp("lists"), tmp_path_factory.mktemp("desk")
    plant(files)
    plant_in_numbers(files)
    plant_in_names(files)
    ran = [made.process("run", "--landing", files), made.process("status")]
    rows = csv_lines([HEADER, *(resident(index, identity) for index, identity in enumerate(NUMBERS.values()))])
    (again / "gpl_resident__623021__2026-11-15.csv").write_text(rows, encoding="utf-8")
    ran.append(
        subprocess.run(
            [sys.executable, "-c", BROKEN, "run", "--landing", str(again), str(again / os.listdir(again)[0])],
            env={**os.environ, "SHUANGBAI_HOME": str(made.home), "DAGSTER_LOG_LEVEL": "DEBUG"},
            capture_output=True, text=True, timeout=300, check=False,
        )
    )  # fmt: skip
    ran.append(made.process("status"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(desk))
        ran.append(made.process("check", *sorted(files.iterdir()), *again.iterdir()))
        ran.append(made.process("quarantine", "export", "--out", lists))
    return County(made, ran, lists, desk)


def test_the_county_met_every_way_out(county):
    assert [done.returncode for done in county.ran] == [0, 0, 1, 0, 1, 0], [done.stderr for done in county.ran]
    log = "".join(path.read_text(encoding="utf-8") for path in (county.made.home / "logs").glob("*.log"))
    assert "RuntimeError" in log, "the broken run left a traceback"
    assert county.ran[0].stderr.count(".csv") >= 5, "refused files are listed"
    quarantined = duckdb.sql(
        f"select distinct reason from '{county.made.home}/quarantine/*/*.parquet' order by all"
    ).fetchall()
    kinds = {reason.split(":")[0] for (reason,) in quarantined}
    assert kinds == {
        "malformed_row", "missing", "unreadable", "unknown_code", "unknown_division", "out_of_scope", "repeated_row",
    }  # fmt: skip
    checked = county.ran[4].stdout
    assert checked.count("整个文件会被拒收") >= 5 and "档案编号=G5" in checked, "whole files and single rows"
    assert len(list(county.lists.glob("*.xlsx"))) >= 2


def test_whoever_stood_in_a_number_is_a_reference_and_the_rule_says_so(county):
    with duckdb.connect(str(county.made.home / "warehouse.duckdb"), read_only=True) as reader:
        told = {
            rule for (rule,) in reader.execute("select distinct rule_id from published.fct_quality_failure").fetchall()
        }
    sources = [one.source for one in load_contracts().values() if any(c.type == "text" for c in one.columns)]
    assert told >= {f"{source}_number_is_personal" for source in sources}


def test_no_canary_is_anywhere(county):
    scan = scan_for_canaries()
    scan.look_through(county.made.home)
    for done in county.ran:
        scan.look_at("terminal", (done.stdout + done.stderr).encode())
    assert scan.found == set()
    print(dict(scan.seen), f"{len(scan.wanted)} needles")
    assert scan.seen["files"] > 60 and scan.seen["cells"] > 100_000


def test_no_canary_is_in_a_township_s_list_or_left_behind_by_a_check(county):
    scan = scan_for_canaries()
    scan.look_through(county.lists)
    assert scan.found == set()
    assert scan.seen["unpacked"] > 10, "the parts of the workbooks"
    rows = [
        row
        for path in county.lists.iterdir()
        for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    ]
    assert sum("性别" in map(str, row) for row in rows) > 0
    assert list(county.desk.iterdir()) == []


class Shown:
    """What a reader with `rights` is given by the pages that this reader may open: every message to the browser, and
    every file behind a button, made as if it had been pressed."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, rights: Rights, pages: set[str] | None = None) -> None:
        self.files: Counter[str] = Counter()
        self.pages: dict[str, bytes] = {}
        self._sent: list[bytes] = []
        patch.setenv("SHUANGBAI_HOME", str(home))
        patch.setattr("dashboards.components.download.own_file", self._pressed)
        for module in ("dashboards.edition", "dashboards.components.workbench_session", "dashboards.access.readers"):
            patch.setattr(f"{module}.reader", lambda: Reader(rights, "0" * 16))
        for page in PAGES:
            name = page.stem.partition("_")[2]
            if rights.may_open(name) and (pages is None or name in pages):
                for asked in ASKED:
                    self._open(page, asked)

    def _pressed(self, make, mime, name):
        self._sent += [name.encode(), make()]
        self.files[name.rpartition(".")[2]] += 1
        return make

    def _open(self, page: Path, asked: dict[str, str]) -> None:
        app = AppTest.from_file(str(page), default_timeout=120)
        for name, value in asked.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception, (page.stem, asked, app.exception[0].message)
        # As bytes, for a message that is printed has every Chinese character escaped.
        drawn = [element.proto.SerializeToString() for part in (app.main, app.sidebar) for element in elements(part)]
        for number, content in enumerate((b"\n".join(drawn), *self._sent)):
            self.pages[f"{page.stem} {asked} {number}"] = content
        self._sent = []


def elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from elements(child)
        if getattr(child, "proto", None) is not None:
            yield child


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_canary_is_on_a_page_or_in_a_file_of_one_whoever_opens_it(county, role, monkeypatch):
    rights = Rights.of_role(role, TOWNSHIP if role == "township" else None, 5)
    shown = Shown(county.made.home, monkeypatch, rights)
    scan = scan_for_canaries()
    for where, content in shown.pages.items():
        scan.look_at(where, content)
    print(role, len(shown.pages), dict(scan.seen), dict(shown.files))
    assert scan.found == set()
    assert scan.seen["bytes"] > 1_000_000 and shown.files["xlsx"] and shown.files["csv"]


def test_a_canary_on_a_page_and_in_its_files_would_be_found(county, tmp_path, monkeypatch):
    """Planted behind landing, as the name of a township."""
    editions = tmp_path / "editions"
    shutil.copytree(county.made.home / "editions", editions, symlinks=True)
    edition = (editions / "current").resolve() / "shuangbai.duckdb"
    assert edition.is_relative_to(tmp_path)
    for path in (edition.parent, edition):
        path.chmod(0o700)
    with duckdb.connect(str(edition)) as database:
        database.execute(f"update dim_division set division_name = '{NAMES[1]}' where division_code = '{TOWNSHIP}'")
    shown = Shown(tmp_path, monkeypatch, Rights.of_role("leadership", None, 5), pages={"ranking"})
    scan = scan_for_canaries()
    for where, content in shown.pages.items():
        scan.look_at(where, content)
    assert {canary for canary, _ in scan.found} == {NAMES[1]}
    drawn = {where.endswith(" 0") for _, where in scan.found}
    assert drawn == {True, False}, "the page says it, and its files do"


def test_the_secret_is_nowhere_else(county):
    path = county.made.home / "secret" / "person_key"
    secret = path.read_bytes()
    pads = [bytes(byte ^ mask for byte in secret.ljust(64, b"\0")) for mask in (0x36, 0x5C)]
    words = {form for key in (secret, *pads) for form in (key, key.hex().encode(), base64.b64encode(key))}
    scan = Scan(dict.fromkeys(words, "secret"), sorted(words))
    scan.look_through(county.made.home, beside=(path,))
    scan.look_through(county.lists)
    assert scan.found == set()


def test_the_scan_finds_what_is_there(tmp_path):
    """The scan itself, on every kind of place that it claims to see into."""
    name, identity = NAMES[1], NUMBERS["plain"]
    (tmp_path / "plain.log").write_bytes(f"x{name}".encode("gb18030"))
    (tmp_path / "wide.log").write_bytes(identity.encode("utf-16"))
    (tmp_path / "escaped.json").write_text(json.dumps([name]))
    (tmp_path / "packed.gz").write_bytes(gzip.compress(name.encode()))
    write_workbook(tmp_path / "book.xlsx", [[identity]])
    copy = f"copy (select '{identity}' || range as v from range(3)) to '{tmp_path}"
    duckdb.sql(f"{copy}/rows.parquet' (format parquet, compression zstd)")
    with duckdb.connect(str(tmp_path / "tables.duckdb")) as tables:
        tables.execute(f"create schema s; create table s.t as select '{name}' as v from range(9999)")
    (tmp_path / f"{identity}.txt").write_text("")
    scan = scan_for_canaries()
    scan.look_through(tmp_path)
    places = {where.removeprefix("name of ").split(":")[0] for _, where in scan.found}
    assert places == {path.name for path in tmp_path.iterdir()}
