"""The styles of the .docx: which font, size, indent and spacing each kind of paragraph has. No text is added here."""

from __future__ import annotations

from typing import Any

from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

TEXT, NOTE, MARK, PAGE = "Bulletin Text", "Bulletin Note", "Bulletin Mark", "Bulletin Page"
ISSUER, NUMBER, ADDRESSEE = "Bulletin Issuer", "Bulletin Number", "Bulletin Addressee"
ANNEX, ANNEX_LIST, SIGNATURE = "Bulletin Annex", "Bulletin Annex List", "Bulletin Signature"
PICTURE, TABLE, IMPRINT = "Bulletin Picture", "Bulletin Table", "Bulletin Imprint"
FANGSONG, HEI, KAI, TITLE_SONG = "仿宋", "黑体", "楷体", "方正小标宋简体"
LATIN = "Times New Roman"
# What stands in where a font is not installed: a heavy face for a heading, so that it stays one.
STAND_INS = {FANGSONG: "仿宋_GB2312", HEI: "SimHei", KAI: "楷体_GB2312", TITLE_SONG: "黑体"}
# What follows the borders in a paragraph's properties, by the schema.
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr")
LEFT, CENTER, RIGHT, JUSTIFY = (
    getattr(WD_ALIGN_PARAGRAPH, side) for side in ("LEFT", "CENTER", "RIGHT", "JUSTIFY")
)  # fmt: skip
RED, QUIET = RGBColor(0xC0, 0x10, 0x10), RGBColor(0x5C, 0x62, 0x6B)

# Style: font, size in points (三号 16, 二号 22, 四号 14), alignment, indent of the first line in characters, exact
# line in points (0: as the font asks), space before and after.
STYLES = {
    TEXT: (FANGSONG, 16, JUSTIFY, 2, 28, 0, 0),
    NOTE: (FANGSONG, 10.5, LEFT, 0, 16, 6, 6),
    MARK: (HEI, 10.5, CENTER, 0, 0, 0, 0),
    PAGE: (FANGSONG, 14, RIGHT, 0, 0, 0, 0),
    ISSUER: (TITLE_SONG, 30, CENTER, 0, 0, 0, 28),
    NUMBER: (FANGSONG, 16, CENTER, 0, 28, 0, 4),
    ADDRESSEE: (FANGSONG, 16, LEFT, 0, 28, 20, 0),
    ANNEX: (HEI, 16, LEFT, 0, 28, 0, 0),
    ANNEX_LIST: (FANGSONG, 16, LEFT, 2, 28, 0, 0),
    SIGNATURE: (FANGSONG, 16, RIGHT, 0, 28, 20, 0),
    PICTURE: (FANGSONG, 10.5, CENTER, 0, 0, 10, 0),
    TABLE: (FANGSONG, 10, LEFT, 0, 0, 0, 0),
    IMPRINT: (FANGSONG, 14, LEFT, 0, 28, 0, 0),
    "Title": (TITLE_SONG, 22, CENTER, 0, 34, 28, 0),
    "Heading 1": (HEI, 16, LEFT, 2, 28, 6, 0),
    "Heading 2": (KAI, 16, LEFT, 2, 28, 0, 0),
    "Caption": (HEI, 10.5, CENTER, 0, 0, 6, 4),
}
INK = {ISSUER: RED, MARK: RED, NOTE: QUIET}
KEPT_WITH_NEXT = {"Heading 1", "Heading 2", "Caption", PICTURE, ANNEX, ANNEX_LIST, SIGNATURE, "Title"}


def apply(paper: Paper, language: str) -> None:
    """Every style of `STYLES` in `paper`, and the names of the fonts that stand in."""
    for name, (font, size, alignment, indent, line, before, after) in STYLES.items():
        known = name in {style.name for style in paper.styles}
        style = paper.styles[name] if known else paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.quick_style = True
        _set_font(style, font, language)
        style.font.size, style.font.bold, style.font.italic = Pt(size), language == "en" and font == HEI, False
        style.font.color.rgb = INK.get(name, RGBColor(0, 0, 0))
        shape = style.paragraph_format
        # A long Latin word would tear a justified line apart.
        is_ragged = language == "en" and alignment == JUSTIFY
        shape.alignment, shape.first_line_indent = LEFT if is_ragged else alignment, Pt(size * indent)
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        shape.keep_with_next, shape.widow_control = name in KEPT_WITH_NEXT, True
        if line:
            # English sits on the same grid, but a long Latin line of 16 points needs no more than that.
            shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        else:
            shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
        borders = style.element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}")
        if borders is not None:
            borders.getparent().remove(borders)
    _name_stand_ins(paper)


def _set_font(style: Any, font: str, language: str) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [*fonts.attrib]:
        del fonts.attrib[name]
    for role in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{role}"), LATIN)
    fonts.set(qn("w:eastAsia"), font)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(spoken)


def _name_stand_ins(paper: Paper) -> None:
    """In the font table: what to take for a font that the reader's machine has not got."""
    for relation in paper.part.rels.values():
        if not relation.reltype.endswith("/fontTable"):
            continue
        part = relation.target_part
        table = XmlPart.load(part.partname, part.content_type, part.blob, part.package)
        for name, other in STAND_INS.items():
            entry, stand_in = OxmlElement("w:font"), OxmlElement("w:altName")
            entry.set(qn("w:name"), name)
            stand_in.set(qn("w:val"), other)
            entry.append(stand_in)
            table.element.append(entry)
        relation._target = table
