"""A file that is judged in many blocks, side by side: the same rows in the same order as at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import judging
from orchestration.landing.repetition import DuplicateDetector

from .conftest import GOOD_ROWS, Clerk, csv_text

ROWS = 600
HEADER = list(GOOD_ROWS["gpl_resident"])


def row(number: int) -> dict[str, str]:
    """Of every sixth row one thing or another is wrong, and every seventh has been there before."""
    number -= 100 * (number % 7 == 0 and number > 100)
    faults = ({"现居住地代码": "999999999201"}, {"性别": ""}, {"档案编号": "合计"})
    return {**GOOD_ROWS["gpl_resident"], "档案编号": f"G{number}", **(faults[number % 3] if number % 6 == 0 else {})}


@pytest.mark.parametrize("rows_per_block", [1, 40, ROWS])
def test_rows_keep_their_order_in_blocks(clerk: Clerk, monkeypatch: pytest.MonkeyPatch, rows_per_block: int) -> None:
    monkeypatch.setattr(judging, "ROWS_PER_BLOCK", rows_per_block)
    monkeypatch.setattr("orchestration.landing.delimited.MAX_ROWS", 30)
    rows = [list(row(number).values()) for number in range(ROWS)]
    record = clerk.land_one(csv_text([HEADER, *rows]))
    lake = [line for (line,) in clerk.lake(record, "source_row")]
    kept = dict(clerk.quarantine(record))
    seen: set[tuple[str, ...]] = set()
    for line, cells in enumerate(map(tuple, rows), start=2):
        if cells[0] == "合计":
            continue
        expected = (
            "missing:sex" if not cells[4]
            else "unknown_division:village_code" if cells[7].startswith("9")
            else "repeated_row" if cells in seen else None
        )  # fmt: skip
        assert kept.get(line) == expected
        assert (line in lake) == (expected is None)
        seen.add(cells)
    assert lake == sorted(lake)


@given(st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=30), max_size=12))
@settings(deadline=None, max_examples=150)
def test_what_was_seen_is_known_again(blocks: list[list[tuple[int, int]]]) -> None:
    """The first hash decides nearly always, as hashes do; here the second is a function of it but for a bit."""
    seen, known = DuplicateDetector(), set()
    for block in blocks:
        first = np.array([a * 3 + b for a, b in block], np.uint64)
        second = np.array([a for a, _ in block], np.uint64)
        expected = [pair in known or pair in block[:at] for at, pair in enumerate(block)]
        assert seen.repeated(first, second).tolist() == expected
        known |= set(block)
