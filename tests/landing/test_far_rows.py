"""Small files that say they are long: a stray cell far below the data, a column filled down to the end of the sheet,
merged cells by the million. They land in seconds, or are refused before they cost any."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
import xlsxwriter

from orchestration.landing import LandingOutcome

from .conftest import Clerk, csv_text
from .office import html_rows, ods, ods_rows, page, spreadsheetml, xls
from .test_office_files import HEADER, STEM, resident

# Of the processor: a file is given 20 s of the clock, on a machine that others use too.
SECONDS = 8.0
LAST_ROW, LAST_OF_OLD = 1_048_576, 65_536
GOOD = [HEADER, *(resident(f"G{i}") for i in range(9))]
ROW = "<table:table-row"


def timed(land: Callable[[], LandingOutcome]) -> tuple[LandingOutcome, float]:
    began = time.process_time()
    outcome = land()
    return outcome, time.process_time() - began


def far_xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(GOOD):
            sheet.write_row(i, 0, row)
        sheet.write(LAST_ROW - 1, 0, "x")
    return out.getvalue()


def far_xls() -> bytes:
    return xls({"Sheet1": [*GOOD, *[[]] * (LAST_OF_OLD - len(GOOD) - 1), ["x"]]})


def far_spreadsheetml() -> bytes:
    far = f'<Row ss:Index="{LAST_ROW}"><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>'
    return spreadsheetml({"Sheet1": GOOD}).replace("</Table>", far).encode()


def far_ods() -> bytes:
    blank = f'{ROW} table:number-rows-repeated="{LAST_ROW - len(GOOD) - 1}"><table:table-cell/></table:table-row>'
    return ods({"Sheet1": ods_rows(GOOD) + blank + ods_rows([["x"]])})


@pytest.mark.parametrize(
    ("make", "ending", "last"),
    [(far_xlsx, "xlsx", LAST_ROW), (far_xls, "xls", LAST_OF_OLD), (far_spreadsheetml, "xls", LAST_ROW),
     (far_ods, "ods", LAST_ROW)],
)  # fmt: skip
def test_a_stray_cell_at_the_end_of_the_sheet(clerk: Clerk, make: Callable[[], bytes], ending: str, last: int) -> None:
    clerk.put(make(), f"{STEM}.{ending}")
    outcome, seconds = timed(clerk.land)
    assert seconds < SECONDS
    (record,) = outcome.landed
    assert (record.rows_in, record.accepted, record.quarantined) == (last - 1, len(GOOD) - 1, 1)
    assert record.non_data_kinds == {"blank": last - len(GOOD) - 1}
    assert clerk.quarantine(record, "source_row") == [(last,)]


@pytest.mark.parametrize("line", ['""', "," * (len(HEADER) - 1), '""' + "," * (len(HEADER) - 1), ""])
def test_blank_lines_by_the_hundred_thousand(clerk: Clerk, line: str) -> None:
    clerk.put(csv_text(GOOD) + f"{line}\n" * 200_000 + csv_text([resident("G10")]), f"{STEM}.csv")
    outcome, seconds = timed(clerk.land)
    assert seconds < SECONDS
    (record,) = outcome.landed
    assert (record.rows_in, record.accepted, record.non_data) == (200_010, 10, 200_000)
    assert clerk.lake(record, "source_row")[-1] == (200_011,)


def repeated(cells: list[str], times: int) -> str:
    return ods_rows([cells]).replace(ROW, f'{ROW} table:number-rows-repeated="{times}"')


SPANNED = "<tr>" + "<td rowspan=2 colspan=1000></td>" * 16 + "</tr><tr></tr>"
PASSED = "<tr>" + "<td rowspan=65534 colspan=1000></td>" * 16 + "</tr>" + "<tr><td></td></tr>" * 500
FAR_CELL = '<Row><Cell ss:Index="16000"><Data ss:Type="String">x</Data></Cell></Row>'


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (ods({"Sheet1": ods_rows(GOOD) + repeated([resident("G1")[0]], 1_048_000)}), "ods"),
        (ods({"Sheet1": ods_rows(GOOD) + repeated(resident("G1"), 9_000) * 9}), "ods"),
        (ods({"Sheet1": ods_rows(GOOD) + repeated([""], 1_600_000) + ods_rows([["x"]])}), "ods"),
        (page(html_rows(GOOD) + SPANNED * 300).encode(), "xls"),
        (page(html_rows(GOOD) + PASSED).encode(), "xls"),
        (page(html_rows(GOOD), around=(f"<table>{SPANNED * 100}</table>" * 4, "")).encode(), "xls"),
        (spreadsheetml({"Sheet1": GOOD}).replace("</Table>", FAR_CELL * 2_200 + "</Table>").encode(), "xls"),
    ],
    ids=["filled down", "repeated little by little", "blank", "spanned", "passed over", "many tables", "far cells"],
)  # fmt: skip
def test_what_is_only_said_is_refused_before_it_is_made(clerk: Clerk, content: bytes, ending: str) -> None:
    clerk.put(content, f"{STEM}.{ending}")
    outcome, seconds = timed(clerk.land)
    assert seconds < SECONDS / 2
    (refusal,) = outcome.refused
    assert refusal.key == "landing.sheet_too_large"


def test_rows_that_are_repeated_as_offices_repeat_them_land(clerk: Clerk) -> None:
    record = clerk.land_one(ods({"Sheet1": ods_rows(GOOD) + repeated(resident("G1"), 400)}), f"{STEM}.ods")
    assert (record.accepted, record.quarantine_reasons) == (9, {"repeated_row": 400})


def test_short_rows_between_whole_ones_keep_their_lines(clerk: Clerk) -> None:
    """A short row, a long one, one with text right of the table only, and blank ones: each in its own line."""
    right = [""] * len(HEADER) + ["x"]
    rows = [GOOD[0], GOOD[1], ["x"], [*GOOD[2], "", "-"], [*GOOD[3], "x"], [], right, [*GOOD[4], ""], [""], GOOD[5]]
    record = clerk.land_one(csv_text(rows), f"{STEM}.csv")
    assert clerk.quarantine(record) == [(3, "malformed_row"), (5, "malformed_row"), (7, "malformed_row")]
    assert [row for (row,) in clerk.lake(record, "source_row")] == [2, 4, 8, 10]
    assert record.non_data_kinds == {"blank": 2}
