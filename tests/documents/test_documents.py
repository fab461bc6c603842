"""The three documents, read back by other libraries: their figures are the published ones, and their form is kept."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from dashboards.documents import bulletin
from dashboards.documents.failures import DocumentError
from dashboards.documents.letterhead import Letterhead

COUNTY = "623021000000"
MONTH, PROVISIONAL = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
LANGUAGES, FORMATS = ("zh", "en"), ("docx", "xlsx", "pdf")
RANKING = """
    select rank, division_name, score, division_code from fct_ranking inner join dim_division using (division_code)
    where period_kind = 'month' and period_start = ? and fct_ranking.parent_code = ? order by rank, division_code
"""
RESULTS = """
    select division_code, indicator_code, numerator, denominator, target_value from fct_indicator_result
    where period_kind = 'month' and period_start = ?
        and division_code in (select division_code from dim_division where parent_code = ?)
"""

# What an indicator that is judged over twelve months is judged on.
WINDOW = """
    select division_code, indicator_code, sum(numerator), sum(denominator), any_value(target_value)
    from fct_indicator_result inner join dim_indicator using (indicator_code)
    where judged_months = 12 and period_kind = 'month' and period_start between ? - interval 11 month and ?
    group by all
"""

SLOW = """
    select division_name, name_zh
    from fct_slow_progress
    inner join dim_division using (division_code)
    inner join dim_indicator using (indicator_code)
    where period_start = ? and scope = 'township'
"""


def rounded(exact: Fraction, *limits: Fraction) -> str:
    """Halves up, with the first decimal that leaves it on its side of every limit: a second opinion, by decimals."""
    with localcontext(prec=60):
        number = Decimal(exact.numerator) / Decimal(exact.denominator)
        for places in range(1, 30):
            text = str(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
            if all((Fraction(text) - one) * (exact - one) > 0 or Fraction(text) == one == exact for one in limits):
                return text
    raise AssertionError(exact)


def percent(numerator, denominator, target) -> str:
    limits = [Fraction(0), Fraction(100), *([] if target is None else [Fraction(str(target)) * 100])]
    return rounded(Fraction(100 * numerator, denominator), *limits)


def points(score: float) -> str:
    """A score as it is written, beside the grades of the seeds."""
    return rounded(Fraction(Decimal(str(score)).quantize(Decimal("0.000001"))), *map(Fraction, (0, 70, 85, 95, 100)))


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


@cache
def paper(made: bytes):
    return Document(io.BytesIO(made))


@cache
def pages(made: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]


@cache
def sheets(made: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@cache
def text_of(made: bytes, format: str) -> str:
    if format == "pdf":
        return plain("".join(pages(made)))
    if format == "xlsx":
        cells = [cell for rows in sheets(made).values() for row in rows for cell in row]
        return plain(" ".join(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells))
    document = paper(made)
    cells = [cell.text for table in document.tables for cell in table._cells]
    return plain(" ".join([*(one.text for one in document.paragraphs), *cells]))


def body(rows: list[list], first: str) -> list[dict]:
    """The rows of a sheet below its head, which begins with `first`."""
    top = next(place for place, row in enumerate(rows) if row and row[0] == first)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :] if any(cell != "" for cell in row)]


@pytest.fixture
def counts(published):
    """By division and indicator: cases met, all cases, target; of those judged over twelve months, all of these."""
    rows = [*published(RESULTS, MONTH, COUNTY), *published(WINDOW, MONTH, MONTH)]
    return {tuple(row[:2]): row[2:] for row in rows}


class TestTheFigures:
    def test_of_the_docx_are_the_published_ranking(self, written, published):
        table = paper(written("docx")).tables[0]
        shown = [[cell.text for cell in row.cells][:3] for row in table.rows[1:]]
        ranked = published(RANKING, MONTH, COUNTY)
        assert shown == [[str(rank), name, points(score)] for rank, name, score, _ in ranked]
        assert len(shown) == 16

    def test_of_the_docx_are_the_published_results(self, written, published, counts):
        ranked = [code for *_, code in published(RANKING, MONTH, COUNTY)]
        codes = [code for (code,) in published("select indicator_code from dim_indicator order by position")]
        rows = paper(written("docx")).tables[2].rows[1:]
        assert len(rows) == len(codes)
        for code, row in zip(codes, rows, strict=True):
            for division, cell in zip(ranked, [cell.text for cell in row.cells][1:], strict=True):
                numerator, denominator, target = counts.get((division, code), (0, 0, None))
                shown = percent(numerator, denominator, target) if denominator else "–"
                assert re.sub(r"^[^\d–]+|\)$", "", cell) == shown, (division, code, cell)

    def test_of_the_pdf_are_the_published_ranking(self, written, published):
        text = text_of(written("pdf"), "pdf")
        for rank, name, score, _ in published(RANKING, MONTH, COUNTY):
            assert f"{rank}{name}{points(score)}" in text

    def test_of_the_xlsx_are_the_published_results(self, written, published, counts):
        rows = body(sheets(written("xlsx"))["全部结果"], "单位")
        shown = {(row["区划代码"], row["指标代码"]): (row["办好"], row["应办"]) for row in rows}
        assert shown == {tuple(row[:2]): counts[tuple(row[:2])][:2] for row in published(RESULTS, MONTH, COUNTY)}
        for row in rows:
            if row["应办"]:
                target = row["目标"] if row["目标"] != "" else None
                assert Fraction(percent(int(row["办好"]), int(row["应办"]), target)) == Fraction(
                    f"{100 * row['结果']:.9f}"
                ), row

    def test_of_the_xlsx_are_the_published_ranking(self, written, published):
        rows = body(sheets(written("xlsx"))["排名"], "名次")
        shown = [[int(row["名次"]), row["单位"], Fraction(str(row["得分"])), row["区划代码"]] for row in rows]
        assert shown == [
            [rank, name, Fraction(points(score)), code] for rank, name, score, code in published(RANKING, MONTH, COUNTY)
        ]

    def test_of_the_xlsx_add_up_to_what_the_score_lacks(self, written):
        rows = body(sheets(written("xlsx"))["失分构成"], "单位")
        assert len(rows) == 16
        for row in rows:
            assert abs(row["信息"] + row["协查"] + row["服务"] + row["得分"] - 100) < 1e-5

    @pytest.mark.parametrize("format", FORMATS)
    def test_say_the_same_average_and_slow_progress(self, written, published, format):
        (mean,) = published("select avg(score) from fct_ranking where period_kind = 'month' and period_start = ? "
                            "and parent_code = ?", MONTH, COUNTY)[0]  # fmt: skip
        text = text_of(written(format), format)
        assert f"平均{points(mean)}分" in text
        entries = published(SLOW, MONTH)
        assert entries
        assert f"共{len(entries)}项次" in text
        for division, indicator in entries:
            assert f"{division}{indicator}" in text


class TestTheForm:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_headings_of_the_docx_are_styles(self, written, language):
        styles = [one.style.name for one in paper(written("docx", language)).paragraphs]
        assert styles.count("Title") == 1
        assert styles.count("Heading 1") == 5 + 6

    def test_head_rows_of_the_docx_repeat_and_rows_stay_whole(self, written):
        for table in paper(written("docx")).tables:
            heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
            assert heads == [True] + [False] * (len(table.rows) - 1)
            assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_pictures_of_the_docx_are_described(self, written, language):
        shapes = paper(written("docx", language)).inline_shapes
        assert len(shapes) == 2
        assert all(len(shape._inline.docPr.get("descr")) > 100 for shape in shapes)

    def test_pictures_of_the_pdf_are_described(self, written):
        assert written("pdf").count(b"/Alt") == 2

    def test_the_docx_is_set_as_official_documents_are(self, written):
        document = paper(written("docx"))
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert round(section.page_width.mm - section.left_margin.mm - section.right_margin.mm) == 156
        assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
        fonts = {name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in
                 ("Bulletin Text", "Heading 1", "Heading 2", "Title")}  # fmt: skip
        assert fonts == {"Bulletin Text": "仿宋", "Heading 1": "黑体", "Heading 2": "楷体", "Title": "方正小标宋简体"}
        assert document.styles["Bulletin Text"].font.size.pt == 16
        with zipfile.ZipFile(io.BytesIO(written("docx"))) as package:
            assert package.read("word/fontTable.xml").count(b"w:altName") >= 4
            assert b'w:instr="PAGE"' in package.read("word/footer1.xml")

    def test_the_xlsx_has_native_charts_over_its_own_cells(self, written):
        with zipfile.ZipFile(io.BytesIO(written("xlsx"))) as package:
            charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
            drawings = "".join(package.read(name).decode() for name in package.namelist() if "drawings/drawing" in name)
        assert len(charts) == 2
        assert all("<c:f>" in chart for chart in charts)
        assert drawings.count("descr=") == 2

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_pdf_carries_its_fonts(self, written, language):
        reader = pypdf.PdfReader(io.BytesIO(written("pdf", language)))
        fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
        assert fonts
        for font in fonts:
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert re.match(r"/[A-Z]{6}\+", font["/BaseFont"])
            assert "/ToUnicode" in font

    def test_the_pdf_has_its_contents_and_language(self, written):
        reader = pypdf.PdfReader(io.BytesIO(written("pdf")))
        assert "一、总体情况" in str(reader.outline)
        assert reader.root_object["/Lang"] == "zh-CN"
        assert "双百" in reader.metadata.title

    def test_heads_of_tables_repeat_on_the_pages_of_the_pdf(self, written):
        with_table = [plain(page) for page in pages(written("pdf")) if "最近一月" in plain(page) and "乡" in page]
        assert all("未达标月份" in page for page in with_table if "附件4" in page)


class TestTheMarks:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("format", FORMATS)
    def test_synthetic_figures_are_marked_in_the_title_and_on_every_page(self, written, format, language):
        mark = {"zh": "演示数据", "en": "Demonstration"}[language]
        made = written(format, language)
        if format == "pdf":
            assert all(plain(mark) in plain(page) for page in pages(made))
            assert mark in pypdf.PdfReader(io.BytesIO(made)).metadata.title
        elif format == "docx":
            section = paper(made).sections[0]
            assert mark in section.header.paragraphs[0].text
            assert mark in section.even_page_header.paragraphs[0].text
            assert all(one.header.is_linked_to_previous for one in list(paper(made).sections)[1:])
            assert mark in next(one.text for one in paper(made).paragraphs if one.style.name == "Title")
        else:
            assert all(mark in str(rows[0][0]) for rows in sheets(made).values())

    @pytest.mark.parametrize("format", FORMATS)
    def test_real_figures_are_not_called_synthetic(self, home, edition_path, tmp_path, format):
        import shutil

        import duckdb

        copy = tmp_path / "real.duckdb"
        shutil.copy(edition_path, copy)
        with duckdb.connect(str(copy)) as database:
            database.execute("update fct_batch set is_synthetic = false")
        made = bulletin.write(copy, "zh", "month", MONTH, COUNTY, format, Letterhead())
        assert "演示" not in text_of(made, format)
        assert "合成数据" not in text_of(made, format)

    @pytest.mark.parametrize("format", FORMATS)
    def test_provisional_figures_are_marked(self, written, format):
        text = text_of(written(format, start=PROVISIONAL), format)
        assert "暂定）" in text
        assert "待数据到齐后以新发布的版本为准" in text
        assert "没有暂定的结果" not in text
        assert "没有暂定的结果" in text_of(written(format), format)

    def test_provisional_cells_are_dashed(self, written):
        papers = [paper(written("docx", start=start)) for start in (MONTH, PROVISIONAL)]
        closed, provisional = (one.element.xml.count('w:val="dashed"') for one in papers)
        assert closed == 0
        assert provisional > 100

    @pytest.mark.parametrize("format", FORMATS)
    def test_the_edition_is_named(self, written, published, format):
        (edition_id,) = published("select edition_id from edition")[0]
        assert edition_id in text_of(written(format), format)


class TestEveryDocument:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(("kind", "start"), [("quarter", dt.date(2026, 7, 1)), ("year_to_date", MONTH)])
    @pytest.mark.parametrize("format", FORMATS)
    def test_is_made_for_every_kind_of_period(self, written, format, kind, start, language):
        text = text_of(written(format, language, kind, start), format)
        period = {
            ("quarter", "zh"): "2026年第3季度",
            ("quarter", "en"): "Q32026",
            ("year_to_date", "zh"): "2026年1月至10月",
            ("year_to_date", "en"): "JanuarytoOctober2026",
        }
        assert period[kind, language] in text

    @pytest.mark.parametrize("format", FORMATS)
    def test_is_the_same_bytes_for_the_same_edition(self, written, edition_path, format):
        assert bulletin.write(edition_path, "zh", "month", MONTH, COUNTY, format, Letterhead()) == written(format)

    @pytest.mark.parametrize("format", FORMATS)
    def test_holds_no_case_no_file_and_no_identity(self, written, published, format):
        text = text_of(written(format), format)
        cases = {case for (case,) in published("select case_ref from fct_missed_case where period_start = ?", MONTH)}
        assert cases
        assert not [case for case in cases if case in text]
        for (code,) in published("select division_code from fct_ranking where parent_code = ?", COUNTY):
            text = text.replace(code, "·")  # In the workbook figures follow it without a gap.
        assert not re.search(r"\d{15}[\dXx]|gpl_resident__|\b1[3-9]\d{9}\b", text)

    @pytest.mark.parametrize("format", FORMATS)
    def test_speaks_one_language_without_a_tools_words(self, written, format):
        text = text_of(written(format), format)
        assert not re.search(r"\bNone\b|\bnan\b|null|Traceback|\{\w+\}|run_id", text)

    @pytest.mark.parametrize("format", FORMATS)
    def test_bears_what_the_office_puts_on_it(self, edition_path, format):
        head = Letterhead(
            "某县双百工作办公室",
            "某双百办〔2026〕7号",
            "各乡镇人民政府，县直有关部门：",
            "县委办公室",
            "某县双百工作办公室",
            "某县印发室",
            dt.date(2026, 11, 20),
            "某县报送办公室",
            dt.date(2026, 12, 10),
        )
        text = text_of(bulletin.write(edition_path, "zh", "month", MONTH, COUNTY, format, head), format)
        assert "某双百办〔2026〕7号" in text
        assert "各乡镇人民政府，县直有关部门：" in text
        assert "某县双百工作办公室" in text
        assert "请于2026年12月10日前报某县报送办公室。" in text
        if format != "xlsx":
            assert text.index("抄送：县委办公室") < text.index("某县印发室") < text.index("2026年11月20日印发")

    def test_ends_with_who_issued_it(self, edition_path):
        head = Letterhead(copies="县委办公室", printed_by="某县印发室", printed_on=dt.date(2026, 11, 20))
        made = {
            form: bulletin.write(edition_path, "zh", "month", MONTH, COUNTY, form, head) for form in ("docx", "pdf")
        }
        last = [one.text for one in paper(made["docx"]).paragraphs][-2:]
        assert last == ["抄送：县委办公室", "某县印发室\t2026年11月20日印发"]
        *before, end = pages(made["pdf"])
        assert "2026年11月20日印发" in plain(end)
        assert not any("印发室" in plain(page) for page in before)


class TestWhatCannotBeMade:
    @pytest.mark.parametrize(
        ("change", "key"),
        [
            ({"format": "odt"}, "error.unknown_format"),
            ({"kind": "week"}, "error.unknown_kind"),
            ({"start": dt.date(2020, 1, 1)}, "error.no_period"),
            ({"edition_path": "nowhere.duckdb"}, "error.unreadable_edition"),
        ],
    )
    def test_is_said_in_both_languages(self, edition_path, change, key):
        asked = {"edition_path": edition_path, "language": "zh", "kind": "month", "start": MONTH, "parent_code": COUNTY,
                 "format": "xlsx"}  # fmt: skip
        with pytest.raises(DocumentError) as raised:
            bulletin.write(**asked | change)
        assert raised.value.key == key
        zh, en = raised.value.said("zh"), raised.value.said("en")
        assert str(raised.value) == f"{zh}\n{en}"
        assert "{" not in zh + en

    @pytest.mark.parametrize("format", ["docx", "pdf"])
    def test_without_a_font_there_are_no_boxes(self, edition_path, tmp_path, monkeypatch, format):
        monkeypatch.setenv("SHUANGBAI_FONTS", str(tmp_path))
        with pytest.raises(DocumentError) as raised:
            bulletin.write(edition_path, "zh", "month", MONTH, COUNTY, format)
        assert raised.value.key == "error.no_font"
        assert "make fonts" in str(raised.value)

    def test_the_workbook_needs_no_font(self, edition_path, tmp_path, monkeypatch):
        monkeypatch.setenv("SHUANGBAI_FONTS", str(tmp_path))
        assert bulletin.write(edition_path, "zh", "month", MONTH, COUNTY, "xlsx").startswith(b"PK")
