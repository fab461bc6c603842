"""The document as .pdf with its fonts inside, in the form of the .docx: same sizes, margins and order.

Only the glyphs used are embedded; every text can be taken out again. Without a font that has every character there is
no file (DocumentError), never a box.
"""

from __future__ import annotations

import datetime as dt
import io

from dashboards.documents import fonts
from dashboards.documents.document import Block, Document, Heading, Paragraph, Picture, Table
from dashboards.documents.pdf_sheet import Sheet
from dashboards.documents.pdf_table import add_table

SMALL, IMPRINT, BODY, TITLE, ISSUER = 10.5, 14, 16, 22, 30
GRID, SMALL_GRID = 28, 16


def write(document: Document, created: dt.datetime) -> bytes:
    """The bytes of the file. `created`: when the edition was published, the document's own date."""
    characters = document.characters() | set("—–0123456789")
    sheet = Sheet(document, fonts.face("text", characters), fonts.face("heading", characters))
    sheet.set_creation_date(created.replace(microsecond=0, tzinfo=dt.UTC))
    sheet.set_title(document.full_title)
    sheet.set_author(document.issuer)
    sheet.set_subject(document.edition)
    sheet.set_lang({"zh": "zh-CN", "en": "en-GB"}[document.language])
    sheet.turn(is_wide=False)
    _opening(sheet, document)
    for block in document.blocks:
        _add(sheet, block)
    _closing(sheet, document)
    for annex in document.annexes:
        sheet.turn(annex.is_wide)
        sheet.start_section(f"{annex.label} {annex.title}", 0)
        sheet.write_text(annex.label, BODY, GRID, role="heading")
        sheet.write_text(annex.title, BODY, GRID, role="heading", align="C")
        for block in annex.blocks:
            _add(sheet, block)
    _imprint(sheet, document)
    return bytes(sheet.output())


def _opening(sheet: Sheet, document: Document) -> None:
    """版头: issuer and number above a red line; title and addressee below it."""
    if document.issuer:
        sheet.write_text(document.issuer, ISSUER, ISSUER * 1.4, role="heading", align="C", is_red=True)
        sheet.down(20)
    sheet.write_text(document.number, BODY, GRID, align="C")
    sheet.red_line()
    sheet.down(GRID)
    sheet.start_section(document.title, 0)
    for line in [*document.title_lines, *([document.marks] if document.marks else [])]:
        sheet.write_text(line, TITLE, 34, role="heading", align="C")
    if document.mark:
        sheet.write_text(document.mark, SMALL, SMALL_GRID, role="heading", align="C", is_red=True)
    sheet.down(18)
    sheet.write_text(document.addressee, BODY, GRID)


def _closing(sheet: Sheet, document: Document) -> None:
    sheet.down(14)
    # Who signs does not do so on a page of its own.
    sheet.keep((len(document.annex_list) + len(document.signature) + 2) * GRID)
    for line in document.annex_list:
        sheet.write_text(line, BODY, GRID, indent=2)
    sheet.down(GRID)
    for line in document.signature:
        sheet.write_text(line, BODY, GRID, align="R")
    sheet.down(12)
    sheet.write_text(document.edition, SMALL, SMALL_GRID)


def _imprint(sheet: Sheet, document: Document) -> None:
    """版记, at the foot of the last page: a line above and below each of its lines, the day at the right."""
    lines = document.imprint.lines
    if not lines:
        return
    height = len(lines) * GRID
    sheet.keep(height + GRID)
    sheet.set_y(sheet.h - sheet.b_margin - height)
    sheet.rule()
    for left, right in lines:
        top = sheet.get_y()
        sheet.write_text(left, IMPRINT, GRID)
        sheet.set_y(top)
        sheet.write_text(right, IMPRINT, GRID, align="R")
        sheet.set_y(top + GRID)
        sheet.rule()


def _add(sheet: Sheet, block: Block) -> None:
    match block:
        case Heading():
            sheet.down(6 if block.level == 1 else 0)
            # A heading never stands alone at the foot, nor above a second one without its text.
            sheet.keep(GRID * (5 if block.level == 1 else 3))
            sheet.start_section(block.text, block.level, strict=False)
            role = "heading" if block.level == 1 else "text"
            sheet.write_text(block.text, BODY, GRID, role=role, indent=2)
        case Paragraph() if block.is_note:
            sheet.down(4)
            sheet.write_text(block.text, SMALL, SMALL_GRID)
            sheet.down(4)
        case Paragraph():
            if block.lead:
                sheet.keep(GRID * 2)
                sheet.write_text(block.lead, BODY, GRID, role="heading", indent=2)
            sheet.write_text(block.text, BODY, GRID, indent=2, is_justified=sheet.language == "zh")
        case Table():
            sheet.keep(SMALL_GRID * 4)
            sheet.down(6)
            sheet.write_text(block.caption, SMALL, SMALL_GRID, role="heading", align="C")
            sheet.down(2)
            add_table(sheet, block)
        case Picture():
            _add_picture(sheet, block)


def _add_picture(sheet: Sheet, picture: Picture) -> None:
    """Centred, never taller than a page, with its words for who cannot see it, and its caption below."""
    width, most = sheet.epw, sheet.eph - 3 * GRID
    height = min(width * picture.height / picture.width, most)
    width = height * picture.width / picture.height
    sheet.down(8)
    sheet.keep(height + SMALL_GRID * 2)
    x = sheet.l_margin + (sheet.epw - width) / 2
    sheet.image(io.BytesIO(picture.png), x, sheet.get_y(), width, height, alt_text=picture.alt, title=picture.caption)
    sheet.set_y(sheet.get_y() + height + 2)
    sheet.write_text(picture.caption, SMALL, SMALL_GRID, role="heading", align="C")
    sheet.down(8)
