"""What a document is made of before it is set: headings, paragraphs, tables, pictures. No word and no figure here.

A writer sets each part in its own way; none adds to what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboards.documents import line_breaking

TITLE_BREADTH = 20


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """`lead` is a short bold opening; `is_note` sets it small."""

    text: str
    lead: str = ""
    is_note: bool = False


@dataclass(frozen=True)
class Cell:
    """`state` is the class of colour of `components.marks`, or a tier; `is_provisional` draws a dashed outline."""

    text: str
    state: str = ""
    is_provisional: bool = False


@dataclass(frozen=True)
class Column:
    """`width` is relative to the other columns'; `align` is L, C or R."""

    heading: str
    width: float
    align: str = "L"


@dataclass(frozen=True)
class Table:
    """`is_dense` sets it small: many columns, or many rows."""

    caption: str
    columns: list[Column]
    rows: list[list[Cell]]
    is_dense: bool = False


@dataclass(frozen=True)
class Picture:
    """A figure drawn once for every writer: `png` bytes, and `alt`, the figure in words."""

    caption: str
    alt: str
    png: bytes = field(repr=False)
    width: int
    height: int


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Annex:
    """`label` (Annex 1) and `title`; `is_wide` turns the sheet."""

    label: str
    title: str
    blocks: list[Block]
    is_wide: bool = False


@dataclass(frozen=True)
class Imprint:
    """版记, the last of a document: who gets copies; who issued it, and when. Each may be blank."""

    copies: str = ""
    office: str = ""
    day: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What stands at the left and at the right of each of its lines."""
        lines = [(self.copies, ""), (self.office, self.day)]
        return [line for line in lines if any(line)]


@dataclass(frozen=True)
class Document:
    """`mark` is repeated at the head of every page (empty if the figures are real)."""

    language: str
    title: str
    marks: str
    mark: str
    issuer: str
    number: str
    addressee: str
    blocks: list[Block]
    annex_list: list[str]
    signature: list[str]
    imprint: Imprint
    annexes: list[Annex]
    edition: str

    @property
    def title_lines(self) -> list[str]:
        """The title in lines of about the same length, each short enough for its size (二号: 20 characters)."""
        total = _breadth(self.title)
        least = total / -(-total // TITLE_BREADTH)
        # The shortest that leaves quoted words whole; at worst one line, which a writer breaks itself.
        widths = (least + more / 2 for more in range(3, 2 * TITLE_BREADTH))
        tries = (list(line_breaking.lines(self.title, width, _breadth, 0)) for width in widths)
        return next((lines for lines in tries if all(_is_whole(line) for line in lines)), [self.title])

    @property
    def full_title(self) -> str:
        return f"{self.title}{self.marks}" if self.language == "zh" else f"{self.title} {self.marks}".strip()

    def characters(self) -> set[str]:
        """Every character that a font must have."""
        texts = [self.title, self.marks, self.mark, self.issuer, self.number, self.addressee, self.edition]
        texts += [*self.annex_list, *self.signature, *(text for line in self.imprint.lines for text in line)]
        for annex in self.annexes:
            texts += [annex.label, annex.title]
        for block in [*self.blocks, *(block for annex in self.annexes for block in annex.blocks)]:
            match block:
                case Heading():
                    texts.append(block.text)
                case Paragraph():
                    texts += [block.text, block.lead]
                case Picture():
                    texts.append(block.caption)
                case Table():
                    texts += [block.caption, *(column.heading for column in block.columns)]
                    texts += [cell.text for row in block.rows for cell in row]
        return {one for text in texts for one in text if not one.isspace()}


def _is_whole(line: str) -> bool:
    return line.count("“") == line.count("”") and _breadth(line) <= TITLE_BREADTH + 1


def _breadth(text: str) -> float:
    """In Chinese characters; two Latin letters or figures are as broad as one."""
    return sum(1 if line_breaking.is_chinese(one) else 0.5 for one in text)
