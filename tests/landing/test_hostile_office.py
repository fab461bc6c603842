"""Old workbooks, OpenDocument, binary workbooks and pages that are made to take memory, or to make a reader stumble."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator

import pytest
from python_calamine import CalamineWorkbook

from orchestration.landing import biff, markup
from orchestration.landing.compound import wrapped

from .conftest import Clerk
from .memory import Taken
from .office import html_rows, ods, ods_rows, page, record, spreadsheetml, xls, xlsb, xlsb_sheet
from .test_hostile_workbooks import changed
from .test_office_files import HEADER, STEM, resident

GOOD_XLS = xls({"Sheet1": [HEADER, resident("G1")]})
GOOD_ODS = ods({"Sheet1": [HEADER, resident("G1")]})
GOOD_XLSB = xlsb({"Sheet1": [HEADER, resident("G1")]})
STREAM = 512
MEBIBYTES = 150


@pytest.fixture(autouse=True)
def modest() -> Iterator[None]:
    """No test of this file may take what it pretends to need."""
    taken = Taken()
    yield
    assert taken.mebibytes < MEBIBYTES


def records(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of the content of every record; xlwt puts the stream behind the container's header."""
    at = STREAM
    while at + 4 < len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        if not kind and not size:
            return
        yield kind, at + 4, size
        at += 4 + size


def with_record(content: bytes, kind: int, offset: int, new: bytes) -> bytes:
    """The last record of a kind, changed from `offset` on."""
    *_, (_, at, size) = (found for found in records(content) if found[0] == kind)
    assert offset + len(new) <= size
    return content[: at + offset] + new + content[at + offset + len(new) :]


def test_a_cell_in_the_last_corner_of_more_than_one_sheet(clerk: Clerk) -> None:
    corner = [["x"], *[[]] * 65534, [*[""] * 255, "y"]]
    refusal = clerk.refuse(xls({"Sheet1": [HEADER, resident("G1")], "a": corner, "b": corner}), f"{STEM}.xls")
    assert refusal.key == "landing.sheet_too_large"
    assert "65536" in refusal.message_zh


@pytest.mark.parametrize(
    ("kind", "offset", "new", "key"),
    [
        (0x0200, 0, struct.pack("<2I2H", 0, 0xFFFFFFFF, 0, 0xFFFF), None),
        (0x0200, 0, struct.pack("<2I2H", 9, 1, 9, 1), None),
        (0x00FC, 4, struct.pack("<I", 0x7FFFFFFF), "unreadable_file"),
        (0x00FC, 4, struct.pack("<I", 0xFFFFFFFF), "unreadable_file"),
        (0x00FC, 8, b"\xff\xff", "unreadable_file"),
        (0x0085, 0, struct.pack("<I", 0x7FFFFFFF), "unreadable_file"),
        (0x00FD, 0, struct.pack("<2H", 0xFFFF, 0xFFFF), "sheet_too_large"),
    ],
)
def test_what_an_old_workbook_only_claims(clerk: Clerk, kind: int, offset: int, new: bytes, key: str | None) -> None:
    content = with_record(GOOD_XLS, kind, offset, new)
    if key is None:
        assert clerk.land_one(content, f"{STEM}.xls").accepted == 1
    else:
        assert clerk.refuse(content, f"{STEM}.xls").key == f"landing.{key}"


def test_a_text_that_every_cell_shares(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(biff, "MAX_CHARACTERS", 1 << 20)
    rows = [resident(f"G{i}", 户编号="x" * 30_000) for i in range(40)]
    assert clerk.refuse(xls({"Sheet1": [HEADER, *rows]}), f"{STEM}.xls").key == "landing.unpacks_too_large"


@pytest.mark.parametrize("at", [44, 48, 60, 68, 76, STREAM + 8])
def test_chains_that_lead_nowhere_or_in_a_circle(clerk: Clerk, at: int) -> None:
    for number in (0, 3, 0x00FFFFFF, 0x7FFFFFFF, 0xFFFFFFFC):
        content = GOOD_XLS[:at] + struct.pack("<I", number) + GOOD_XLS[at + 4 :]
        clerk.put(content, f"{STEM}.xls")
        outcome = clerk.land()
        assert len(outcome.landed) + len(outcome.refused) + len(outcome.repeated) == 1


def test_a_sector_that_follows_itself(clerk: Clerk) -> None:
    stream = wrapped("Workbook", bytes(20_000)).getvalue()
    at = stream.rindex(struct.pack("<2I", 1, 2))
    assert (
        clerk.refuse(stream[:at] + struct.pack("<I", 0) + stream[at + 4 :], f"{STEM}.xls").key
        == "landing.unreadable_file"
    )


def test_many_sheets_in_one_place(clerk: Clerk) -> None:
    content = xls({"Sheet1": [HEADER, resident("G1")], "Sheet2": [["x"]]})
    first, second = (at for kind, at, _ in records(content) if kind == 0x0085)
    content = content[:second] + content[first : first + 4] + content[second + 4 :]
    assert clerk.refuse(content, f"{STEM}.xls").key == "landing.unreadable_file"


# ---- OpenDocument

ROW = "<table:table-row"


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (f'{ROW} table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
         'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>',
         "unpacks_too_large"),
        (ods_rows([resident("G1")]).replace(ROW, f'{ROW} table:number-rows-repeated="2147483647"'), "sheet_too_large"),
        (f"{ROW}><table:table-cell/>" + '<table:table-cell office:value-type="string" '
         'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>',
         "sheet_too_large"),
        (f"{ROW}><table:table-cell><text:p>{'x' * (5 << 20)}</text:p></table:table-cell></table:table-row>",
         "line_too_long"),
    ],
    ids=["rows and columns", "rows", "columns", "text"],
)  # fmt: skip
def test_what_an_ods_repeats_is_counted_before_it_is_made(clerk: Clerk, rows: str, key: str) -> None:
    assert clerk.refuse(ods({"Sheet1": ods_rows([HEADER]) + rows}), f"{STEM}.ods").key == f"landing.{key}"


def test_long_texts_repeated_row_by_row(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_UNPACKED", 1 << 28)
    rows = ods_rows([resident("G1", 户编号="x" * 100_000)]).replace(ROW, f'{ROW} table:number-rows-repeated="9999"')
    assert clerk.refuse(ods({"Sheet1": ods_rows([HEADER]) + rows}), f"{STEM}.ods").key == "landing.unpacks_too_large"


def test_an_ods_that_inflates_beyond_measure(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_UNPACKED", 1 << 24)
    content = ods({"Sheet1": ods_rows([HEADER]) + "<table:table-row/>" * (1 << 20)})
    assert len(content) < 1 << 20
    assert clerk.refuse(content, f"{STEM}.ods").key == "landing.unpacks_too_large"


ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("entity", ["&a;", "&b;", "x"])
def test_entities_are_not_expanded(clerk: Clerk, entity: str) -> None:
    text = spreadsheetml({"Sheet1": [HEADER, resident("G1")]}).replace("?>\n<?", f"?>\n{ENTITIES}<?", 1)
    assert clerk.refuse(text.replace("H001", entity).encode(), f"{STEM}.xls").key == "landing.unreadable_file"
    (clerk.folder / f"{STEM}.xls").unlink()
    content = changed(
        GOOD_ODS, lambda name, part: part.replace(b"?>", f"?>{ENTITIES}".encode()) if name == "content.xml" else part
    )
    assert clerk.refuse(content, f"{STEM}.ods").key == "landing.unreadable_file"


# ---- binary workbooks


@pytest.mark.parametrize("place", [(1048575, 16383), (0xFFFFFFFF, 0xFFFFFFFF), (0, 0x7FFFFFFF)])
def test_a_far_cell_of_a_binary_workbook(clerk: Clerk, place: tuple[int, int]) -> None:
    row, column = place
    far = record(0, struct.pack("<I", row) + bytes(21)) + record(5, struct.pack("<2Id", column, 0, 1.0)) + record(146)
    sheet = xlsb_sheet([HEADER, resident("G1")])
    content = changed(
        GOOD_XLSB, lambda name, part: sheet.replace(record(146), far) if name.endswith("sheet1.bin") else part
    )
    assert clerk.refuse(content, f"{STEM}.xlsb").key == "landing.sheet_too_large"


def test_rows_of_a_binary_workbook_that_go_back(clerk: Clerk) -> None:
    """The last cell stands above the first."""
    rows = [struct.pack("<I", row) + bytes(21) for row in (9, 0)]
    cells = b"".join(record(0, row) + record(5, struct.pack("<2Id", 0, 0, 1.0)) for row in rows)
    sheet = record(129) + record(145) + cells + record(146) + record(130)
    content = changed(GOOD_XLSB, lambda name, part: sheet if name.endswith("sheet1.bin") else part)
    assert clerk.refuse(content, f"{STEM}.xlsb").key == "landing.sheet_too_large"


def test_a_row_of_a_binary_workbook_too_short_to_say_its_number(clerk: Clerk) -> None:
    """The library would read it from what the record before left behind: here a row past three thousand million."""
    left = record(4237, b"\x57\x6c\x05\xc1" * 8)
    sheet = xlsb_sheet([HEADER, resident("G1")]).replace(record(146), left + record(0) + record(146))
    content = changed(GOOD_XLSB, lambda name, part: sheet if name.endswith("sheet1.bin") else part)
    assert clerk.refuse(content, f"{STEM}.xlsb").key == "landing.unreadable_file"


def test_a_panic_of_the_library_is_heard_by_nobody(clerk: Clerk, capfd: pytest.CaptureFixture[str]) -> None:
    """It would quote the file. The record of the workbook's first sheet is shorter than it has to be."""
    content = changed(
        GOOD_XLSB,
        lambda name, part: part.replace(record(153, bytes(12)), record(153)) if name.endswith("workbook.bin") else part,
    )
    with pytest.raises(BaseException) as raised:
        CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert type(raised.value).__name__ == "PanicException"
    assert "panicked" in capfd.readouterr().err
    assert clerk.refuse(content, f"{STEM}.xlsb").key == "landing.unreadable_file"
    assert "panicked" not in capfd.readouterr().err
    os.write(2, b"heard again")
    assert capfd.readouterr().err == "heard again"


# ---- pages


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ("<tr>" + "<td colspan=1000 rowspan=65534>" * 40 + "<td>x", "sheet_too_large"),
        (
            "<tr>" + "<td rowspan=65534 colspan=1000></td>" * 16 + "</tr>" + "<tr><td></td></tr>" * 4000,
            "sheet_too_large",
        ),
        ("<tr><td>" + "x" * (5 << 20), "line_too_long"),
        ("<tr>" + "<td>x" * 20_000, "sheet_too_large"),
    ],
    ids=["columns", "covered", "text", "cells"],
)
def test_a_page_that_is_larger_than_it_looks(clerk: Clerk, rows: str, key: str) -> None:
    assert clerk.refuse(page(html_rows([HEADER]) + rows).encode(), f"{STEM}.xls").key == f"landing.{key}"


def test_tables_in_tables_in_tables(clerk: Clerk) -> None:
    deep = page(html_rows([HEADER, resident("G1")]), around=("<table><tr><td>" * 150, "</table>" * 150))
    assert clerk.land_one(deep.encode(), f"{STEM}.xls").accepted == 1
    deeper = deep.replace("<table", "<table><tr><td><table" * 400)
    clerk.put(deeper.encode(), f"{STEM}.xls")
    outcome = clerk.land()
    assert len(outcome.landed) + len(outcome.refused) == 1


def test_a_page_in_one_line_longer_than_any_row(clerk: Clerk) -> None:
    rows = html_rows([HEADER, *(resident(f"G{i}") for i in range(12_000))])
    record_of = clerk.land_one(page(rows).replace("\n", "").encode(), f"{STEM}.xls")
    assert (record_of.rows_in, record_of.accepted) == (12_000, 12_000)
