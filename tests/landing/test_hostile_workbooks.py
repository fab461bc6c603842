"""Workbooks as they come: titles, hidden sheets, numbers that were identity numbers, bombs, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from orchestration.landing import unpacking
from orchestration.landing.batch import BatchRecord
from orchestration.landing.unpacking import require_modest_size

from .conftest import GOOD_ROWS, Clerk
from .memory import Taken

HEADER = list(GOOD_ROWS["gpl_resident"])
GOOD = list(GOOD_ROWS["gpl_resident"].values())
NAME = "gpl_resident__623021__2026-10-31.xlsx"
AT = {header: column for column, header in enumerate(HEADER)}
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*fill: Callable[[Worksheet], object], hidden: tuple[int, ...] = ()) -> bytes:
    """The bytes of a workbook with one sheet for each function that fills it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheets = [book.add_worksheet() for _ in fill]
        for write, sheet in zip(fill, sheets, strict=True):
            write(sheet)
        visible = next((sheet for i, sheet in enumerate(sheets) if i not in hidden), None)
        if visible is not None:
            visible.activate()
            visible.set_first_sheet()
        for i in hidden:
            sheets[i].hide() if i % 2 else sheets[i].very_hidden()
    return out.getvalue()


def rows(sheet: Worksheet, *numbers: str, at: int = 0) -> None:
    sheet.write_row(at, 0, HEADER)
    for i, number in enumerate(numbers, 1):
        sheet.write_row(at + i, 0, [number, *GOOD[1:]])


def one(number: str) -> Callable[[Worksheet], None]:
    return lambda sheet: rows(sheet, number)


def changed(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive with every part as `change` makes it, or without it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def in_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
    return changed(content, lambda name, part: part.replace(old, new, 1) if name == SHEET else part)


def test_a_header_on_row_seven_below_merged_titles(clerk: Clerk) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 1, len(HEADER) - 1, "临潭县流动人口登记册")
        sheet.merge_range(2, 0, 2, 5, "单位：临潭县")
        rows(sheet, "G1", "G2", at=6)
        sheet.write_row(9, 0, HEADER)
        sheet.write(10, 0, "本页合计")
        sheet.write(10, 3, 2)
        sheet.merge_range(11, 0, 11, 5, "总计：2人")

    record = clerk.land_one(workbook(fill), NAME)
    assert clerk.lake(record, "record_no, source_row") == [("G1", 8), ("G2", 9)]
    assert record.non_data_kinds == {"repeated_header": 1, "total": 2}


def test_a_table_that_does_not_begin_in_the_corner(clerk: Clerk) -> None:
    def fill(sheet: Worksheet) -> None:
        for row, cells in enumerate([HEADER, GOOD], 4):
            sheet.write_row(row, 3, cells)

    record = clerk.land_one(workbook(fill), NAME)
    assert clerk.lake(record, "record_no, source_row") == [("GPL0001", 6)]


def test_numbers_typed_as_numbers(clerk: Clerk) -> None:
    """Excel kept 15 digits of 18, so nobody knows whose number it was; one of 15 digits is whole."""

    def fill(sheet: Worksheet) -> None:
        rows(sheet, *(f"G{i}" for i in range(5)))
        sheet.write_number(1, AT["公民身份号码"], 620102199003071234)
        sheet.write_number(2, AT["公民身份号码"], 6.20102199003071e17)
        sheet.write_string(3, AT["公民身份号码"], "6.20102E+17")
        sheet.write_number(4, AT["公民身份号码"], 620102900307123)
        sheet.write_number(1, AT["档案编号"], 1234567890123)
        sheet.write_number(1, AT["联系电话"], 13912345678)
        sheet.write_number(1, AT["出生日期"], 32939)
        sheet.write_number(1, AT["更新时间"], 46300)

    record = clerk.land_one(workbook(fill), NAME)
    assert record.quarantine_reasons == {}
    assert clerk.lake(record, "record_no, id_status, updated_at")[0] == (
        "1234567890123", "bad_format", datetime(2026, 10, 5)
    )  # fmt: skip
    assert clerk.lake(record, "record_no, id_status")[1:] == [
        ("G1", "bad_format"), ("G2", "bad_format"), ("G3", "ok"), ("G4", "ok")
    ]  # fmt: skip


def test_serial_dates_with_and_without_a_format(clerk: Clerk) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        rows(sheet, "G1", "G2", "G3")
        chinese = book.add_format({"num_format": 'yyyy"年"m"月"d"日";@'})
        last = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(1, AT["流入日期"], datetime(2025, 3, 1), chinese)
        sheet.write_number(2, AT["流入日期"], 45717)
        sheet.write_number(3, AT["流入日期"], 45717.75)
        sheet.write_number(1, AT["更新时间"], 2958465.9999999, last)
    record = clerk.land_one(out.getvalue(), NAME)
    assert clerk.lake(record, "record_no, inflow_date, updated_at")[0] == (
        "G1", date(2025, 3, 1), datetime(9999, 12, 31, 23, 59, 59)
    )  # fmt: skip
    assert clerk.lake(record, "inflow_date")[1:] == [(date(2025, 3, 1),)] * 2, "a time in a column of days is cut"


def test_a_formula_is_its_cached_value_and_an_error_is_none(clerk: Clerk) -> None:
    def fill(sheet: Worksheet) -> None:
        rows(sheet, "G1", "G2")
        sheet.write_formula(1, AT["档案编号"], '="G"&ROW()', None, "G1-cached")
        sheet.write_formula(1, AT["房屋编号"], "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, AT["性别"], "=NA()", None, "#N/A")

    record = clerk.land_one(workbook(fill), NAME)
    assert clerk.lake(record, "record_no, house_no") == [("G1-cached", None)]
    assert clerk.quarantine(record) == [(3, "missing:sex")]


def test_the_first_visible_sheet_with_the_headers_is_read(clerk: Clerk) -> None:
    def partial(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, HEADER[:4])

    content = workbook(
        one("hidden"), lambda sheet: sheet.write(0, 0, "说明"), partial, one("G1"), one("G2"), hidden=(0,)
    )
    record = clerk.land_one(content, NAME)
    assert clerk.lake(record, "record_no") == [("G1",)]
    assert record.sheet_name == "Sheet4"
    older = record.model_dump_json(exclude={"sheet_name"})
    assert BatchRecord.model_validate_json(older).sheet_name is None, "records of before are read"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Sheet1", "Sheet1"), ("工作表2", "工作表2"), ("流动人口登记册", "流动人口登记册"), ("张三", "#2")],
)
def test_a_sheet_is_known_by_a_name_that_is_nobodys_or_by_its_place(clerk: Clerk, name: str, kept: str) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("cover")
        rows(book.add_worksheet(name), "G1")
    assert clerk.land_one(out.getvalue(), NAME).sheet_name == kept


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_table_on_a_hidden_sheet_only_is_refused_and_the_sheet_named(clerk: Clerk, hidden: int) -> None:
    fill = [lambda sheet: sheet.write(0, 0, "说明")] * 2
    fill[hidden] = one("G1")
    refusal = clerk.refuse(workbook(*fill, hidden=(hidden,)), NAME)
    assert refusal.key == "landing.hidden_sheet"
    assert f"Sheet{hidden + 1}" in refusal.message_zh


def test_rows_behind_a_filter_are_rows(clerk: Clerk) -> None:
    def fill(sheet: Worksheet) -> None:
        rows(sheet, "G1", "G2")
        sheet.autofilter(0, 0, 2, len(HEADER) - 1)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(AT["房屋编号"], AT["房屋编号"], None, None, {"hidden": True})

    record = clerk.land_one(workbook(fill), NAME)
    assert clerk.lake(record, "record_no, house_no") == [("G1", "F001"), ("G2", "F001")]


def test_unknown_columns_are_named_and_their_cells_go_nowhere(clerk: Clerk) -> None:
    def fill(sheet: Worksheet) -> None:
        rows(sheet, "G1")
        sheet.write_row(0, len(HEADER), ["备\n注", ""])
        sheet.write_row(1, len(HEADER), ["不得入库", "不得入库"])

    record = clerk.land_one(workbook(fill), NAME)
    assert record.unknown_columns == ["备 注"]
    assert "不得入库" not in repr(clerk.lake(record))


GOOD_BOOK = workbook(one("G1"))
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    "end",
    [
        FAR,
        FAR.replace(b'"', b"'"),
        FAR.replace(b"<c r", b"<c\n s='1'\tr").replace(b"=", b" = "),
        FAR.replace(b"<row", b"<x:row xmlns:x='u'").replace(b"<c", b"<x:c"),
        b'<row r="3">' + b"<c><v>1</v></c>" * 16384 + b'</row><row r="1048576"><c><v>1</v></c></row></sheetData>',
        b'<row r="3"><c r="XFC3"><v>1</v></c><c><v>1</v></c></row>' + b"<row/>" * 50_000 + b"</sheetData>",
        b'<row r="3"><c r="AF3"><v>1</v></c></row><row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData>',
        b'<row r="3"><c r="ZZZZZZZZZZZZ3"><v>1</v></c></row></sheetData>',
    ],
)
def test_a_cell_far_away_does_not_take_the_memory_of_all_before_it(clerk: Clerk, end: bytes) -> None:
    taken = Taken()
    refusal = clerk.refuse(in_sheet(GOOD_BOOK, b"</sheetData>", end), NAME)
    assert refusal.key == "landing.sheet_too_large"
    assert taken.mebibytes < 200


def test_dimensions_that_are_only_claimed_cost_nothing(clerk: Clerk) -> None:
    content = changed(
        GOOD_BOOK,
        lambda name, part: (
            part.replace(b'<dimension ref="A1:S2"/>', b'<dimension ref="A1:XFD1048576"/>') if name == SHEET else part
        ),
    )
    assert b"XFD" in zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
    assert clerk.land_one(content, NAME).accepted == 1


def test_a_wide_but_short_sheet_is_no_bomb(clerk: Clerk) -> None:
    content = in_sheet(GOOD_BOOK, b"</sheetData>", b'<row r="90"><c r="XFD90"><v>1</v></c></row></sheetData>')
    assert clerk.land_one(content, NAME).accepted == 1


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/media/picture.png", "docProps/app.xml"])
def test_a_part_that_inflates_beyond_measure(clerk: Clerk, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """The limits are lowered, the kind of file is real: a thousand bytes of zeros for each one in the archive."""
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 64 << 20)
    monkeypatch.setattr(unpacking, "MAX_WITHOUT_ROWS", 64 << 20)
    out = io.BytesIO(GOOD_BOOK)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(f"{part}2", "w") as bomb:
        for _ in range(80):
            bomb.write(bytes(1 << 20))
    taken = Taken()
    refusal = clerk.refuse(out.getvalue(), NAME)
    assert refusal.key == "landing.unpacks_too_large"
    assert "64 MB" in refusal.message_zh
    assert taken.mebibytes < 100


def test_a_part_that_says_it_is_small(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 4 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
        archive.writestr(SHEET, bytes(8 << 20))
    content = out.getvalue().replace((8 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert clerk.refuse(content, NAME).key == "landing.unpacks_too_large"


def test_a_large_sheet_of_text_that_is_all_there_is_measured_quickly(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(SHEET, "w") as sheet:
        for row in range(1, 40_001):
            cells = "".join(f'<c r="{chr(65 + i)}{row}" t="s"><v>{i}</v></c>' for i in range(19))
            sheet.write(f'<row r="{row}">{cells}</row>'.encode())
    require_modest_size(path)


NONE = {
    "truncated": (GOOD_BOOK[: len(GOOD_BOOK) // 2], "unreadable_file"),
    "without its end": (GOOD_BOOK[:-10], "unreadable_file"),
    "a web page": (b"<html><table><tr><td>x</td></tr></table></html>", "no_header"),
    "no sheet": (changed(GOOD_BOOK, lambda name, part: None if name == SHEET else part), "unreadable_file"),
    "no workbook": (changed(GOOD_BOOK, lambda name, part: None if "workbook.xml" in name else part), "unreadable_file"),
    "broken xml": (changed(GOOD_BOOK, lambda name, part: part[:700] if name == SHEET else part), "unreadable_file"),
    "an empty sheet": (workbook(lambda sheet: None), "empty_file"),
    "only a title": (workbook(lambda sheet: sheet.write(0, 0, "登记册")), "no_header"),
    "no visible sheet": (
        changed(
            GOOD_BOOK, lambda _, part: part.replace(b'<sheet name="Sheet1"', b'<sheet name="Sheet1" state="hidden"')
        ),
        "hidden_sheet",
    ),
}


@pytest.mark.parametrize("kind", NONE)
def test_what_cannot_be_read_is_refused_with_the_reason(clerk: Clerk, kind: str) -> None:
    content, key = NONE[kind]
    assert clerk.refuse(content, NAME).key == f"landing.{key}"
