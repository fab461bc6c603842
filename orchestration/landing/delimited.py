"""Reading a `.csv`: encoding, delimiter, header row, then rows with the line on which each starts.

Here: text to fields. Not here: what a field means. A file without a quote character is split by Arrow, block by
block; one with quotes goes through the csv module, because then a row may span lines.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from orchestration.contracts import Contract
from orchestration.landing.encoding import encoding_of, undecodable_at
from orchestration.landing.headers import HEADER_WITHIN_ROWS, HeaderRow, find_header, require_columns
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import ROWS_PER_BATCH, TextTable, batch_of_rows
from orchestration.landing.splitting import split

DELIMITERS = (",", "\t", ";")
BLOCK_CHARACTERS = 1 << 22
# Of a line, and of a row that quotes let go on over several lines. Longer than any row of an export, shorter than what
# an unclosed quote or a lost line break would make of a large file.
MAX_CHARACTERS = 1 << 22
# The module's own bound on a cell would refuse a row that is within this one.
csv.field_size_limit(sys.maxsize)
MAX_ROWS = 1 << 19
BYTES_PER_STEP = 1 << 18
# Follows the last line; if it does not come back as a row of its own, a quote was never closed.
END = "\ue000 end of file \ue000"


def read_delimited(path: Path, contract: Contract) -> TextTable:
    """A `.csv` file. Raises Refused."""
    encoding = encoding_of(path)
    delimiter, header, first_line = _header(path, encoding, contract)
    require_columns(contract, header)
    rows = _quoted_rows if _has_quotes(path, encoding) else _plain_rows
    batches = rows(path, encoding, delimiter, header, first_line)
    return TextTable(header, batches, encoding.removesuffix("-sig"), delimiter)


def open_text(path: Path, encoding: str) -> TextIO:
    # Universal newlines: every line ends in \n, whatever the exporting machine wrote.
    file = path.open(encoding=encoding, errors="strict", newline=None)
    # Python's own 8 KiB would make decoding a large file take three times as long.
    file._CHUNK_SIZE = BYTES_PER_STEP  # ty: ignore[missing-attribute]
    return file


def _header(path: Path, encoding: str, contract: Contract) -> tuple[str, HeaderRow, int]:
    """The delimiter by which the header row names most columns, that row, and the line after it (from 1)."""
    found: list[tuple[str, HeaderRow, int]] = []
    for delimiter in DELIMITERS:
        with open_text(path, encoding) as file:
            rows, endless = _first_rows(file, delimiter)
        if header := find_header(contract, [row for row, _ in rows]):
            found.append((delimiter, header, rows[header.row][1] + 1))
    if found:
        return max(found, key=lambda choice: len(choice[1].positions))
    if endless:
        raise endless
    if not _has_text(path, encoding):
        raise Refused("empty_file")
    if encoding == "gb18030":
        # Damaged UTF-8 sometimes happens to be decodable as GB18030; then no header can be read.
        raise Refused("undecodable", position=undecodable_at(path, "utf-8"))
    raise Refused("no_header", within=HEADER_WITHIN_ROWS)


def _first_rows(file: TextIO, delimiter: str) -> tuple[list[tuple[list[str], int]], Refused | None]:
    """The rows that may be a header, each with the line on which it ends; and what to say of one that does not end."""
    rows: list[tuple[list[str], int]] = []

    def lines() -> Iterator[str]:
        taken, complete = 0, 0
        while line := file.readline(MAX_CHARACTERS + 1):
            taken, complete = (taken if complete == len(rows) else 0) + len(line), len(rows)
            if taken > MAX_CHARACTERS + line.endswith("\n"):
                begun = rows[-1][1] + 1 if rows else 1
                raise _endless(begun, is_one_line=reader.line_num < begun)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    try:
        for row in islice(reader, HEADER_WITHIN_ROWS):
            rows.append((row, reader.line_num))
    except Refused as endless:
        return rows, endless
    return rows, None


def _endless(line: int, *, is_one_line: bool) -> Refused:
    return Refused("line_too_long" if is_one_line else "unclosed_quote", line=line, limit=MAX_CHARACTERS)


def _blocks(file: TextIO, line: int = 1) -> Iterator[str]:
    """The text in blocks of whole lines, from `line` on. Raises Refused."""
    while block := file.read(BLOCK_CHARACTERS):
        if not block.endswith("\n"):
            begun = len(block) - block.rfind("\n") - 1
            block += file.readline(MAX_CHARACTERS + 1 - begun)
            if not block.endswith("\n") and len(block) - block.rfind("\n") - 1 > MAX_CHARACTERS:
                raise _endless(line + block.count("\n"), is_one_line=True)
        yield block
        line += block.count("\n")


def _has_quotes(path: Path, encoding: str) -> bool:
    """Seen without decoding: no byte of another character is a quote, but in UTF-16, where two may look like one."""
    marks = {'"'.encode(name) for name in ("utf-16-le", "utf-16-be")} if encoding.startswith("utf-16") else {b'"'}
    with path.open("rb") as file:
        return any(mark in block for block in iter(lambda: file.read(MAX_CHARACTERS), b"") for mark in marks)


def _has_text(path: Path, encoding: str) -> bool:
    with open_text(path, encoding) as file:
        return any(block.strip() for block in _blocks(file))


def _plain_rows(
    path: Path, encoding: str, delimiter: str, header: HeaderRow, first_line: int
) -> Iterator[pa.RecordBatch]:
    line = first_line
    with open_text(path, encoding) as file:
        for _ in range(first_line - 1):
            file.readline()
        for block in _blocks(file, first_line):
            for lines in _pieces(block):
                yield split(header, lines.encode(), delimiter, line)
                line += lines.count("\n")


def _pieces(block: str) -> Iterator[str]:
    """The same lines, by as many as there may be rows in a batch: a block of blank lines has one for each character."""
    if block.count("\n") <= MAX_ROWS:
        yield block
        return
    lines = block.removesuffix("\n").split("\n")
    for at in range(0, len(lines), MAX_ROWS):
        yield "\n".join(lines[at : at + MAX_ROWS]) + "\n"


def _quoted_rows(
    path: Path, encoding: str, delimiter: str, header: HeaderRow, first_line: int
) -> Iterator[pa.RecordBatch]:
    line = block_line = first_line
    lines: list[int] = []
    rows: list[list[str]] = []

    def blocks() -> Iterator[TextIO]:
        """The text as files of whole lines, the last line closed too, so that the sentinel starts one of its own."""
        nonlocal block_line
        swallowed = 0
        for block in _blocks(file, first_line):
            yield StringIO(block if block.endswith("\n") else block + "\n")
            swallowed = swallowed + len(block) if line < block_line else 0
            if swallowed >= MAX_CHARACTERS:
                raise _endless(line, is_one_line=False)
            block_line = first_line + reader.line_num

    with open_text(path, encoding) as file:
        for _ in range(first_line - 1):
            file.readline()
        reader = csv.reader(chain(chain.from_iterable(blocks()), [END]), delimiter=delimiter)
        row, of_block = [], block_line
        for row in reader:
            lines.append(line)
            rows.append(row)
            line = first_line + reader.line_num
            if len(rows) == ROWS_PER_BATCH or of_block != block_line:
                # The sentinel must never be handed on as a row.
                last_line, last_row = lines.pop(), rows.pop()
                if rows:
                    yield batch_of_rows(header, lines, rows)
                lines, rows, of_block = [last_line], [last_row], block_line
        if row != [END]:
            raise Refused("unclosed_quote", line=lines[-1])
        if len(rows) > 1:
            yield batch_of_rows(header, lines[:-1], rows[:-1])
