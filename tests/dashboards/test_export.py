"""Exports: the file holds the figures as numbers, says what they are, and never holds a formula or a hidden column."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from html.parser import HTMLParser
from itertools import takewhile

import pytest
from python_calamine import CalamineWorkbook

from dashboards.catalogue import CATALOGUE
from dashboards.components import export

ROWS = [
    {"division_name": "甲镇", "value": 0.9994, "numerator": 9994, "rank": 1, "verdict": "met", "is_reached": True,
     "due_at": dt.datetime(2026, 10, 3, 23, 59), "score": Decimal("97.4"), "inner": "never"},
    {"division_name": "=1+1", "value": None, "numerator": 0, "rank": 2, "verdict": None, "is_reached": None,
     "due_at": None, "score": None, "inner": "never"},
]  # fmt: skip
DEFINITIONS = [{"indicator_name": "准确率", "definition": "办好的比例", "source_clause": "plan-3"}]


@pytest.fixture(params=["zh", "en"])
def paper(request) -> export.Paper:
    facts = {"版本": "20261116T000512000000Z-1b2c3d4e", "注意": "合成数据"}
    return export.Paper(request.param, "十月共十六个乡镇参评。", facts, {"名次": ROWS}, DEFINITIONS)


def test_a_workbook_has_numbers_dates_and_its_own_description(paper):
    book = CalamineWorkbook.from_filelike(io.BytesIO(export.written(paper, "xlsx")))
    about, table, definitions = (book.get_sheet_by_index(place).to_python() for place in range(3))
    assert about[0][0] == paper.sentence
    assert ["版本", "20261116T000512000000Z-1b2c3d4e"] in about
    assert definitions[0][:2] == ["准确率", "办好的比例"]
    heading, first, second = table[1:4]
    assert len(heading) == len(ROWS[0]) - 1
    assert first[0] == "甲镇"
    assert (first[1], first[2], first[3]) == (0.9994, 9994, 1)
    assert first[4] == CATALOGUE("state.met", paper.language)
    assert first[6] == dt.datetime(2026, 10, 3, 23, 59)
    assert second[0] == "'=1+1"


def test_a_text_table_says_what_it_is_before_its_rows(paper):
    text = export.written(paper, "csv").decode("utf-8-sig")
    above = list(takewhile(lambda line: line.startswith("#"), text.splitlines()))
    assert paper.sentence in above[0]
    assert any("1b2c3d4e" in line for line in above)
    assert any("办好的比例" in line for line in above)
    rows = list(csv.reader(text.splitlines()[len(above) :]))
    assert rows[1][:3] == ["甲镇", "0.9994", "9994"]
    assert rows[2][0] == "'=1+1"
    assert "never" not in text


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags, self.addresses, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def test_a_page_needs_nothing_but_itself(paper):
    page = Reader()
    page.feed(export.written(paper, "html").decode())
    assert not page.addresses
    assert "script" not in page.tags
    assert {"1b2c3d4e", "办好的比例", "99.9%"} <= {
        part for part in ("1b2c3d4e", "办好的比例", "99.9%") if part in page.text
    }
    assert "100" not in page.text.partition("甲镇")[2].partition("=1+1")[0]
    assert "never" not in page.text


def test_html_is_escaped(paper):
    evil = export.Paper(paper.language, "<script>", {"<b>": "<i>"}, {"<u>": [{"division_name": "<img src=x>"}]})
    page = Reader()
    page.feed(export.written(evil, "html").decode())
    assert not {"script", "b", "i", "u", "img"} & set(page.tags)


def test_no_column_of_a_person_has_a_name_to_be_written_under():
    forbidden = {"person_key", "household_key", "birth_date", "phone", "identity", "name", "address", "evidence"}
    assert not forbidden & {key.partition(".")[2] for key in CATALOGUE.keys if key.startswith("column.")}


@pytest.mark.parametrize("title", ["名次", "a/b:c*d?e[f]g\\h'i", "x" * 60])
def test_any_title_names_a_sheet(title):
    paper = export.Paper("zh", "甲", {}, {title: ROWS})
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(export.written(paper, "xlsx"))).sheet_names) == 2
