"""A table of the .docx: its head repeats on every page, no row breaks, state is tint beside the glyph in the text."""

from __future__ import annotations

from typing import Any

from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from dashboards.documents import docx_styles as styles
from dashboards.documents.document import Cell, Table
from dashboards.documents.tints import FILLS, INKS

ALIGNMENTS = {"L": WD_ALIGN_PARAGRAPH.LEFT, "C": WD_ALIGN_PARAGRAPH.CENTER, "R": WD_ALIGN_PARAGRAPH.RIGHT}
LINE, DASHED = ("single", "4", "9AA0A8"), ("dashed", "8", "5C626B")


def add_table(paper: Paper, table: Table, width: int) -> None:
    """`table` at the end of `paper`, `width` (EMU) wide."""
    made = paper.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    # In the order that the schema asks for.
    properties = made._tbl.tblPr
    lines = _borders("w:tblBorders", {"top": LINE, "bottom": LINE, "insideH": LINE})
    properties.find(qn("w:tblLayout")).addprevious(lines)
    if table.is_dense:
        properties.find(qn("w:tblLook")).addprevious(_margins())
    total = sum(column.width for column in table.columns)
    widths = [int(width * column.width / total) for column in table.columns]
    for column, one in zip(made.columns, widths, strict=True):
        column.width = Emu(one)
    size = Pt(8.5) if table.is_dense else None
    heads = [Cell(column.heading) for column in table.columns]
    # Straight from the XML: asking python-docx for each cell walks the whole table every time.
    for place, (row, cells) in enumerate(zip(made._tbl.tr_lst, [heads, *table.rows], strict=True)):
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not place:
            properties.append(OxmlElement("w:tblHeader"))
        for box, cell, column, one in zip(row.tc_lst, cells, table.columns, widths, strict=True):
            box.width = Emu(one)
            _fill(paper, box, cell, column.align, size, is_head=not place)


def _fill(paper: Paper, box: Any, cell: Cell, align: str, size: Pt | None, is_head: bool) -> None:
    paragraph = Paragraph(box.p_lst[0], paper)
    paragraph.style = paper.styles[styles.TABLE]
    paragraph.alignment = ALIGNMENTS[align]
    run = paragraph.add_run(cell.text)
    run.bold = is_head or None
    run.font.size = size
    properties = box.get_or_add_tcPr()
    if cell.is_provisional:
        properties.append(_borders("w:tcBorders", dict.fromkeys(("top", "left", "bottom", "right"), DASHED)))
    if cell.state in FILLS:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", FILLS[cell.state])):
            shade.set(qn(f"w:{name}"), value)
        properties.append(shade)
        if cell.state in INKS:
            run.font.color.rgb = styles.RGBColor.from_string(INKS[cell.state])
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)


def _margins() -> Any:
    """Hardly any room beside the text of a dense table: a rate must not break."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        room = OxmlElement(f"w:{side}")
        room.set(qn("w:w"), "30")
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    return margins


def _borders(name: str, sides: dict[str, tuple[str, str, str]]) -> Any:
    borders = OxmlElement(name)
    for side, (kind, thickness, colour) in sides.items():
        line = OxmlElement(f"w:{side}")
        for attribute, value in (("val", kind), ("sz", thickness), ("space", "0"), ("color", colour)):
            line.set(qn(f"w:{attribute}"), value)
        borders.append(line)
    return borders
