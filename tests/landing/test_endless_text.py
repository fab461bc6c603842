"""Rows of a text file that are absurdly long or many: landed within the bounds, refused beyond, never waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import delimited

from .conftest import GOOD_ROWS, Clerk, csv_text

HEADER = list(GOOD_ROWS["service_event"])
GOOD = list(GOOD_ROWS["service_event"].values())
NAME = "service_event__623021__2026-10-31.csv"
MEBI = 1 << 20
BOUND = 90


@pytest.fixture(scope="module")
def lasting_clerk(new_clerk: Callable[[], Clerk]) -> Clerk:
    return new_clerk()


def event(number: int | str, record_no: str = "GPL0001") -> list[str]:
    return [f"S{number}", *GOOD[1:3], record_no, *GOOD[4:]]


@pytest.mark.parametrize("line", [1, 2, 8, 30])
@pytest.mark.parametrize("mark", ["", '"'])
def test_a_cell_of_more_than_a_mebibyte_lands_wherever_it_stands(clerk: Clerk, line: int, mark: str) -> None:
    long = mark + "9" * (MEBI + 5) + mark
    rows = [",".join(event(i, long if i == line else f"{mark}G{i}{mark}")) for i in range(2, 40)]
    title = [f"{long},统计表"] if line == 1 else []
    record = clerk.land_one("\n".join([*title, ",".join(HEADER), *rows]) + "\n", NAME)
    assert (record.rows_in, record.accepted) == (38, 38)
    lengths = [length for (length,) in clerk.lake(record, "length(record_no)")]
    # No office's number is that long: a reference stands for it, and the case is there.
    assert lengths.count(len("ID-") + 16) == (line > 1)


@pytest.mark.parametrize("mark", ["", '"'])
@pytest.mark.parametrize("line", [1, 2, 3, 40])
def test_a_line_without_end_is_refused_with_its_number(clerk: Clerk, line: int, mark: str) -> None:
    endless = ",".join(event("X", f"{mark}{'9' * 5 * MEBI}{mark}"))
    before = [",".join(HEADER), *(",".join(event(i, f"{mark}G{i}{mark}")) for i in range(50))][: line - 1]
    refusal = clerk.refuse("\n".join([*before, endless, ",".join(event(99))]) + "\n", NAME)
    assert refusal.key == "landing.line_too_long"
    assert f"line {line} " in refusal.message_en and f"第 {line} 行" in refusal.message_zh


@pytest.mark.parametrize("line", [2, 12, 3000])
def test_a_quote_that_swallows_the_rest_of_a_large_file_is_told_with_its_line(clerk: Clerk, line: int) -> None:
    rows = [",".join(event(i)) for i in range(line - 2)] + [f'S,"{GOOD[1]},']
    rows += [",".join(event(i, "G" * 60)) for i in range(150_000)]
    refusal = clerk.refuse("\n".join([",".join(HEADER), *rows]) + "\n", NAME)
    assert refusal.key == "landing.unclosed_quote"
    assert f"line {line} " in refusal.message_en


def test_a_title_whose_quote_is_never_closed_hides_the_header_and_says_so(clerk: Clerk) -> None:
    rows = [",".join(event(i, "G" * 60)) for i in range(60_000)]
    refusal = clerk.refuse("\n".join(['"服务台帐', ",".join(HEADER), *rows]) + "\n", NAME)
    assert (refusal.key, "line 1 " in refusal.message_en) == ("landing.unclosed_quote", True)


@pytest.mark.parametrize("place", ["above", "below"])
@pytest.mark.parametrize(("commas", "key"), [(MEBI, None), (5_000_000, "landing.line_too_long")])
def test_a_row_of_commas_is_no_reason_to_wait(clerk: Clerk, place: str, commas: int, key: str | None) -> None:
    lines = [",".join(HEADER), ",".join(event(1))]
    lines.insert(0 if place == "above" else 2, "," * commas)
    clerk.put("\n".join(lines) + "\n", NAME)
    began = time.monotonic()
    outcome = clerk.land()
    assert time.monotonic() - began < 10
    assert [refusal.key for refusal in outcome.refused] == ([key] if key else [])
    if not key:
        (record,) = outcome.landed
        assert (record.accepted, record.non_data) == (1, int(place == "below"))


@pytest.mark.parametrize("mark", ["", '"'])
def test_blank_lines_by_the_hundred_thousand_are_counted_and_the_lines_after_them_too(clerk: Clerk, mark: str) -> None:
    blanks = delimited.MAX_ROWS + 10
    first = ",".join(f"{mark}{cell}{mark}" for cell in event(1))
    record = clerk.land_one(csv_text([HEADER]) + f"{first}\n" + "\n" * blanks + f"{first.replace('S1', 'S2')}\n", NAME)
    assert record.non_data_kinds == {"blank": blanks}
    assert clerk.lake(record, "event_no, source_row") == [("S1", 2), ("S2", blanks + 3)]


@settings(deadline=None, max_examples=60)
@given(
    lengths=st.lists(st.integers(1, 130), min_size=1, max_size=12),
    quoted=st.booleans(),
    closed=st.booleans(),
    block=st.integers(10, BOUND),
)
def test_the_bound_is_the_same_wherever_a_line_stands_in_a_block(
    lasting_clerk: Clerk, lengths: list[int], quoted: bool, closed: bool, block: int
) -> None:
    """Lines of known lengths, below a header line within the bound, read in blocks of any size up to the bound."""
    clerk = lasting_clerk
    cells = ["x" * max(length - 8 - 2 * quoted, 0) for length in lengths]
    mark = '"' if quoted else ""
    lines = [f"S{i:02},,,{mark}{cell}{mark},,," for i, cell in enumerate(cells)]
    text = "\n".join([",".join(HEADER), *lines]) + "\n" * closed
    too_long = [at for at, line in enumerate(lines, start=2) if len(line) > BOUND]
    for path in clerk.folder.iterdir():
        path.unlink()
    clerk.put(text, NAME)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "MAX_CHARACTERS", BOUND)
        patch.setattr(delimited, "BLOCK_CHARACTERS", block)
        outcome = clerk.land()
    if too_long:
        (refusal,) = outcome.refused
        assert refusal.key == "landing.line_too_long"
        assert f"line {too_long[0]} " in refusal.message_en
    else:
        assert outcome.refused == []
        assert sum(record.rows_in for record in outcome.landed) in (0, len(lines))


@pytest.mark.parametrize(("breaks", "key"), [(9, None), (60, "landing.unclosed_quote")])
def test_a_cell_of_many_lines_is_bounded_like_a_line(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, breaks: int, key: str | None
) -> None:
    monkeypatch.setattr(delimited, "MAX_CHARACTERS", 100)
    monkeypatch.setattr(delimited, "BLOCK_CHARACTERS", 11)
    rows = [event(i) for i in range(1, 20)]
    rows[14][3] = "\n".join("abc" for _ in range(breaks))
    clerk.put(csv_text([HEADER, *rows]), NAME)
    outcome = clerk.land()
    assert [refusal.key for refusal in outcome.refused] == ([key] if key else [])
    if key:
        assert "line 16 " in outcome.refused[0].message_en
    else:
        (record,) = outcome.landed
        assert [row for (row,) in clerk.lake(record, "source_row")] == [*range(2, 17), *range(16 + breaks, 20 + breaks)]
