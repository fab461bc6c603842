"""The forms in which clerks write dates, times, flags, amounts and text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import orchestration.landing as landing
from orchestration.landing.headers import normal_header
from orchestration.landing.tidying import NOTHING, plain, tidied


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute((Path(landing.__file__).parent / "forms.sql").read_text(encoding="utf-8"))
    return database


def read(macros: duckdb.DuckDBPyConnection, macro: str, text: str) -> object:
    return macros.execute(f"select {macro}($text)", {"text": text}).fetchone()[0]


DATE_FORMS = ("{0.year}-{0.month}-{0.day}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}",
              "{0.year}年{0.month}月{0.day}日", "{0:%Y}{0:%m}{0:%d}", "{0:%Y-%m-%d}", "{0:%Y/%m/%d}")  # fmt: skip
TIME_FORMS = (" {0:%H:%M}", " {0:%H:%M:%S}", "T{0:%H:%M:%S}", " {0.hour}:{0:%M}", "  {0:%H:%M:%S}.0")
moments = st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)).map(lambda t: t.replace(microsecond=0))


@given(moments, st.sampled_from(DATE_FORMS))
@settings(deadline=None, max_examples=200)
def test_every_date_form_is_its_day(macros: duckdb.DuckDBPyConnection, when: datetime, form: str) -> None:
    assert read(macros, "day_of", form.format(when)) == when.date()
    assert read(macros, "moment", form.format(when)) == datetime.combine(when.date(), datetime.min.time())


@given(moments, st.sampled_from(DATE_FORMS), st.sampled_from(TIME_FORMS))
@settings(deadline=None, max_examples=200)
def test_every_time_form_is_its_moment(macros: duckdb.DuckDBPyConnection, when: datetime, day: str, time: str) -> None:
    text = day.format(when) + time.format(when)
    expected = when if "S" in time else when.replace(second=0)
    assert read(macros, "moment", text) == expected
    assert read(macros, "day_of", text) == when.date()


@given(st.integers(10000, 79999))
@settings(deadline=None, max_examples=100)
def test_five_digits_in_a_date_column_are_a_serial(macros: duckdb.DuckDBPyConnection, serial: int) -> None:
    # Excel's day 61 is 1900-03-01; counting from there avoids its invented 29 February 1900.
    assert read(macros, "day_of", str(serial)) == date(1900, 3, 1) + timedelta(days=serial - 61)
    assert read(macros, "moment", str(serial)) == datetime(1900, 3, 1) + timedelta(days=serial - 61)


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "2026-13-01", "20260231", "2026年2月30日", "2026-10", "10000000", "9999", "80000", "-45000", "昨天",
     "2026-01-01 24:00", "2026-01-01 08:60", "2026-01-01 8", "0000-01-01", "infinity", "epoch", "2026-01-01+08",
     "26-01-01", "2026-01-01 (BC)", "12026-01-01"],
)  # fmt: skip
def test_an_impossible_date_is_unreadable(macros: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(macros, "day_of", text) is None
    assert read(macros, "moment", text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("是", True), ("Y", True), ("y", True), ("1", True), ("√", True),
     ("否", False), ("N", False), ("n", False), ("0", False), ("×", False),
     ("", None), ("2", None), ("不清楚", None)],
)  # fmt: skip
def test_flags(macros: duckdb.DuckDBPyConnection, text: str, value: bool | None) -> None:
    assert read(macros, "flag", text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [("-0", "0"), ("-0.00", "0"), ("1,200.00", "1200"), ("12,345,678", "12345678"), ("￥5.00", "5"), ("¥ 5", "5"),
     ("5元", "5"), ("1,20", None), ("-1,200", None), ("￥", None),
     ("0", "0"), ("12.5", "12.5"), ("12.50", "12.5"), ("1.500", "1.5"), ("9999999999.99", "9999999999.99"),
     ("-1", None), ("0.001", None), ("99999999999", None), ("免费", None), ("1e3", None)],
)  # fmt: skip
def test_amounts(macros: duckdb.DuckDBPyConnection, text: str, value: str | None) -> None:
    assert read(macros, "amount", text) == (None if value is None else Decimal(value))


visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@given(visible, st.text(st.sampled_from(" \t\u3000\u00a0")), st.text(st.sampled_from(" \t\u3000\u00a0")))
@settings(deadline=None, max_examples=200)
def test_full_width_forms_and_outer_blanks_go(text: str, before: str, after: str) -> None:
    assume(text not in NOTHING and not text.startswith(("'", '="')))
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    column = [before + wide + after, "", before + text + after, None]
    assert tidied(pa.array(column, pa.string())).to_pylist() == [text, "", text, ""]
    assert normal_header(before + wide + after) == text.lower()


@pytest.mark.parametrize("text", ["临潭县", "𠮷", "a b", "、。“”", "查无", "否", "玛依拉·某", "—1", ""])
def test_other_text_stays(text: str) -> None:
    assert tidied(pa.array([text, text])).to_pylist() == [text, text]


@given(st.lists(st.text("a 4計 \t\r\n\u00a0\u3000\u2000é国００Ａ") | st.none()), st.integers(0, 3), st.integers(0, 3))
@settings(deadline=None, max_examples=150)
def test_a_column_is_as_tidy_as_its_cells(cells: list[str | None], before: int, after: int) -> None:
    """Whatever part of a larger column it is."""
    whole = pa.array([" 前"] * before + cells + ["后　"] * after, pa.string())
    assert tidied(whole.slice(before, len(cells))).to_pylist() == [plain(cell or "") for cell in cells]
