"""Text to files: CSV, XLSX and Parquet, with titles, repeated headers, totals and blank lines between the rows.

Bytes depend on the arguments alone: no stamp of the writing program's time or order.
"""

from __future__ import annotations

import codecs
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.forms import Form

MARKER_HEADER, MARKER = "合成数据", "是"
BYTE_ORDER_MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
SHEET_CREATED = datetime(2020, 1, 1)
FIRST_SERIAL, LAST_SERIAL = 10_000, 79_999


def write(
    folder: Path, rng: np.random.Generator, delivery: Delivery, form: Form, headers: list[str], cells: list[np.ndarray]
) -> tuple[str, int]:
    """Write one file and note each row's line in `delivery.rows["source_row"]`. Gives file name and non-data rows."""
    count = len(delivery.rows)
    headers = [*headers, MARKER_HEADER]
    columns = [*cells, np.full(count, MARKER, dtype=object)]
    litter = _litter(rng, count, headers, form) if form.litter and form.file_format != "parquet" else []
    path = folder / f"{delivery.stem}.{form.file_format}"
    first_line = 1 if form.file_format == "parquet" else form.title_lines + 2
    shift = np.searchsorted([place for place, _ in litter], np.arange(count), side="right")
    delivery.rows["source_row"] = np.arange(count) + first_line + shift
    if form.file_format == "parquet":
        _write_parquet(path, headers, columns)
    elif form.file_format == "xlsx":
        _write_xlsx(path, delivery, form, headers, columns, litter)
    else:
        _write_csv(path, delivery, form, headers, columns, litter)
    return path.name, len(litter)


def _litter(rng: np.random.Generator, count: int, headers: list[str], form: Form) -> list[tuple[int, list[str] | None]]:
    """Lines that are no data, each before the row of its place: fields, or None for an entirely empty line."""
    width = len(headers)
    blank = [""] * width
    litter: list[tuple[int, list[str] | None]] = []
    if count > 3 and rng.random() < 0.3:
        litter.append((int(rng.integers(1, count)), headers))
    if rng.random() < 0.4:
        total = ["合计", str(count), *blank[2:]] if rng.random() < 0.7 else ["", "总计", *blank[2:]]
        litter.append((count, total))
    if form.file_format == "csv" and rng.random() < 0.4:
        litter += [(count, blank)] * int(rng.integers(1, 4))
        litter += [(count, None)] * int(rng.integers(0, 2))
    return litter


def _write_csv(
    path: Path, delivery: Delivery, form: Form, headers: list[str], columns: list[np.ndarray], litter: list
) -> None:
    quote = '"' if form.is_quoted else ""
    texts = [pa.array(column, pa.string()) for column in columns]
    lines = pc.binary_join_element_wise(*texts, f"{quote}{form.delimiter}{quote}").to_pylist()
    extra = form.delimiter.join(["", "多", "余"])
    too_long = set(np.flatnonzero(delivery.rows["quarantine"] == "malformed_row").tolist())
    lines = [f"{quote}{line}{quote}{extra if row in too_long else ''}" for row, line in enumerate(lines)]
    for place, fields in reversed(litter):
        lines.insert(place, "" if fields is None else form.delimiter.join(f"{quote}{field}{quote}" for field in fields))
    lines.insert(0, form.delimiter.join(f"{quote}{header}{quote}" for header in headers))
    text = "".join(line + form.line_end for line in lines)
    path.write_bytes(BYTE_ORDER_MARKS.get(form.encoding, b"") + text.encode(form.encoding))


def _write_xlsx(
    path: Path, delivery: Delivery, form: Form, headers: list[str], columns: list[np.ndarray], litter: list
) -> None:
    book = xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": SHEET_CREATED, "title": delivery.stem})
    sheet = book.add_worksheet("导出")
    titles = [f"{delivery.stem}（合成数据）", f"截至 {delivery.as_of}"][: form.title_lines]
    for line, title in enumerate(titles):
        sheet.write_string(line, 0, title)
    rows = [list(row) for row in zip(*columns, strict=True)]
    for place, fields in reversed(litter):
        rows.insert(place, fields)
    for line, row in enumerate([headers, *rows], start=form.title_lines):
        for position, cell in enumerate(row):
            if cell.isascii() and cell.isdigit() and len(cell) == 5 and FIRST_SERIAL <= int(cell) <= LAST_SERIAL:
                sheet.write_number(line, position, int(cell))  # a serial date is a number in a real workbook
            elif cell:
                sheet.write_string(line, position, cell)
    book.close()


def _write_parquet(path: Path, headers: list[str], columns: list[np.ndarray]) -> None:
    texts = [pa.array(column, pa.string()) for column in columns]
    nullable = [pc.if_else(pc.equal(text, ""), None, text) for text in texts]
    pq.write_table(pa.table(dict(zip(headers, nullable, strict=True))), path, compression="zstd")
