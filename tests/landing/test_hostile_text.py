"""Text files as export programs really write them: wide characters at buffer edges, mixed line ends, titles, totals."""

from __future__ import annotations

import codecs
from decimal import Decimal

import pytest

from .conftest import GOOD_ROWS, Clerk, csv_text

HEADER = list(GOOD_ROWS["service_event"])
GOOD = list(GOOD_ROWS["service_event"].values())
NAME = "service_event__623021__2026-10-31.csv"
EDGES = (1 << 16, 1 << 20)
SHIFTS = {"gb18030": range(5), "utf-8": (1, 2, 3), "utf-8-sig": (2,), "utf-16-le": (0, 2), "utf-16-be": (2,)}


def event(number: int | str, record_no: str = "GPL0001") -> list[str]:
    return [f"S{number}", *GOOD[1:3], record_no, *GOOD[4:]]


def wide_at(edges: tuple[int, ...], shift: int, encoding: str, mark: str) -> tuple[bytes, list[str]]:
    """A file in which a 𠮷 begins `shift` bytes before every edge, cells between `mark`s; its record numbers. What
    brings it there stands in a column that is no contract's."""
    unit = len("x".encode(encoding.removesuffix("-sig")))
    text, numbers = csv_text([["备注", *HEADER]]), []

    def row(filler: str, record_no: str) -> str:
        numbers.append(record_no)
        return ",".join(f"{mark}{cell}{mark}" for cell in [filler, *event(len(numbers), record_no)]) + "\n"

    for edge in edges:
        rows = (edge - len(text.encode(encoding))) // (200 * unit)
        text += "".join(row("x" * 50, f"D{i}") for i in range(rows))
        wide = row("", "𠮷1")
        missing = edge - shift - len((text + wide[: wide.index("𠮷")]).encode(encoding))
        text += mark + "x" * (missing // unit) + wide.removeprefix(mark)
    return (text + row("", "after1")).encode(encoding), numbers


@pytest.mark.parametrize(("encoding", "shift"), [(name, shift) for name in SHIFTS for shift in SHIFTS[name]])
@pytest.mark.parametrize("mark", ["", '"'])
def test_wide_characters_across_buffer_edges(clerk: Clerk, encoding: str, shift: int, mark: str) -> None:
    content, numbers = wide_at(EDGES, shift, encoding, mark)
    wide = "𠮷".encode(encoding.removesuffix("-sig"))
    assert all(content[edge - shift :].startswith(wide) for edge in EDGES)
    record = clerk.land_one(content, NAME)
    assert record.encoding == encoding.removesuffix("-sig")
    assert clerk.lake(record, "record_no, source_row") == [(no, line) for line, no in enumerate(numbers, 2)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("is_marked", [False, True])
def test_utf_16_in_both_directions_with_and_without_its_mark(clerk: Clerk, encoding: str, is_marked: bool) -> None:
    """一 ends in a zero byte, which is the clue to the direction for every other character."""
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[encoding] if is_marked else b""
    header = ["抽查编号", "档案编号", "乡镇代码", "抽查日期", "初查结果", "复查结果"]
    rows = [[f"A{i}", "一丁一1", "623021100000", "2026-10-01", "不一致", "一致"] for i in range(40)]
    content = mark + csv_text([header, *rows], "\t").encode(encoding)
    record = clerk.land_one(content, NAME.replace("service_event", "audit_sample"))
    assert (record.accepted, record.encoding, record.delimiter) == (40, "utf-16" if is_marked else encoding, "\t")
    assert set(clerk.lake(record, "record_no, first_result, second_result")) == {("一丁一1", "differs", "matches")}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_line_ends_delimiters_and_quotes_inside_cells(clerk: Clerk, encoding: str) -> None:
    odd = ["两1\n行", "两2\r\n行", "一,二;三\t四5", '他说"好"7', "尾8\n", "\n\n", "'"]
    rows = [event(i, cell) for i, cell in enumerate(odd)]
    text = csv_text([HEADER, *rows])
    record = clerk.land_one(text.encode(encoding), NAME)
    expected = ["两1行", "两2行", "一,二;三四5", '他说"好"7', "尾8", None, None]
    assert [cell for (cell,) in clerk.lake(record, "record_no")] == expected
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [next(n for n, line in enumerate(lines, 1) if line.startswith(f"S{i},")) for i in range(len(odd))]
    assert [row for (row,) in clerk.lake(record, "source_row")] == starts


@pytest.mark.parametrize("quoted", [False, True])
def test_three_kinds_of_line_ends_in_one_file(clerk: Clerk, quoted: bool) -> None:
    rows = [",".join(f'"{cell}"' if quoted else cell for cell in event(i)) for i in range(9)]
    text = ",".join(HEADER) + "\r\n" + "".join(row + ("\n", "\r", "\r\n")[i % 3] for i, row in enumerate(rows))
    record = clerk.land_one(text.encode(), NAME)
    assert clerk.lake(record, "event_no, source_row") == [(f"S{i}", i + 2) for i in range(9)]
    assert record.rows_in == 9


def test_a_header_on_line_seven_below_a_title(clerk: Clerk) -> None:
    width = len(HEADER)
    above = [
        ["临潭县服务台帐", *[""] * (width - 1)],
        [],
        ["单位：元"],
        ["制表：", "某人"],
        [""] * width,
        ["服务类型", "说明"],
    ]
    record = clerk.land_one(csv_text([*above, HEADER, event(1), ["合计", *[""] * (width - 1)]]), NAME)
    assert clerk.lake(record, "event_no, source_row") == [("S1", 8)]
    assert (record.rows_in, record.non_data_kinds) == (2, {"total": 1})


TOTALS = [
    "合计", "总计", "小计", "共计", "本页合计：", "合 计", "合\u3000计", "总计（元）", "全县共计2人", "\xa0合计"
]  # fmt: skip


@pytest.mark.parametrize("wording", TOTALS)
def test_totals_in_several_wordings(clerk: Clerk, wording: str) -> None:
    blank = [""] * (len(HEADER) - 2)
    record = clerk.land_one(csv_text([HEADER, event(1), [wording, *blank, "3"], ["", wording, *blank]]), NAME)
    assert record.non_data_kinds == {"total": 2}
    assert (record.accepted, record.quarantined) == (1, 0)


def test_a_total_is_in_the_first_cell_that_is_not_blank(clerk: Clerk) -> None:
    record = clerk.land_one(csv_text([HEADER, event(1, "合计"), event(2, "共计划")]), NAME)
    assert (record.accepted, record.non_data) == (2, 0)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_trailing_delimiters_and_repeated_headers(clerk: Clerk, newline: str) -> None:
    header, good = ",".join(HEADER), ",".join(event(1))
    second, third, fourth = (good.replace("S1", f"S{i}") for i in (2, 3, 4))
    lines = [f"{header},,", f"{good},,", second, f"{header},,", header, f"{third},,x", f"{fourth},,,x", ",,,,,,,,", ""]
    record = clerk.land_one(newline.join(lines).encode(), NAME)
    # What stands below a blank header is in a column without a name, and ignored like any unknown one.
    assert clerk.lake(record, "event_no, source_row") == [("S1", 2), ("S2", 3), ("S3", 6)]
    assert record.non_data_kinds == {"blank": 1, "repeated_header": 2}
    assert clerk.quarantine(record) == [(7, "malformed_row")]


def test_columns_in_any_order_with_unknown_ones_between(clerk: Clerk) -> None:
    order = [3, 6, 0, 2, 5, 1, 4]
    header = ["序号", *(HEADER[i] for i in order), "备　注", "合成数据"]
    row = ["1", *(event(1)[i] for i in order), "不得入库", ""]
    record = clerk.land_one(csv_text([header, row]), NAME)
    assert clerk.lake(record, "event_no, record_no, fee") == [("S1", "GPL0001", Decimal(0))]
    assert record.unknown_columns == ["序号", "备 注", "合成数据"]


def test_serials_and_numbers_that_spreadsheets_leave_in_text(clerk: Clerk) -> None:
    changes = [
        {"档案编号": "G1", "流入日期": "45717", "公民身份号码": "6.20102E+17"},
        {"档案编号": "G2", "公民身份号码": "620102199003070000.0"},
        {"档案编号": "G3", "公民身份号码": "6.2010219900307123E17"},
    ]
    record = clerk.land_rows("gpl_resident", *changes)
    assert [(status, key) for status, key in clerk.lake(record, "id_status, person_key")] == [("bad_format", None)] * 3
    assert str(clerk.lake(record, "inflow_date")[0][0]) == "2025-03-01"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("rows", [1, 500])
def test_zeros_where_a_disk_never_wrote_are_told_with_their_place(clerk: Clerk, encoding: str, rows: int) -> None:
    content = csv_text([HEADER, *(event(i) for i in range(rows))]).encode(encoding)
    refusal = clerk.refuse(content + bytes(512), NAME)
    assert refusal.key == "landing.undecodable"
    assert str(len(content)) in refusal.message_en


def test_one_damaged_byte_of_utf_8_does_not_make_gb18030_of_it(clerk: Clerk) -> None:
    """With English headers nothing else would tell: decoded as GB18030 every Chinese cell is nonsense."""
    header = ["event_no", "kind", "village_code", "record_no", "due_date", "completed_at", "fee"]
    content = csv_text([header, *([f"S{i}", "随访", *event(i, "档案")[2:]] for i in range(20))]).encode()
    shortened = (
        content[:at] + content[at + cut :] for at in range(len(content) // 2, len(content)) for cut in (1, 2, 4, 5)
    )
    damaged = next(text for text in shortened if is_in(text, "gb18030") and not is_in(text, "utf-8"))
    assert clerk.refuse(damaged, NAME).key == "landing.undecodable"


def is_in(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
