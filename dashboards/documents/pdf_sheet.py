"""A sheet of the .pdf: margins, page numbers, and text set in lines. What is written on it is not decided here."""

from __future__ import annotations

from itertools import zip_longest

from fpdf import FPDF

from dashboards.documents import line_breaking
from dashboards.documents.document import Document
from dashboards.documents.failures import CATALOGUE
from dashboards.documents.fonts import Face

MILLIMETRE = 72 / 25.4
# Upper, right, lower, left margin: 版心 156 x 225 mm; less of it where a table needs the width.
MARGINS = tuple(side * MILLIMETRE for side in (37, 26, 35, 28))
WIDE_MARGINS = tuple(side * MILLIMETRE for side in (22, 20, 20, 20))
RED, INK = (192, 16, 16), (0, 0, 0)
GAP = 0.16  # of the size: the thin space between Chinese and figures
STRETCH = 0.15  # of the size: the most that justifying adds between two characters


class Sheet(FPDF):
    """Lengths are points. `write_text` goes down the page and on to the next."""

    def __init__(self, document: Document, text: Face, heading: Face) -> None:
        super().__init__(unit="pt", format="A4")
        self.language, self._mark = document.language, document.mark
        for role, face in (("text", text), ("heading", heading)):
            self.add_font(role, fname=face.path, collection_font_number=face.index)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self._is_wide = False
        self._widths: dict[tuple[str, float, str], float] = {}

    def turn(self, is_wide: bool) -> None:
        """A new page, upright or wide."""
        self._is_wide = is_wide
        self.add_page(orientation="landscape" if is_wide else "portrait")

    def header(self) -> None:
        self._set_margins()
        if self._mark:
            self.set_y(15 * MILLIMETRE)
            self._set_line(self._mark, 10.5, 14, "heading", "C", RED)
        self.set_y(self.t_margin)

    def footer(self) -> None:
        """The number outside: right on odd pages, left on even ones."""
        self._set_margins()
        self.set_y(self.h - self.b_margin + 7 * MILLIMETRE)
        number = CATALOGUE("foot.page", self.language, page=self.page_no())
        self._set_line(number, 14, 16, "text", "R" if self.page_no() % 2 else "L", INK)

    def _set_margins(self) -> None:
        """Those of the page as it lies; fpdf writes a page's foot when the next one is already being made."""
        upper, right, lower, left = WIDE_MARGINS if self.w > self.h else MARGINS
        self.set_margins(left, upper, right)
        self.set_auto_page_break(False, lower)

    def down(self, points: float) -> None:
        self.set_y(self.get_y() + points)

    def keep(self, height: float) -> bool:
        """Goes to the next page if less than `height` is left on this one; whether it did."""
        if self.get_y() + height <= self.h - self.b_margin or self.get_y() <= self.t_margin:
            return False
        self.turn(self._is_wide)
        return True

    def write_text(
        self,
        text: str,
        size: float,
        grid: float,
        *,
        role: str = "text",
        align: str = "L",
        indent: float = 0,
        is_red: bool = False,
        is_justified: bool = False,
    ) -> None:
        """A paragraph on lines `grid` apart; `indent` of its first line in characters."""
        first = indent * size
        lines = self.broken(text, size, self.epw, role, first)
        for place, line in enumerate(lines):
            self.keep(grid)
            is_last = place == len(lines) - 1
            self._set_line(line, size, grid, role, align, RED if is_red else INK, 0 if place else first,
                       is_justified and not is_last)  # fmt: skip

    def broken(self, text: str, size: float, width: float, role: str = "text", indent: float = 0) -> list[str]:
        self.set_font(role, size=size)
        return list(line_breaking.lines(text, width, self.measured, size * GAP, indent))

    def put(self, line: str, x: float, y: float, size: float, grid: float, stretch: float = 0) -> None:
        """One line from `x` on in the font that is set, each script apart by a thin gap."""
        parts = line_breaking.runs(line)
        for part, following in zip_longest(parts, parts[1:], fillvalue=""):
            width = self.measured(part) + stretch * len(part)
            self.set_char_spacing(stretch)
            self.set_xy(x, y)
            self.cell(width, grid, part)
            self.set_char_spacing(0)
            x += width + (size * GAP if following and line_breaking.needs_gap(part, following) else 0)

    def text_width(self, line: str, size: float) -> float:
        return line_breaking.length(line, self.measured, size * GAP)

    def measured(self, text: str) -> float:
        """The width of `text` in the font that is set. Lines are tried over and over: each character is asked once."""
        width = 0.0
        for one in text:
            key = (self.font_family, self.font_size_pt, one)
            if key not in self._widths:
                self._widths[key] = self.get_string_width(one)
            width += self._widths[key]
        return width

    def rule(self) -> None:
        """A thin line across the text's width, where the sheet is."""
        self.set_draw_color(*INK)
        self.set_line_width(1)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def red_line(self) -> None:
        self.set_draw_color(*RED)
        self.set_line_width(1.5)
        self.line(self.l_margin, self.get_y() + 4, self.w - self.r_margin, self.get_y() + 4)
        self.down(6)

    def _set_line(
        self,
        line: str,
        size: float,
        grid: float,
        role: str,
        align: str,
        ink: tuple,
        indent: float = 0,
        is_justified: bool = False,
    ) -> None:
        self.set_font(role, size=size)
        self.set_text_color(*ink)
        y, width = self.get_y(), self.text_width(line, size)
        left = self.epw - indent - width
        x = self.l_margin + indent + {"L": 0, "C": left / 2, "R": left}[align]
        stretch = left / max(1, len(line) - 1) if is_justified else 0
        self.put(line, x, y, size, grid, stretch if 0 < stretch <= size * STRETCH else 0)
        self.set_xy(self.l_margin, y + grid)
