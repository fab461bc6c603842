"""The document as .docx, set as an official Chinese document is (GB/T 9704): 版心, 字体, 字号, 标题层次, 页码.

Fonts are named, not embedded: 仿宋, 黑体, 楷体 and 方正小标宋 where the reader's machine has them, with what stands in
for them named too. The bytes depend on the document and the edition's date only.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import docx
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from dashboards.documents import docx_styles as styles
from dashboards.documents.document import Block, Document, Heading, Paragraph, Picture, Table
from dashboards.documents.docx_table import add_table

A4 = (Mm(210), Mm(297))
# Upper, right, lower, left margin of the sheet: 版心 156 x 225 mm.
MARGINS = (Mm(37), Mm(26), Mm(35), Mm(28))
WIDE_MARGINS = (Mm(26), Mm(20), Mm(22), Mm(20))
RED, BLACK = RGBColor(0xC0, 0x10, 0x10), RGBColor(0, 0, 0)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(document: Document, created: dt.datetime) -> bytes:
    """The bytes of the file. `created`: when the edition was published, the document's own date."""
    paper = docx.Document()
    styles.apply(paper, document.language)
    paper.settings.odd_and_even_pages_header_footer = True
    _sheet(paper, MARGINS, is_wide=False)
    _head_and_foot(paper, document)
    _opening(paper, document)
    for block in document.blocks:
        _add(paper, block)
    _closing(paper, document)
    is_wide = False
    for annex in document.annexes:
        turns = annex.is_wide != is_wide
        if turns:
            paper.add_section(WD_SECTION.NEW_PAGE)
            _sheet(paper, WIDE_MARGINS if annex.is_wide else MARGINS, annex.is_wide)
            is_wide = annex.is_wide
        label = paper.add_paragraph(annex.label, styles.ANNEX)
        label.paragraph_format.page_break_before = not turns
        paper.add_paragraph(annex.title, "Heading 1").alignment = WD_ALIGN_PARAGRAPH.CENTER
        for block in annex.blocks:
            _add(paper, block)
    _imprint(paper, document)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = document.full_title, document.issuer, ""
    properties.subject, properties.last_modified_by = document.edition, ""
    properties.language = {"zh": "zh-CN", "en": "en-GB"}[document.language]
    properties.created = properties.modified = created.replace(microsecond=0, tzinfo=None)
    return _saved(paper)


def _opening(paper: Paper, document: Document) -> None:
    """版头: issuer and number above a red line; title and addressee below it."""
    if document.issuer:
        paper.add_paragraph(document.issuer, styles.ISSUER)
    number = paper.add_paragraph(document.number, styles.NUMBER)
    _lines(number, "bottom", colour=RED)
    title = paper.add_paragraph(style="Title")
    for place, line in enumerate([*document.title_lines, *([document.marks] if document.marks else [])]):
        if place:
            title.add_run().add_break()
        title.add_run(line)
    if document.mark:
        paper.add_paragraph(document.mark, styles.MARK)
    paper.add_paragraph(document.addressee, styles.ADDRESSEE)


def _closing(paper: Paper, document: Document) -> None:
    for place, line in enumerate(document.annex_list):
        text = paper.add_paragraph(line, styles.ANNEX_LIST)
        text.paragraph_format.space_before = Pt(0 if place else 14)
    for line in document.signature:
        paper.add_paragraph(line, styles.SIGNATURE)
    paper.add_paragraph(document.edition, styles.NOTE)


def _imprint(paper: Paper, document: Document) -> None:
    """版记, behind everything else: a line above and below each of its lines, the day at the right."""
    for place, (left, right) in enumerate(document.imprint.lines):
        paragraph = paper.add_paragraph(style=styles.IMPRINT)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Emu(_text_width(paper)), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{left}\t{right}" if right else left)
        _lines(paragraph, *(("bottom",) if place else ("top", "bottom")))


def _add(paper: Paper, block: Block) -> None:
    match block:
        case Heading():
            paper.add_paragraph(block.text, f"Heading {block.level}")
        case Paragraph():
            paragraph = paper.add_paragraph(style=styles.NOTE if block.is_note else styles.TEXT)
            if block.lead:
                paragraph.add_run(block.lead).bold = True
                paragraph.add_run("　" if _is_chinese(block.lead) else "  ")
            paragraph.add_run(block.text)
        case Table():
            paper.add_paragraph(block.caption, "Caption")
            add_table(paper, block, _text_width(paper))
        case Picture():
            _add_picture(paper, block)


def _add_picture(paper: Paper, picture: Picture) -> None:
    """Centred, never taller than a page, with its words for who cannot see it, and its caption below."""
    paragraph = paper.add_paragraph(style=styles.PICTURE)
    width = _text_width(paper)
    height = int(width * picture.height / picture.width)
    most = Mm(195)
    if height > most:
        width, height = int(width * most / height), most
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), Emu(width), Emu(height))
    described = shape._inline.docPr
    described.set("descr", picture.alt)
    described.set("title", picture.caption)
    paper.add_paragraph(picture.caption, "Caption").paragraph_format.keep_with_next = False


def _sheet(paper: Paper, margins: tuple, is_wide: bool) -> None:
    section = paper.sections[-1]
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = A4[::-1] if is_wide else A4
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = margins
    section.footer_distance, section.header_distance = Mm(25 if not is_wide else 12), Mm(15)


def _text_width(paper: Paper) -> int:
    section = paper.sections[-1]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _head_and_foot(paper: Paper, document: Document) -> None:
    """The mark of synthetic data on every page; the page's number outside, right on odd and left on even pages."""
    section = paper.sections[0]
    sides = (
        (section.header, section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_header, section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    )
    for header, footer, side in sides:
        header.paragraphs[0].text = document.mark
        header.paragraphs[0].style = styles.MARK
        number = footer.paragraphs[0]
        number.style, number.alignment = styles.PAGE, side
        before, after = ("— ", " —") if document.language == "zh" else ("– ", " –")
        number.add_run(before)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        number._p.append(field)
        number.add_run(after)


def _lines(paragraph: Any, *sides: str, colour: RGBColor = BLACK) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", str(colour))):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *styles.AFTER_BORDERS)


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= one <= "\u9fff" for one in text)


def _saved(paper: Paper) -> bytes:
    """The package with one date for all its parts: saving twice gives the same bytes."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    paper.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = zipfile.ZipInfo(entry.filename, ZIP_EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(entry.filename))
    return fixed.getvalue()
