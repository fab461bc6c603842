"""Reading a `.csv`: encoding, delimiter, header row, then rows with the line on which each starts.

Here: text to fields. Not here: what a field means. A file without a quote character is split by Arrow, block by
block; one with quotes goes through the csv module, because then a row may span lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts import Contract
from orchestration.landing.encoding import encoding_of, undecodable_at
from orchestration.landing.headers import HEADER_WITHIN_ROWS, HeaderRow, find_header, require_columns
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import ROWS_PER_BATCH, SCHEMA, TextTable, batch

DELIMITERS = (",", "\t", ";")
BLOCK_CHARACTERS = 1 << 22
# Longer than any cell of an export, shorter than what an unclosed quote would swallow of a large file.
csv.field_size_limit(1 << 20)
# Follows the last line; if it does not come back as a row of its own, a quote was never closed.
END = "\ue000 end of file \ue000"


def read_delimited(path: Path, contract: Contract) -> TextTable:
    """A `.csv` file. Raises Refused."""
    encoding = encoding_of(path)
    delimiter, header, first_line = _header(path, encoding, contract)
    require_columns(contract, header)
    rows = _quoted_rows if _has_quotes(path, encoding) else _plain_rows
    return TextTable(header, rows(path, encoding, delimiter, first_line), encoding.removesuffix("-sig"), delimiter)


def _open(path: Path, encoding: str) -> TextIO:
    # Universal newlines: every line ends in \n, whatever the exporting machine wrote.
    return path.open(encoding=encoding, errors="strict", newline=None)


def _header(path: Path, encoding: str, contract: Contract) -> tuple[str, HeaderRow, int]:
    """The delimiter by which the header row names most columns, that row, and the line after it (from 1)."""
    found: list[tuple[str, HeaderRow, int]] = []
    for delimiter in DELIMITERS:
        with _open(path, encoding) as file:
            reader = csv.reader(file, delimiter=delimiter)
            try:
                starts = [(row, reader.line_num) for row in islice(reader, HEADER_WITHIN_ROWS)]
            except csv.Error:
                continue
        if header := find_header(contract, [row for row, _ in starts]):
            found.append((delimiter, header, starts[header.row][1] + 1))
    if found:
        return max(found, key=lambda choice: len(choice[1].positions))
    if not _has_text(path, encoding):
        raise Refused("empty_file")
    if encoding == "gb18030":
        # Damaged UTF-8 sometimes happens to be decodable as GB18030; then no header can be read.
        raise Refused("undecodable", position=undecodable_at(path, "utf-8"))
    raise Refused("no_header", within=HEADER_WITHIN_ROWS)


def _blocks(file: TextIO) -> Iterator[str]:
    """The text in blocks of whole lines."""
    while block := file.read(BLOCK_CHARACTERS):
        yield block if block.endswith("\n") else block + file.readline()


def _has_quotes(path: Path, encoding: str) -> bool:
    with _open(path, encoding) as file:
        return any('"' in block for block in _blocks(file))


def _has_text(path: Path, encoding: str) -> bool:
    with _open(path, encoding) as file:
        return any(block.strip() for block in _blocks(file))


def _plain_rows(path: Path, encoding: str, delimiter: str, first_line: int) -> Iterator[pa.RecordBatch]:
    line = first_line
    with _open(path, encoding) as file:
        for _ in range(first_line - 1):
            file.readline()
        for block in _blocks(file):
            lines = pc.list_flatten(pc.split_pattern(pa.array([block.removesuffix("\n")]), "\n"))
            numbers = pa.array(range(line, line + len(lines)), pa.int64())
            line += len(lines)
            yield pa.RecordBatch.from_arrays([numbers, pc.split_pattern(lines, delimiter)], schema=SCHEMA)


def _quoted_rows(path: Path, encoding: str, delimiter: str, first_line: int) -> Iterator[pa.RecordBatch]:
    with _open(path, encoding) as file:
        for _ in range(first_line - 1):
            file.readline()
        reader = csv.reader(chain(_terminated(file), [END]), delimiter=delimiter)
        lines: list[int] = []
        rows: list[list[str]] = []
        line, row = first_line, []
        try:
            for row in reader:
                lines.append(line)
                rows.append(row)
                line = first_line + reader.line_num
                if len(rows) == ROWS_PER_BATCH:
                    # The sentinel must never be handed on as a row.
                    last_line, last_row = lines.pop(), rows.pop()
                    yield batch(lines, rows)
                    lines, rows = [last_line], [last_row]
        except csv.Error:
            raise Refused("unclosed_quote", line=line) from None
        if row != [END]:
            raise Refused("unclosed_quote", line=lines[-1])
        if len(rows) > 1:
            yield batch(lines[:-1], rows[:-1])


def _terminated(file: TextIO) -> Iterator[str]:
    """The lines of a file, the last one closed too, so that the sentinel starts a line of its own."""
    for line in file:
        yield line if line.endswith("\n") else line + "\n"
