"""A township's list goes out, comes back filled in, and says by line and column what of it cannot be kept."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboards.documents import answers, validation, worklist
from orchestration.workbench import Answer

TOWNSHIP = worklist.Township("623021102000", "冶力关镇", "20261116T000512000000Z-1b2c3d4e", dt.date(2026, 11, 15), True)
ROWS = [
    {
        "rule_id": "gpl_id_valid", "rule_text": "身份号码无效", "fix_text": "对照证件更正", "source": "gpl_resident",
        "source_name": "流动人口登记册", "record_ref": reference, "decides": "数据准确率", "doubts": None,
        "source_file": "gpl_resident__623021__2026-10-31.xlsx", "sheet_name": "Sheet1", "source_row": line,
        "first_seen": dt.date(2026, 11, 10),
    }
    for line, reference in enumerate(["00123", "=1+1", "G3", "G4", "G5"], start=7)
]  # fmt: skip
KNOWN = {(row["rule_id"], row["source"], row["record_ref"]) for row in ROWS}


def cells(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def filled(edit) -> bytes:
    """The list as a clerk's program saves it, after `edit(cells)`: header in line 5, rows from line 6 on."""
    table = cells(worklist.write(TOWNSHIP, ROWS))
    table = edit(table) or table
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate(table):
        for place, cell in enumerate(row):
            if cell != "":
                sheet.write_string(at, place, cell) if isinstance(cell, str) else sheet.write_number(at, place, cell)
    book.close()
    return target.getvalue()


def place(name: str) -> int:
    return list(worklist.COLUMNS).index(name)


def answer(*said: tuple[str, str]):
    """An edit that answers the rows in their order."""

    def edit(table: list[list]) -> None:
        for row, (code, comment) in zip(table[worklist.TOP + 1 :], said, strict=False):
            row[place("answer")], row[place("comment")] = code, comment

    return edit


def read(content: bytes, townships=(TOWNSHIP.division_code,), known=KNOWN) -> answers.Reading:
    return answers.read(content, townships, lambda code: known)


class TestTheList:
    def test_holds_what_a_township_needs(self):
        table = cells(worklist.write(TOWNSHIP, ROWS))
        header, row = table[worklist.TOP], table[worklist.TOP + 1]
        assert header[:4] == ["编号", "数据", "问题", "怎样更正"]
        assert row[:8] == [
            "00123", "流动人口登记册", "身份号码无效", "对照证件更正", "决定数据准确率",
            "gpl_resident__623021__2026-10-31.xlsx", "Sheet1", "7",
        ]  # fmt: skip
        assert "冶力关镇" in table[0][0]
        assert "合成数据" in table[worklist.MARK_ROW + 1][0]

    def test_a_record_never_becomes_a_formula(self):
        assert cells(worklist.write(TOWNSHIP, ROWS))[worklist.TOP + 2][0] == "=1+1"

    def test_answers_are_chosen_from_a_list(self):
        import zipfile

        with zipfile.ZipFile(io.BytesIO(worklist.write(TOWNSHIP, ROWS))) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "已更正,核实无误,不属本乡镇,无法核实" in sheet
        assert "sheetProtection" in sheet

    def test_an_empty_list_is_written_too(self):
        assert cells(worklist.write(TOWNSHIP, []))[worklist.TOP][0] == "编号"


class TestTheAnswers:
    def test_come_back_as_they_were_given(self):
        found = read(filled(answer(("已更正", ""), ("核实无误", "看过户口簿"), ("", ""), ("无法核实", "人已外出"))))
        assert found.refused is None
        assert not found.problems
        assert found.unanswered == 2
        assert found.answers == [
            Answer("gpl_id_valid", "gpl_resident", "00123", "623021102000", "corrected", ""),
            Answer("gpl_id_valid", "gpl_resident", "=1+1", "623021102000", "right_as_is", "看过户口簿"),
            Answer("gpl_id_valid", "gpl_resident", "G4", "623021102000", "cannot_tell", "人已外出"),
        ]

    @pytest.mark.parametrize(
        ("said", "kind", "column"),
        [
            (("改了", ""), "unknown_answer", "处理结果"),
            (("", "改了"), "no_answer", "处理结果"),
            (("核实无误", ""), "no_comment", "说明"),
            (("核实无误", "电话13800000000"), "bad_comment", "说明"),
            (("核实无误", "字" * 1001), "bad_comment", "说明"),
        ],
    )
    def test_a_slip_is_named_by_line_and_column_and_the_rest_is_kept(self, said, kind, column):
        found = read(filled(answer(("已更正", ""), said)))
        assert [(one.kind, one.row, one.column) for one in found.problems] == [(kind, 7, column)]
        assert [one.record_ref for one in found.answers] == ["00123"]

    def test_a_foreign_row_is_named(self):
        def edit(table):
            answer(("已更正", ""))(table)
            row = list(table[worklist.TOP + 1])
            row[0] = "999"
            table.append(row)

        found = read(filled(edit))
        assert [(one.kind, one.row) for one in found.problems] == [("unknown_row", 11)]
        assert len(found.answers) == 1

    def test_one_record_answered_twice(self):
        def edit(table):
            answer(("已更正", ""))(table)
            again = list(table[worklist.TOP + 1])
            table.append(again)
            other = list(again)
            other[place("answer")], other[place("comment")] = "不属本乡镇", "属城关镇"
            table.append(other)

        found = read(filled(edit))
        assert [(one.kind, one.row, one.values) for one in found.problems] == [("twice", 12, {"other": "6"})]
        assert len(found.answers) == 1

    def test_a_record_number_that_became_a_figure_is_known_again(self):
        known = {("gpl_id_valid", "gpl_resident", "123")}

        def edit(table):
            answer(("已更正", ""))(table)
            table[worklist.TOP + 1][0] = 123

        assert [one.record_ref for one in read(filled(edit), known=known).answers] == ["123"]

    def test_lines_above_and_columns_in_another_order_do_no_harm(self):
        def edit(table):
            answer(("已更正", ""))(table)
            return [["一行批注"], *[list(reversed(row)) for row in table]]

        assert [one.record_ref for one in read(filled(edit)).answers] == ["00123"]

    @pytest.mark.parametrize(
        ("edit", "kind"),
        [
            (lambda table: [row[:-2] for row in table], "lacks_column"),
            (lambda table: table[worklist.TOP :], "no_mark"),
            (lambda table: [["姓名", "成绩"], ["甲", 3]], "no_list"),
        ],
    )
    def test_another_file_is_refused_whole(self, edit, kind):
        assert read(filled(edit)).refused.kind == kind

    def test_the_list_of_another_county_is_refused(self):
        found = read(filled(answer(("已更正", ""))), townships=("620102001000",))
        assert found.refused.kind == "elsewhere"
        assert found.refused.values == {"division": "623021102000"}

    @pytest.mark.parametrize("content", [b"", b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, b"a,b\n1,2\n"])
    def test_what_is_no_workbook_is_refused(self, content):
        assert read(content).refused.kind == "damaged"

    @given(cut=st.integers(0, 6000), at=st.integers(0, 6000), byte=st.integers(0, 255))
    @settings(max_examples=60, deadline=None)
    def test_no_damage_is_an_exception(self, cut, at, byte):
        whole = bytearray(LIST)
        whole[at % len(whole)] = byte
        read(bytes(whole))
        read(bytes(LIST[: cut % len(LIST)]))

    @given(st.lists(st.tuples(*[st.text(max_size=6)] * 12), max_size=6))
    @settings(max_examples=60, deadline=None)
    def test_no_cells_are_an_exception_and_every_row_is_accounted_for(self, rows):
        def edit(table):
            return [*table[: worklist.TOP + 1], *[[cell if cell.isprintable() else "" for cell in row] for row in rows]]

        found = read(filled(edit))
        assert found.refused is None
        assert len(found.answers) + len(found.problems) + found.unanswered <= len(rows)


LIST = worklist.write(TOWNSHIP, ROWS)


RULE = {
    "rule_id": "gpl_id_valid", "origin": "expectation", "source": "gpl_resident", "dimension": "validity",
    "severity": "error", "affects_accuracy": True, "blocks_publication": False, "text_zh": "身份号码<无效>",
    "text_en": "not valid", "fix_zh": "更正", "fix_en": "correct it", "reason_zh": "国标", "reason_en": "standard",
    "rows_tested": 1000, "rows_failed": 1, "rows_waived": 2, "checks": 1, "indicator_names": "x",
}  # fmt: skip


class TestTheDocumentOfAValidation:
    def write(self, **changes) -> str:
        about = validation.Validation("e-1", "2026-11-15", {"zh": "2026年10月", "en": "October 2026"}, True)
        return validation.write(about, [RULE | changes], "zh")

    def test_needs_nothing_else(self):
        page = self.write()
        assert not re.search(r"https?://|<script|<link|<img|@import|url\(|src=", page)

    def test_says_everything_in_both_languages(self):
        page = self.write()
        zh, en = (re.findall(rf'<span lang="{one}">(.*?)</span>', page) for one in ("zh", "en"))
        assert len(zh) == len(en) > 10
        assert not [text for text in en if re.search(r"[\u4e00-\u9fff]", text)]
        assert "身份号码&lt;无效&gt;" in page
        assert "0.1%" in page

    @pytest.mark.parametrize(
        ("changes", "state"),
        [({}, "fails"), ({"rows_failed": 0}, "passes"),
         ({"rows_failed": None, "rows_tested": None, "rows_waived": None, "checks": None}, "untested")],
    )  # fmt: skip
    def test_passed_failed_and_not_checked_differ_in_shape_and_word(self, changes, state):
        page = self.write(**changes)
        assert f'class="state {state}"' in page
        assert {"fails": "▲ 有不合格", "passes": "● 通过", "untested": "– 未校验"}[state] in page.replace("\u2009", "")
