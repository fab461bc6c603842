"""Encodings, delimiters, workbooks and Parquet: the same rows, with the line or row where each stands."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import GOOD_ROWS, Clerk, csv_text

HEADER = list(GOOD_ROWS["service_event"])
GOOD = list(GOOD_ROWS["service_event"].values())
NAME = "service_event__623021__2026-10-31"
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gb18030": "gb18030",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}


def event(number: int, record_no: str = "GPL0001") -> list[str]:
    return [f"S{number}", *GOOD[1:3], record_no, *GOOD[4:]]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_kind_of_csv(clerk: Clerk, encoding: str, delimiter: str, quoting: int, newline: str) -> None:
    text = csv_text([HEADER, event(1, "𠮷家1"), event(2)], delimiter, quoting).replace("\n", newline)
    record = clerk.land_one(text.encode(encoding), f"{NAME}.csv")
    assert clerk.lake(record, "event_no, record_no, kind, fee, source_row") == [
        ("S1", "𠮷家1", "health_check", Decimal(0), 2),
        ("S2", "GPL0001", "health_check", Decimal(0), 3),
    ]
    assert (record.encoding, record.delimiter, record.file_format) == (ENCODINGS[encoding], delimiter, "csv")


def test_a_gb18030_file_is_cut_anywhere(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four-byte characters across the edges of every block."""
    monkeypatch.setattr("orchestration.landing.encoding.BLOCK_BYTES", 7)
    monkeypatch.setattr("orchestration.landing.delimited.BLOCK_CHARACTERS", 11)
    rows = [event(i, "𠮷" * (i % 5 + 1) + "1") for i in range(60)]
    record = clerk.land_one(csv_text([HEADER, *rows]).encode("gb18030"), f"{NAME}.csv")
    lake = clerk.lake(record, "record_no, source_row")
    assert lake == [("𠮷" * (i % 5 + 1) + "1", i + 2) for i in range(60)]


def test_source_row_is_the_line_where_the_row_starts(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.landing.delimited.ROWS_PER_BATCH", 2)
    rows = [["县服务台帐"], [], HEADER, event(1), event(2, "两\n行"), event(3), [], event(4, "三\r\n\n行"), event(5)]
    text = csv_text(rows)
    record = clerk.land_one(text, f"{NAME}.csv")
    lines = text.replace("\r\n", "\n").split("\n")
    expected = [next(i for i, line in enumerate(lines, 1) if line.startswith(f"S{n},")) for n in range(1, 6)]
    assert [row for (row,) in clerk.lake(record, "source_row")] == expected == [4, 5, 7, 9, 12]
    assert record.non_data_kinds == {"blank": 1}


def test_headers_by_alias_in_any_order_and_unknown_columns_leave_no_trace(clerk: Clerk) -> None:
    header = ["备注", "收费金额（元） ", " 服务号", "KIND", "服务地代码（必填）", "应服务 日期", "合成数据"]
    row = ["不得入库的备注", "3.5", "S1", "咨询", "623021100201", "2026年10月5日", "合成"]
    record = clerk.land_one(csv_text([header, row]), f"{NAME}.csv")
    assert clerk.lake(record, "event_no, kind, fee, due_date, record_no, completed_at, unreadable") == [
        ("S1", "consultation", Decimal("3.5"), date(2026, 10, 5), None, None, "")
    ]
    assert record.unknown_columns == ["备注", "合成数据"]
    assert record.is_synthetic
    for path in clerk.home.root.rglob("*"):
        assert not path.is_file() or "不得入库".encode() not in path.read_bytes()


def test_an_empty_snapshot_lands_with_no_rows(clerk: Clerk) -> None:
    record = clerk.land_one(",".join(GOOD_ROWS["gpl_resident"]) + "\n")
    assert (record.rows_in, record.accepted) == (0, 0)
    assert clerk.lake(record) == []
    assert "person_key" in pq.read_schema(record.parquet_path).names


def write_workbook(path: Path, *, title_rows: int = 2) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "本表由系统导出")
        sheet = book.add_worksheet("数据")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        second = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        if title_rows:
            sheet.merge_range(0, 0, 0, 18, "流动人口登记册")
        good = GOOD_ROWS["gpl_resident"]
        sheet.write_row(title_rows, 0, list(good))
        for i in range(2):
            at = title_rows + 1 + 2 * i  # a blank row between the two
            sheet.write_row(at, 0, [f"G{i}", *list(good.values())[1:]])
            sheet.write_number(at, 6, 620102)
            sheet.write_number(at, 7, 623021100201)
            sheet.write_datetime(at, 8, datetime(2025, 3, 1), day)
            sheet.write_datetime(at, 15, datetime(2026, 10, 5, 23, 59, 59), second)
            sheet.write_boolean(at, 17, True)
            sheet.write_number(at, 18, 0)
        sheet.write_number(title_rows + 3, 3, 620102199003071230)
        sheet.write_number(title_rows + 3, 5, 32939)  # a serial without a date format


def test_a_workbook_with_title_lines(clerk: Clerk) -> None:
    path = clerk.folder / "gpl_resident__623021__2026-10-31.xlsx"
    write_workbook(path)
    (record,) = clerk.land().landed
    columns = "record_no, origin_code, village_code, inflow_date, updated_at, has_contact_card, is_informed, source_row"
    same = ("620102", "623021100201", date(2025, 3, 1), datetime(2026, 10, 5, 23, 59, 59), True, False)
    assert clerk.lake(record, columns) == [("G0", *same, 4), ("G1", *same, 6)]
    assert clerk.lake(record, "id_status, birth_date") == [
        ("ok", date(1990, 3, 7)),
        ("bad_format", date(1990, 3, 7)),
    ]
    assert record.non_data_kinds == {"blank": 1}
    assert (record.file_format, record.encoding, record.delimiter) == ("xlsx", None, None)


def test_parquet_of_any_physical_type(clerk: Clerk) -> None:
    table = pa.table(
        {
            "event_no": pa.array([1, 2], pa.int64()),
            "服务类型": pa.array(["随访", "办证"]).dictionary_encode(),
            "village_code": pa.array([623021100201.0, 623021101000.0]),
            "备注": pa.array(["x", "y"]),
            "应服务日期": pa.array([date(2026, 10, 1), date(2026, 10, 2)]),
            "完成时间": pa.array([datetime(2026, 10, 1, 23, 59, 59, 999999), None], pa.timestamp("us")),
            "收费金额": pa.array([Decimal("0.00"), Decimal("12.30")]),
        }
    )
    pq.write_table(table, clerk.folder / f"{NAME}.parquet")
    (record,) = clerk.land().landed
    assert clerk.lake(record, "event_no, kind, village_code, due_date, completed_at, fee, source_row") == [
        ("1", "follow_up", "623021100201", date(2026, 10, 1), datetime(2026, 10, 1, 23, 59, 59), Decimal(0), 1),
        ("2", "certificate", "623021101000", date(2026, 10, 2), None, Decimal("12.3"), 2),
    ]
    assert record.unknown_columns == ["备注"]


def test_parquet_instants_become_local_time(clerk: Clerk) -> None:
    good = {header: [cell] for header, cell in GOOD_ROWS["system_login"].items()}
    good["登录时间"] = pa.array([datetime(2026, 9, 30, 16, 0)], pa.timestamp("ms", "UTC"))
    pq.write_table(pa.table(good), clerk.folder / "system_login__623021__2026-10-31.parquet")
    (record,) = clerk.land().landed
    assert clerk.lake(record, "login_at") == [(datetime(2026, 10, 1),)]


cells = st.text(st.characters(exclude_categories=["Cs", "Co", "Cn"], exclude_characters="\0"), max_size=6)
rows = st.lists(
    st.one_of(
        st.lists(cells, max_size=9),
        st.sampled_from([HEADER, GOOD, event(2), ["合计"], [], [*GOOD, ""], GOOD[:-1], ["S3", "?", *GOOD[2:]]]),
    ),
    max_size=25,
)


@given(rows, st.sampled_from(list(ENCODINGS)), st.sampled_from([",", "\t", ";"]), st.booleans())
@settings(deadline=None, max_examples=25)
def test_every_row_is_accounted_for(
    new_clerk: Callable[[], Clerk], rows: list[list[str]], encoding: str, delimiter: str, quoted: bool
) -> None:
    clerk = new_clerk()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    text = csv_text([HEADER, *rows], delimiter, quoting)
    record = clerk.land_one(text.encode(encoding), f"{NAME}.csv")
    # What the standard library reads is what came in; a quoted cell of nothing is a row for it too.
    with (clerk.folder / f"{NAME}.csv").open(encoding=encoding, newline=None) as file:
        assert record.rows_in == len(list(csv.reader(file, delimiter=delimiter))) - 1
    assert record.rows_in == record.accepted + record.quarantined + record.non_data
    accepted = [row for (row,) in clerk.lake(record, "source_row")]
    quarantined = [row for row, _ in clerk.quarantine(record)] if record.quarantined else []
    assert len(set(accepted + quarantined)) == record.accepted + record.quarantined
