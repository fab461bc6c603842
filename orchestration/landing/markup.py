"""Reading tables written in tags: an `.ods`, and what web systems hand out as Excel, an HTML page or SpreadsheetML.

Here: tags to rows, as they come, so that a file is never held whole; what is said to be repeated is repeated row by
row, and counted. Not here: which of the tables is read (sheets.py), what a cell means. A merged cell has its text in
its first place, as in a workbook. The row number is the row of the sheet; in a page, of its table.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import partial
from itertools import chain
from pathlib import Path

import pyarrow as pa
from lxml import etree

from orchestration.contracts import Contract
from orchestration.landing.delimited import BLOCK_CHARACTERS, MAX_CHARACTERS, open_text
from orchestration.landing.encoding import encoding_of
from orchestration.landing.headers import HEADER_WITHIN_ROWS, MAX_COLUMNS, HeaderRow, require_columns
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import TextTable, batch_of_rows
from orchestration.landing.sheets import Sheet, choose
from orchestration.landing.unpacking import BLOCK_BYTES, DAMAGED, MAX_CELLS, MAX_UNPACKED
from orchestration.landing.workbook import CELLS_PER_BATCH, text

CHARACTERS_PER_BATCH = 1 << 24
# As browsers have it.
MAX_COLUMNS_SPANNED, MAX_ROWS_SPANNED = 1000, 65534
# A few tags can say as many places as they like.
MAX_MERGED = 1 << 22
# Rows that are not written but said to repeat one with text: somebody filled a column down to the end of the sheet.
MAX_REPEATED = 1 << 16
# Rows without text above the last one with some: as many as a sheet of Excel has.
MAX_BLANK = 1 << 20
Attributes = Mapping[str, str]
OFFICE, TABLE, TEXT, STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "style")
)
SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
EXCEL = "{urn:schemas-microsoft-com:office:excel}"
WORKSHEET, ROW, CELL, DATA, COMMENT, INDEX, TYPE = (
    f"{SHEET}{name}" for name in ("Worksheet", "Row", "Cell", "Data", "Comment", "Index", "Type")
)
VISIBLE, HIDDEN = f"{EXCEL}Visible", "Hidden"
TABLE_ROW, COLUMNS_REPEATED = f"{TABLE}table-row", f"{TABLE}number-columns-repeated"
CELLS = frozenset((f"{TABLE}table-cell", f"{TABLE}covered-table-cell"))
PARAGRAPH, VALUE_TYPE, STRING_VALUE = f"{TEXT}p", f"{OFFICE}value-type", f"{OFFICE}string-value"
UNREAD, PAGE_CELLS, BREAKS = frozenset(("script", "style")), frozenset(("td", "th")), frozenset(("br", "p", "div"))
# A line break that the page means, as against one of its source.
BREAK = "\v"
# Days of Excel that are times only.
BEFORE_DAYS = (datetime(1899, 12, 30), datetime(1900, 1, 1))
# What a browser shows of a number that Excel has in full, or of one that its column is too narrow for.
SHOWN_NUMBER = re.compile(r"[-+]?[\d,]+(\.\d*)?(E[-+]?\d+)?|#+", re.IGNORECASE)
TABLE_END, TABLE_TAGS = "</table", ("<table", "<tr", "<td", "<th", "</tr", "</td", "</th")
LONGEST_TAG = 8


@dataclass
class Made:
    """Places of all tables of a file that nobody wrote: those that merged cells cover or that are passed over because
    of them, and blank ones before a cell that says where it stands."""

    merged: int = 0
    padded: int = 0


@dataclass
class Table:
    """A table being read. `is_shown` is None as long as the file has not said it."""

    place: int
    name: str = ""
    is_shown: bool | None = True
    row: int = 0
    rows: int = 1
    column: int = 0
    cells: list[str] = field(default_factory=list)
    in_row: bool = False
    # The last row that a merged cell covers, by column.
    covered: dict[int, int] = field(default_factory=dict)
    made: Made = field(default_factory=Made)

    def begin_row(self, number: int, rows: int = 1) -> None:
        if number <= self.row:
            raise Refused("unreadable_file")
        self.row, self.rows, self.column, self.cells, self.in_row = number, rows, 0, [], True

    def to_column(self, column: int) -> None:
        if column < self.column:
            raise Refused("unreadable_file")
        self.column = column

    def put(self, cell: str, *, repeated: int = 1, columns: int = 1, rows: int = 1) -> None:
        """A cell in the next place that no other covers: one that is repeated, or one that is merged."""
        while self.covered and self.covered.get(self.column, 0) >= self.row:
            self.column += 1
            self.made.merged += 1
        width = repeated * columns
        if cell.strip():
            if self.column + width > MAX_COLUMNS:
                raise Refused("sheet_too_large", rows=self.row, columns=self.column + width)
            self.made.padded += self.column - len(self.cells)
            self.cells += [""] * (self.column - len(self.cells))
            self.cells += [cell] * repeated
        if rows > 1:
            last = self.row + rows - 1
            self.made.merged += columns
            self.covered.update((column, last) for column in range(self.column, self.column + columns))
        self.column += width
        if self.made.padded > MAX_CELLS or self.made.merged > MAX_MERGED or len(self.covered) > MAX_COLUMNS:
            raise Refused("sheet_too_large", rows=self.row, columns=self.column)


@dataclass(frozen=True)
class Row:
    """Rows of a table that are all alike: the number of the first, how many there are, and the cells up to the last
    with text. `table` is over if there are none."""

    table: Table
    number: int = 0
    rows: int = 0
    cells: tuple[str, ...] = ()


class Reader:
    """What a parser tells, as rows. `found` is emptied by whoever takes them."""

    def __init__(self) -> None:
        self.found: list[Row] = []
        self._tables: list[Table] = []
        self._made = Made()
        self._count = 0
        self._cell: list[str] | None = None
        self._characters = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """A document type is where entities are declared, and no program of an office writes one."""
        raise Refused("unreadable_file")

    def data(self, characters: str) -> None:
        if self._cell is not None:
            self._cell.append(characters)
            self._characters += len(characters)
            if self._characters > MAX_CHARACTERS:
                raise Refused("line_too_long", line=self._tables[-1].row, limit=MAX_CHARACTERS)

    def close(self) -> None:
        while self._tables:
            self._end_table()

    def _begin_table(self, name: str = "", is_shown: bool | None = True) -> None:
        self._count += 1
        self._tables.append(Table(self._count, name, is_shown, made=self._made))

    def _end_table(self) -> None:
        if self._tables:
            self._end_row()
            self.found.append(Row(self._tables.pop()))

    def _begin_cell(self) -> None:
        self._cell, self._characters = [], 0

    def _end_cell(self) -> str:
        cell = "".join(self._cell or ())
        self._cell = None
        return cell

    def _end_row(self) -> None:
        table = self._tables[-1]
        if table.in_row and table.cells:
            self.found.append(Row(table, table.row, table.rows, tuple(table.cells)))
        table.row += table.rows - 1 if table.in_row else 0
        table.rows, table.in_row = 1, False


class PageReader(Reader):
    """An HTML page. Tables may stand in cells of tables, and tags may be left out."""

    def __init__(self) -> None:
        super().__init__()
        self._outer: list[tuple[list[str] | None, Attributes]] = []
        self._attributes: Attributes = {}
        self._unread = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """A page has one."""

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in UNREAD:
            self._unread += 1
        elif tag == "table":
            self._outer.append((self._cell, self._attributes))
            self._cell = None
            self._begin_table()
        elif not self._tables:
            return
        elif tag in PAGE_CELLS:
            self._close_cell()
            if not self._tables[-1].in_row:
                self._tables[-1].begin_row(self._tables[-1].row + 1)
            self._attributes = dict(attributes)
            self._begin_cell()
        elif tag == "tr":
            self._close_row()
            self._tables[-1].begin_row(self._tables[-1].row + 1)
        elif tag in BREAKS and self._cell:
            self._cell.append(BREAK)

    def end(self, tag: str) -> None:
        if tag in UNREAD:
            self._unread -= 1
        elif not self._tables:
            return
        elif tag in PAGE_CELLS:
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table":
            self._close_row()
            self._end_table()
            self._cell, self._attributes = self._outer.pop()

    def data(self, characters: str) -> None:
        if not self._unread:
            super().data(characters)

    def close(self) -> None:
        while self._tables:
            self.end("table")

    def _close_row(self) -> None:
        self._close_cell()
        self._end_row()

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        shown = self._end_cell()
        lines = [" ".join(line.split()) for line in shown.split(BREAK)] if BREAK in shown else [" ".join(shown.split())]
        shown = "\n".join(lines).strip()
        if not self._attributes:
            self._tables[-1].put(shown)
            return
        number = self._attributes.get("x:num")
        if number and SHOWN_NUMBER.fullmatch(shown):
            shown = _number(number, shown)
        self._tables[-1].put(
            shown,
            columns=_count(self._attributes.get("colspan"), MAX_COLUMNS_SPANNED),
            rows=_count(self._attributes.get("rowspan"), MAX_ROWS_SPANNED),
        )


class SpreadsheetReader(Reader):
    """SpreadsheetML 2003. Only behind a sheet's rows it says whether the sheet is hidden, if any is."""

    def __init__(self, *, has_hidden: bool) -> None:
        super().__init__()
        self._is_shown = None if has_hidden else True
        self._type = ""
        self._in_comment = False
        self._merged = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == WORKSHEET:
            self._begin_table(attributes.get(f"{SHEET}Name", ""), self._is_shown)
        elif not self._tables:
            return
        elif tag == DATA:
            if not self._in_comment:
                self._type = attributes.get(TYPE, "String")
                self._begin_cell()
        elif tag == CELL:
            self._merged, self._type = 0, ""
            if attributes and self._tables[-1].in_row:
                table = self._tables[-1]
                table.to_column(_count(attributes.get(INDEX), default=table.column + 1) - 1)
                self._merged = _count(attributes.get(f"{SHEET}MergeAcross"), default=0)
        elif tag == ROW:
            table = self._tables[-1]
            self._end_row()
            table.begin_row(_count(attributes.get(INDEX), default=table.row + 1))
        elif tag == COMMENT:
            self._in_comment = True
        elif tag == VISIBLE:
            self._begin_cell()

    def end(self, tag: str) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        if tag == CELL:
            if table.in_row:
                table.put(_typed(self._type, self._end_cell()))
                table.column += self._merged
        elif tag == ROW:
            self._end_row()
        elif tag == COMMENT:
            self._in_comment = False
        elif tag == VISIBLE:
            table.is_shown = self._end_cell().strip() not in ("SheetHidden", "SheetVeryHidden")
        elif tag == WORKSHEET:
            table.is_shown = table.is_shown is not False
            self._end_table()


class DocumentReader(Reader):
    """The content of an `.ods`. What stands in a cell and is no text of it (a note, a drawing) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self._style = ""
        self._hidden: set[str] = set()
        self._attributes: Attributes = {}
        self._in_cell = False
        self._left_out = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._left_out:
            self._left_out += 1
        elif self._in_cell:
            self._start_in_cell(tag, attributes)
        elif tag in CELLS:
            if self._tables and self._tables[-1].in_row:
                self._attributes, self._in_cell = dict(attributes), True
                self._begin_cell()
        elif tag == TABLE_ROW:
            if self._tables:
                self._end_row()
                rows = _count(attributes.get(f"{TABLE}number-rows-repeated"))
                self._tables[-1].begin_row(self._tables[-1].row + 1, rows)
        elif tag == f"{STYLE}style":
            self._style = attributes.get(f"{STYLE}name", "")
        elif tag == f"{STYLE}table-properties":
            if attributes.get(f"{TABLE}display") == "false":
                self._hidden.add(self._style)
        elif tag == f"{TABLE}table":
            is_shown = attributes.get(f"{TABLE}style-name") not in self._hidden
            self._begin_table(attributes.get(f"{TABLE}name", ""), is_shown)

    def _start_in_cell(self, tag: str, attributes: Attributes) -> None:
        if tag == PARAGRAPH:
            if self._cell:
                self.data("\n")
        elif not tag.startswith(TEXT):
            self._left_out = 1
        elif tag in (f"{TEXT}line-break", f"{TEXT}tab"):
            self.data("\n" if tag.endswith("break") else "\t")
        elif tag == f"{TEXT}s":
            self.data(" " * _count(attributes.get(f"{TEXT}c"), MAX_COLUMNS))

    def data(self, characters: str) -> None:
        if not self._left_out:
            super().data(characters)

    def end(self, tag: str) -> None:
        if self._left_out:
            self._left_out -= 1
        elif tag == PARAGRAPH:
            return
        elif tag in CELLS:
            if self._in_cell:
                self._in_cell = False
                repeated = _count(self._attributes.get(COLUMNS_REPEATED))
                self._tables[-1].put(_valued(self._attributes, self._end_cell()), repeated=repeated)
        elif tag == TABLE_ROW:
            if self._tables:
                self._end_row()
        elif tag == f"{TABLE}table":
            self._end_table()


def _count(said: str | None, most: int = 1 << 31, *, default: int = 1) -> int:
    """A number of the kind that says how often, or where; what is none says nothing."""
    is_number = said is not None and said.isascii() and said.strip().isdigit()
    return min(max(int(said.strip()[:12]), min(default, 1)), most) if is_number else default


def _number(said: str, otherwise: str) -> str:
    try:
        return text(float(said))
    except ValueError:
        return otherwise


def _moment(said: str, otherwise: str) -> str:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return otherwise
    is_time = BEFORE_DAYS[0] <= moment < BEFORE_DAYS[1]
    return text(moment.time() if is_time else moment if moment.time() != time() else moment.date())


def _typed(kind: str, cell: str) -> str:
    """A cell of SpreadsheetML; an error is nothing, as in a workbook."""
    if kind == "Error":
        return ""
    if kind == "Number":
        return _number(cell, cell)
    return _moment(cell, cell) if kind == "DateTime" else cell


def _valued(attributes: Attributes, shown: str) -> str:
    """A cell of an `.ods`, by its value; what it shows may be rounded."""
    kind = attributes.get(VALUE_TYPE)
    if kind is None or kind == "string":
        return attributes.get(STRING_VALUE, shown)
    if kind in ("float", "percentage", "currency"):
        return _number(attributes.get(f"{OFFICE}value", ""), shown)
    if kind == "date":
        return _moment(attributes.get(f"{OFFICE}date-value", ""), shown)
    if kind == "boolean":
        return str(int(attributes.get(f"{OFFICE}boolean-value") == "true"))
    return shown


def read_page(path: Path, contract: Contract) -> TextTable:
    """An HTML page. Raises Refused."""
    encoding = encoding_of(path)
    _require_end(path, encoding)
    parser = partial(etree.HTMLParser, encoding="utf-8", no_network=True)
    return _table(contract, lambda: _events(PageReader(), parser, _encoded(path, encoding)), encoding)


def read_spreadsheetml(path: Path, contract: Contract) -> TextTable:
    """A SpreadsheetML 2003 file. Raises Refused."""
    encoding = encoding_of(path)
    reader = partial(SpreadsheetReader, has_hidden=_says(path, encoding, HIDDEN))
    return _table(contract, lambda: _events(reader(), STRICT, _encoded(path, encoding)), encoding)


def read_document(path: Path, contract: Contract) -> TextTable:
    """An `.ods` file. Raises Refused."""
    return _table(contract, lambda: _events(DocumentReader(), STRICT, _content(path)))


STRICT = partial(
    etree.XMLParser, encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
)


def _encoded(path: Path, encoding: str) -> Iterator[bytes]:
    """The text in UTF-8, whatever the file says of itself: all of it has been decoded once."""
    for block in _text(path, encoding):
        yield block.encode()


def _text(path: Path, encoding: str) -> Iterator[str]:
    with open_text(path, encoding) as file:
        yield from iter(lambda: file.read(BLOCK_CHARACTERS), "")


def _content(path: Path) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            taken = 0
            with archive.open("content.xml") as file:
                while block := file.read(BLOCK_BYTES):
                    taken += len(block)
                    if taken > MAX_UNPACKED:
                        raise Refused("unpacks_too_large", limit=MAX_UNPACKED >> 20)
                    yield block
    except (*DAMAGED, KeyError):
        raise Refused("unreadable_file") from None


def _says(path: Path, encoding: str, word: str) -> bool:
    rest = ""
    for block in _text(path, encoding):
        if word in rest + block:
            return True
        rest = block[-len(word) :]
    return False


def _require_end(path: Path, encoding: str) -> None:
    """Raises Refused for a page that ends inside a table: the rows that followed are lost, and no parser says so."""
    rest, is_inside = "", False
    for block in _text(path, encoding):
        text = (rest + block).lower()
        end, last = text.rfind(TABLE_END), max(map(text.rfind, TABLE_TAGS))
        is_inside = last > end if end != last else is_inside
        rest = block[-LONGEST_TAG:]
    if is_inside:
        raise Refused("cut_off")


def _events(reader: Reader, parser_of: Callable[..., etree._FeedParser], blocks: Iterable[bytes]) -> Iterator[Row]:
    try:
        parser = parser_of(target=reader)
        for block in blocks:
            parser.feed(block)
            yield from reader.found
            reader.found.clear()
        parser.close()
    except etree.LxmlError:
        raise Refused("unreadable_file") from None
    yield from reader.found


def _table(contract: Contract, events: Callable[[], Iterator[Row]], encoding: str | None = None) -> TextTable:
    chosen, header = choose(_sheets(events()), contract)
    require_columns(contract, header)
    # What stands right of the table is one more column, without a header.
    header = replace(header, cells=(*header.cells, ""))
    return TextTable(
        header,
        _batches(header, _placed(chosen.place, header, events())),
        encoding and encoding.removesuffix("-sig"),
        sheet_name=chosen.kept_name(contract) if chosen.name else None,
    )


def _sheets(events: Iterator[Row]) -> Iterator[Sheet[None]]:
    """Each table as soon as its first rows are known and whether it is shown."""
    tops: dict[int, list[tuple[str, ...]]] = {}
    told: set[int] = set()
    for row in events:
        table, top = row.table, tops.setdefault(row.table.place, [])
        while row.rows and len(top) < min(row.number - 1, HEADER_WITHIN_ROWS):
            top.append(())
        top += [row.cells] * min(row.rows, HEADER_WITHIN_ROWS - len(top))
        is_known = not row.rows or (len(top) == HEADER_WITHIN_ROWS and table.is_shown is not None)
        if is_known and table.place not in told:
            told.add(table.place)
            yield Sheet(None, table.name, table.place, bool(table.is_shown), partial(iter, top))


def _placed(place: int, header: HeaderRow, events: Iterator[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows below the header with their numbers, blank ones between them too."""
    width, last, characters, repeated, blank = len(header.cells), header.row + 1, 0, 0, 0
    for row in events:
        if row.table.place != place:
            continue
        if not row.rows:
            return
        end = row.number + row.rows - 1
        if end * width > MAX_CELLS:
            raise Refused("sheet_too_large", rows=end, columns=width - 1)
        characters += row.rows * sum(map(len, row.cells))
        if characters > MAX_UNPACKED:
            raise Refused("unpacks_too_large", limit=MAX_UNPACKED >> 20)
        repeated += row.rows - 1
        blank += max(row.number - last - 1, 0)
        if repeated > MAX_REPEATED or blank > MAX_BLANK:
            raise Refused("sheet_too_large", rows=end, columns=width - 1)
        beyond = next((cell for cell in row.cells[width - 1 :] if cell), "")
        cells = (*row.cells[: width - 1], *[""] * (width - 1 - len(row.cells)), beyond)
        for number in range(last + 1, end + 1):
            yield number, cells if number >= row.number else ()
        last = max(last, end)


def _batches(header: HeaderRow, rows: Iterator[tuple[int, tuple[str, ...]]]) -> Iterator[pa.RecordBatch]:
    for first in rows:
        block, characters = [], 0
        for number, cells in chain([first], rows):
            block.append((number, cells))
            characters += sum(map(len, cells))
            if len(block) * len(header.cells) >= CELLS_PER_BATCH or characters >= CHARACTERS_PER_BATCH:
                break
        yield batch_of_rows(header, [number for number, _ in block], [cells for _, cells in block])
