"""The files that offices really have: old workbooks, WPS, OpenDocument, pages that call themselves Excel."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Sequence
from datetime import date, datetime

import pytest
import xlsxwriter
import xlwt

from orchestration.landing.batch import BatchRecord
from orchestration.landing.compound import wrapped
from orchestration.landing.workbook import epoch_of

from .conftest import GOOD_ROWS, Clerk, csv_text
from .office import (
    Cell,
    html_rows,
    ods,
    ods_rows,
    page,
    spreadsheetml,
    spreadsheetml_rows,
    typed,
    xls,
    xlsb,
    zipped,
)
from .test_hostile_workbooks import GOOD_BOOK, changed, workbook
from .test_hostile_workbooks import rows as write_rows

HEADER = list(GOOD_ROWS["gpl_resident"])
GOOD = list(GOOD_ROWS["gpl_resident"].values())
AT = {header: column for column, header in enumerate(HEADER)}
STEM = "gpl_resident__623021__2026-10-31"


def resident(number: str, **cells: Cell) -> list[Cell]:
    return [*({**GOOD_ROWS["gpl_resident"], "档案编号": number} | cells).values()]


def xlsx(sheets: dict[str, Sequence[Sequence[Cell]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return out.getvalue()


TABLE = [["登记册"], [], HEADER, resident("G1"), [], resident("G2", 户编号="𠮷家1")]
# How a table is written, and the ending such a file has as a rule.
WRITERS: dict[str, tuple[Callable[[Sequence[Sequence[Cell]]], bytes], str]] = {
    "csv": (lambda rows: csv_text(rows).encode("gb18030"), "csv"),
    "xlsx": (lambda rows: xlsx({"Sheet1": rows}), "xlsx"),
    "xls": (lambda rows: xls({"Sheet1": rows}), "xls"),
    "xlsb": (lambda rows: xlsb({"Sheet1": rows}), "xlsb"),
    "ods": (lambda rows: ods({"Sheet1": rows}), "ods"),
    "html": (lambda rows: page(rows).encode("gb18030"), "xls"),
    "spreadsheetml": (lambda rows: spreadsheetml({"Sheet1": rows}).encode(), "xml"),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("ending", ["", "csv", "xlsx", "XLS", "et"])
def test_the_same_rows_whatever_the_file_is_and_whatever_it_is_called(clerk: Clerk, kind: str, ending: str) -> None:
    write, usual = WRITERS[kind]
    record = clerk.land_one(write(TABLE), f"{STEM}.{ending or usual}")
    assert record.file_format == kind
    assert clerk.lake(record, "record_no, household_no, id_status, inflow_date, source_row") == [
        ("G1", "H001", "ok", date(2025, 3, 1), 4),
        ("G2", "𠮷家1", "ok", date(2025, 3, 1), 6),
    ]
    assert record.non_data_kinds == {"blank": 1}
    assert record.sheet_name == ("Sheet1" if kind not in ("csv", "html") else None)


def test_older_records_are_read() -> None:
    assert {"csv", "xlsx", "parquet"} < set(BatchRecord.model_json_schema()["properties"]["file_format"]["enum"])


NUMBERS = {
    "档案编号": 1234567890123.0,
    "联系电话": 13912345678.0,
    "户籍地代码": 620102.0,
    "公民身份号码": 620102199003071234.0,
}


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods", "spreadsheetml"])
def test_numbers_are_whole_and_those_that_lost_their_digits_are_nobodys(clerk: Clerk, kind: str) -> None:
    write, usual = WRITERS[kind]
    record = clerk.land_one(write([HEADER, resident("", **NUMBERS)]), f"{STEM}.{usual}")
    assert clerk.lake(record, "record_no, origin_code, has_phone, id_status") == [
        ("1234567890123", "620102", True, "bad_format")
    ]


@pytest.mark.parametrize("kind", ["xls", "ods", "spreadsheetml"])
def test_days_and_times(clerk: Clerk, kind: str) -> None:
    write, usual = WRITERS[kind]
    cells = {"流入日期": date(2025, 3, 1), "更新时间": datetime(2026, 10, 5, 23, 59, 59), "出生日期": 32939.0}
    record = clerk.land_one(write([HEADER, resident("G1", **cells)]), f"{STEM}.{usual}")
    assert clerk.lake(record, "inflow_date, updated_at, birth_date") == [
        (date(2025, 3, 1), datetime(2026, 10, 5, 23, 59, 59), date(1990, 3, 7))
    ]


def test_days_counted_from_1904(clerk: Clerk) -> None:
    table = [HEADER, resident("G1", 流入日期=date(2025, 3, 1))]
    content = xls({"Sheet1": table}, from_1904=True)
    record = clerk.land_one(content, f"{STEM}.xls")
    assert clerk.lake(record, "inflow_date") == [(date(2025, 3, 1),)]
    assert epoch_of(clerk.folder / f"{STEM}.xls") == 1904


@pytest.mark.parametrize(("written", "epoch"), [("", 1900), (' date1904="1"', 1904), (' date1904="0"', 1900)])
def test_the_epoch_of_a_new_workbook(clerk: Clerk, written: str, epoch: int) -> None:
    content = changed(GOOD_BOOK, lambda _, part: part.replace(b"<workbookPr", b"<workbookPr" + written.encode()))
    assert epoch_of(clerk.put(content, f"{STEM}.xlsx")) == epoch
    assert epoch_of(clerk.put(xls({"a": [["x"]]}), f"{STEM}.xls")) == 1900


def test_a_formula_of_an_old_workbook_is_its_value_in_its_format(clerk: Clerk) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    computed = {AT["流入日期"]: 45717.0, AT["房屋编号"]: 12.0}
    for i, row in enumerate([HEADER, resident("G1")]):
        for j, cell in enumerate(row):
            if i and j in computed:
                sheet.write(i, j, xlwt.Formula("1+1"), day if j == AT["流入日期"] else xlwt.Style.default_style)
            else:
                sheet.write(i, j, cell)
    out = io.BytesIO()
    book.save(out)
    content = out.getvalue()
    # xlwt leaves the value to be computed; a spreadsheet program has stored it.
    for column, value in computed.items():
        at = re.search(rb"\x06\0..\x01\0" + struct.pack("<H", column), content, re.DOTALL).end() + 2
        content = content[:at] + struct.pack("<d", value) + content[at + 8 :]
    record = clerk.land_one(content, f"{STEM}.xls")
    assert clerk.lake(record, "record_no, inflow_date, house_no") == [("G1", date(2025, 3, 1), "12")]


@pytest.mark.parametrize(
    "write", [xls, xlsb, ods, lambda sheets, hidden: spreadsheetml(sheets, hidden=hidden).encode()]
)
def test_a_hidden_sheet_is_never_read(clerk: Clerk, write: Callable[..., bytes]) -> None:
    sheets = {"张三": [HEADER, resident("hidden")], "Sheet2": [["说明"]], "Sheet3": [HEADER, resident("G1")]}
    record = clerk.land_one(write(sheets, hidden=["张三"]), f"{STEM}.xls")
    assert clerk.lake(record, "record_no") == [("G1",)]
    assert record.sheet_name == "Sheet3"
    (clerk.folder / f"{STEM}.xls").unlink()
    del sheets["Sheet3"]
    refusal = clerk.refuse(write(sheets, hidden=["张三"]), f"{STEM}.xls")
    assert refusal.key == "landing.hidden_sheet"
    assert "张三" not in refusal.message_zh and "#1" in refusal.message_zh


# ---- pages


def test_a_page_in_any_encoding_with_layout_around_the_table(clerk: Clerk) -> None:
    menu = "<table><tr><td>菜单<td>退出</table><table><tr><td>"
    nested = page(html_rows([HEADER, resident("G1")]), around=(menu, "</td></tr></table>"))
    for day, encoding in enumerate(["gb18030", "utf-8", "utf-8-sig", "utf-16"], start=1):
        record = clerk.land_one(nested.encode(encoding), f"gpl_resident__623021__2026-10-0{day}.xls")
        assert clerk.lake(record, "record_no, record_state, source_row") == [("G1", "active", 2)]
        assert record.encoding == encoding.removesuffix("-sig")


def test_what_stands_in_a_cell_of_a_page(clerk: Clerk) -> None:
    cells = dict(zip(HEADER, resident("G1"), strict=True))
    written = {header: f"<td>{cell}" for header, cell in cells.items()}
    written["户编号"] = "<td>&#x48;&nbsp;<b>1</b><br>&amp;&lt;2&gt;<script>'<td>'</script><!-- x -->"
    written["档案编号"] = '<td x:num="123456789012">1.23457E+11'
    written["房屋编号"] = "<td x:str>00012"
    written["联系电话"] = '<td x:num="13912345678">########'
    written["流入日期"] = '<td x:num="45717">2025-3-1'
    text = page(f"<tr>{''.join(f'<th>{h}' for h in HEADER)}<tr>{''.join(written.values())}</tr>")
    record = clerk.land_one(text.encode(), f"{STEM}.xls")
    assert clerk.lake(record, "record_no, household_no, house_no, has_phone, inflow_date") == [
        ("123456789012", "H 1&<2>", "00012", True, date(2025, 3, 1))
    ]


def test_merged_cells_of_a_page_have_their_text_once(clerk: Clerk) -> None:
    title = f"<tr><td colspan={len(HEADER)}>登记册</td></tr>"
    first, second = ([f"<td>{cell}</td>" for cell in resident(number)] for number in ("G1", "G2"))
    first[AT["户编号"]] = "<td rowspan=2>H001</td>"
    del second[AT["户编号"]]
    merged, rest = (f"<tr>{''.join(cells)}</tr>" for cells in (first, second))
    record = clerk.land_one(page(title + html_rows([HEADER]) + merged + rest).encode(), f"{STEM}.xls")
    assert clerk.lake(record, "record_no, household_no, sex") == [("G1", "H001", "male"), ("G2", None, "male")]


def test_a_page_that_ends_inside_its_table_is_refused(clerk: Clerk) -> None:
    whole = page([HEADER, *(resident(f"G{i}") for i in range(9))])
    refusal = clerk.refuse(whole[: len(whole) * 2 // 3].encode(), f"{STEM}.xls")
    assert refusal.key == "landing.cut_off"


# ---- SpreadsheetML and OpenDocument


def test_places_that_spreadsheetml_leaves_out(clerk: Clerk) -> None:
    far = (
        f'<Row ss:Index="7"><Cell>{typed("G2")}</Cell><Cell ss:Index="4">{"".join(map(typed, [GOOD[3]]))}</Cell>'
        + "".join(f"<Cell>{typed(cell)}</Cell>" for cell in GOOD[4:])
        + "</Row>"
    )
    title = f'<Row><Cell ss:MergeAcross="3">{typed("登记册")}<Comment><ss:Data>注</ss:Data></Comment></Cell></Row>'
    rows = title + spreadsheetml_rows([HEADER, resident("G1")]) + far
    record = clerk.land_one(spreadsheetml({"张三": rows}, encoding="GBK").encode("gbk"), f"{STEM}.xls")
    assert clerk.lake(record, "record_no, household_no, source_row") == [("G1", "H001", 3), ("G2", None, 7)]
    assert (record.sheet_name, record.non_data_kinds) == ("#1", {"blank": 3})


def test_repeated_rows_and_cells_of_an_ods_are_rows_and_cells(clerk: Clerk) -> None:
    row, cell = "<table:table-row", "<table:table-cell"
    twice = ods_rows([resident("G1")]).replace(row, f'{row} table:number-rows-repeated="2"')
    blank = f'{row} table:number-rows-repeated="{{}}">{cell} table:number-columns-repeated="{{}}"/></table:table-row>'
    gap, rest = blank.format(3, 9), blank.format(1_048_000, 16_384)
    note = "<office:annotation><text:p>张三</text:p></office:annotation>"
    last = ods_rows([resident("G2")]).replace(
        "<text:p>G2</text:p>", f"{note}<text:p>G<text:span>2</text:span></text:p>"
    )
    record = clerk.land_one(ods({"Sheet1": ods_rows([HEADER]) + twice + gap + last + rest}), f"{STEM}.ods")
    assert clerk.lake(record, "record_no, source_row") == [("G1", 2), ("G2", 7)]
    assert clerk.quarantine(record) == [(3, "repeated_row")]
    assert record.non_data_kinds == {"blank": 3}


# ---- what is no table

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
NO_TABLE = {
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "is_picture"),
    "jpg": (b"\xff\xd8\xff\xe0" + bytes(99), "is_picture"),
    "gif": (b"GIF89a" + bytes(99), "is_picture"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "is_picture"),
    "tiff": (b"II*\0" + bytes(99), "is_picture"),
    "bmp": (b"BM\x36\0\x0c\0" + bytes(99), "is_picture"),
    "pdf": (b"%PDF-1.7\n", "is_pdf"),
    "docx": (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "is_document"),
    "odt": (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "is_document"),
    "rtf": (b"{\\rtf1\\ansi", "is_document"),
    "zip": (zipped({"gpl.csv": "x"}), "is_archive"),
    "an empty archive": (b"PK\x05\x06" + bytes(18), "is_archive"),
    "rar": (b"Rar!\x1a\x07\x01\0", "is_archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4", "is_archive"),
    "exe": (b"MZ\x90\0\x03\0\0\0", "is_program"),
    "dbf": (b"\x30\x1a\x0a\x1f" + struct.pack("<IHH", 9, 296, 50) + bytes(99), "is_database"),
    "mdb": (b"\0\1\0\0Standard Jet DB\0", "is_database"),
    "sqlite": (b"SQLite format 3\0" + bytes(99), "is_database"),
    "mht": (b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n', "is_web_archive"),
    "xml": (b'<?xml version="1.0"?><rows><row/></rows>', "is_markup"),
    "excel 3": (b"\x09\x02\x06\0\0\0\x10\0" + bytes(99), "old_workbook"),
    "ods with a password": (
        ods({"a": [HEADER]}, more={"META-INF/manifest.xml": "<m:encryption-data/>"}), "locked_workbook"
    ),
    "a container of nothing": (OLE + bytes(600), "unreadable_file"),
    "nothing": (b"", "empty_file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_TABLE)
@pytest.mark.parametrize("ending", ["csv", "xls", "pdf"])
def test_what_is_no_table_is_refused_with_what_it_is(clerk: Clerk, kind: str, ending: str) -> None:
    content, key = NO_TABLE[kind]
    refusal = clerk.refuse(content, f"{STEM}.{ending}")
    assert refusal.key == f"landing.{key}"


def test_a_text_that_looks_a_little_like_something_else_is_a_text(clerk: Clerk) -> None:
    for day, title in enumerate(["BM", "MZ", "<附件1>", "PK", "%PD", "GIF", "From: x", "<!"], start=1):
        record = clerk.land_one(csv_text([[title], HEADER, GOOD]), f"gpl_resident__623021__2026-10-0{day}.xlsx")
        assert (record.file_format, record.accepted) == ("csv", 1)


def records(*parts: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in parts)


@pytest.mark.parametrize("encryption", [b"\0\0" + bytes(4), b"\1\0" + bytes(52)])
def test_an_old_workbook_with_a_password(clerk: Clerk, encryption: bytes) -> None:
    """The weakest form has the number 0, which a reader may take for none at all."""
    content = xls({"Sheet1": [HEADER, GOOD]})
    begin = content.index(records((0x0809, b""))[:2], 512)
    size = 4 + struct.unpack_from("<H", content, begin + 2)[0]
    # In the place of a record that nobody needs, so that the places of the sheets stay.
    name = content.index(b"\x5c\0\x70\0", begin)
    assert name > begin + size - 1
    lock = records((0x002F, encryption))
    filler = records((0x0201, bytes(0x74 - len(lock) - 4)))
    locked = content[:name] + lock + filler + content[name + 0x74 :]
    assert clerk.refuse(locked, f"{STEM}.xls").key == "landing.locked_workbook"


def test_a_locked_new_workbook(clerk: Clerk) -> None:
    content = wrapped("EncryptedPackage", bytes(5000)).getvalue()
    assert clerk.refuse(content, f"{STEM}.xlsx").key == "landing.locked_workbook"
    content = wrapped("WordDocument", bytes(5000)).getvalue()
    assert clerk.refuse(content, f"{STEM}.xlsx").key == "landing.is_document"


def test_a_page_of_a_workbook_with_rows_of_another_source_is_refused_by_its_headers(clerk: Clerk) -> None:
    content = workbook(lambda sheet: write_rows(sheet, "G1"))
    assert clerk.refuse(content, "service_event__623021__2026-10-31.xls").key in (
        "landing.no_header", "landing.missing_columns"
    )  # fmt: skip
