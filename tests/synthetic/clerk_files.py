"""A minimal reader of clerk files, written from extracts.md alone, and the worlds the tests look at."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
MARKER = "合成数据"

HEADERS = {
    "gpl_resident": "档案编号 户编号 姓名 公民身份号码 性别 出生日期 户籍地代码 现居住地代码 流入日期 流出日期"
    " 居住方式 房屋编号 联系电话 档案状态 登记时间 更新时间 更新人 服务联系卡 宣传告知",
    "padis_resident": "个案编号 公民身份号码 性别 出生日期 户籍地代码 现居住地代码 流入日期 流出日期 状态 更新时间",
    "rental_tenancy": "房屋编号 现居住地代码 姓名 公民身份号码 起租日期 退租日期 核查日期",
    "exchange_message": "信息编号 信息类型 紧急程度 重点信息 发出地代码 接收地代码 发出时间 接收时间 核实时间 回复时间"
    " 回复结果",
    "system_login": "用户名 乡镇代码 用户级别 登录时间",
    "service_event": "服务编号 服务类型 服务地代码 档案编号 应服务日期 完成时间 收费金额",
    "survey_response": "问卷编号 乡镇代码 调查日期 知晓政策 是否满意",
    "audit_sample": "抽查编号 档案编号 乡镇代码 抽查日期 初查结果 复查结果",
}
# English canonical names, for the columns that have one and are not identity.
ENGLISH = {
    "gpl_resident": "record_no household_no - - sex birth_date origin_code village_code inflow_date outflow_date"
    " residence_kind house_no - record_state registered_at updated_at operator_key has_contact_card is_informed",
    "padis_resident": "case_no - sex birth_date origin_code village_code inflow_date outflow_date"
    " case_state updated_at",
    "rental_tenancy": "house_no village_code - - start_date end_date checked_date",
    "exchange_message": "message_no kind urgency is_key from_code to_code sent_at received_at verified_at"
    " replied_at outcome",
    "system_login": "account_key township_code account_level login_at",
    "service_event": "event_no kind village_code record_no due_date completed_at fee",
    "survey_response": "response_no township_code surveyed_date is_aware is_satisfied",
    "audit_sample": "audit_no record_no township_code checked_date first_result second_result",
}


def source_of(path: Path) -> str:
    return path.name.split("__")[0]


def clerk_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def decode(content: bytes) -> str:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"", "utf-8"),
        (b"", "gb18030"),
    ):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise AssertionError("undecodable")


def grid(path: Path) -> list[list[str]]:
    """All lines of the file as text cells."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        return [table.column_names, *(["" if cell is None else cell for cell in row] for row in rows)]
    if path.suffix == ".xlsx":
        cells = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return [[str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row] for row in cells]
    text = decode(path.read_bytes())
    delimiter = max(",\t;", key=text.splitlines()[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def plain(cell: str) -> str:
    """Half-width and trimmed."""
    return "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in cell).strip(" \t\u3000")


def read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Chinese headers in the file's order, and every later line with its number."""
    wanted = HEADERS[source_of(path)].split()
    english = dict(zip(ENGLISH[source_of(path)].split(), wanted, strict=True))
    short = {header.replace("编号", "号"): header for header in wanted}
    for number, line in enumerate(grid(path), start=1):
        named = [(english | short).get(plain(cell), plain(cell)) for cell in line]
        if set(wanted) <= set(named):
            return named, list(enumerate(grid(path)[number:], start=number + 1))
    raise AssertionError(f"no header in {path.name}")


def data_rows(path: Path) -> list[dict[str, str]]:
    """Rows by Chinese header, normalised; repeated headers, totals and blank lines left out."""
    headers, lines = read(path)
    rows = []
    for number, line in lines:
        cells = [plain(cell) for cell in line]
        first = next((cell for cell in cells if cell), "")
        if first and first not in ("合计", "总计") and cells[-1] != MARKER:
            rows.append(dict(zip(headers, cells, strict=False)) | {"line": str(number)})
    return rows


def day_of(text: str) -> date:
    """A date in any of the spellings of extracts.md."""
    if len(text) == 5 and text.isdigit():
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(text))
    if len(text) == 8 and text.isdigit():
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    for mark in "年月/.":
        text = text.replace(mark, "-")
    year, month, day = text.replace("日", "").replace("T", " ").split()[0].split("-")
    return date(int(year), int(month), int(day))
