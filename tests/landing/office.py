"""Writers of the files that offices really have, for tests: `.xls`, `.xlsb`, `.ods`, HTML pages, SpreadsheetML.

Here: tables of texts (and numbers, days and times) to bytes. Not here: damage (mutation.py), what becomes of them. All
but the `.xls` are written by hand from the formats' descriptions, so that nothing of the product's is in them.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape

import xlwt

Cell = str | float | bool | date | datetime
Rows = Sequence[Sequence[Cell]]
EXCEL = "urn:schemas-microsoft-com:office"


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def xls(sheets: Mapping[str, Rows], *, hidden: Iterable[str] = (), from_1904: bool = False) -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    day, second = (xlwt.easyxf(num_format_str=form) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                style = second if isinstance(cell, datetime) else day if isinstance(cell, date) else None
                if cell != "":
                    sheet.write(i, j, cell, *([style] if style else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of an `.xlsb`: kind and size in seven bits a byte."""
    head = b""
    for number in (kind, len(content)):
        while number > 0x7F:
            head += bytes((number & 0x7F | 0x80,))
            number >>= 7
        head += bytes((number,))
    return head + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def xlsb_sheet(rows: Rows) -> bytes:
    out = [record(129), record(148, struct.pack("<4I", 0, len(rows), 0, max(map(len, rows), default=0))), record(145)]
    for i, row in enumerate(rows):
        out.append(record(0, struct.pack("<I", i) + bytes(21)))
        for j, cell in enumerate(row):
            place = struct.pack("<2I", j, 0)
            if isinstance(cell, str):
                out += [record(6, place + wide(cell))] if cell else []
            else:
                out.append(record(5, place + struct.pack("<d", cell)))
    return b"".join([*out, record(146), record(130)])


def xlsb(sheets: Mapping[str, Rows], *, hidden: Iterable[str] = ()) -> bytes:
    tabs = [
        record(156, struct.pack("<2I", name in hidden, i) + wide(f"rId{i}") + wide(name))
        for i, name in enumerate(sheets, 1)
    ]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}" Target="worksheets/sheet{i}.bin"/>' for i in range(1, len(sheets) + 1)
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": b"".join(
                [record(131), record(153, bytes(12)), record(143), *tabs, record(144), record(132)]
            ),
            "xl/_rels/workbook.bin.rels": f"<Relationships>{links}</Relationships>",
            **{f"xl/worksheets/sheet{i}.bin": xlsb_sheet(rows) for i, rows in enumerate(sheets.values(), 1)},
        }
    )


def ods_cell(cell: Cell) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        said = f'office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, date):
        said = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, float | int):
        said = f'office:value-type="float" office:value="{cell!r}"'
    else:
        said = 'office:value-type="string"'
    return f"<table:table-cell {said}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def ods_rows(rows: Rows) -> str:
    return "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)


def ods(
    sheets: Mapping[str, Rows | str], *, hidden: Iterable[str] = (), more: Mapping[str, str] | None = None
) -> bytes:
    """A sheet that is a text is its rows as they stand in the file."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style", "drawing")
    )
    tables = "".join(
        f'<table:table table:name="{escape(name)}" table:style-name="{"off" if name in hidden else "on"}">'
        f"{rows if isinstance(rows, str) else ods_rows(rows)}</table:table>"
        for name, rows in sheets.items()
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("on", "true"), ("off", "false"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": "<manifest/>",
    }
    return zipped(parts | dict(more or {}))


def html_rows(rows: Rows) -> str:
    return "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>\n" for row in rows)


def page(rows: Rows | str, *, around: tuple[str, str] = ("", ""), charset: str = "gb2312") -> str:
    table = rows if isinstance(rows, str) else html_rows(rows)
    return (
        f'<html xmlns:o="{EXCEL}:office" xmlns:x="{EXCEL}:excel"><head><meta http-equiv="Content-Type" '
        f'content="application/vnd.ms-excel; charset={charset}"><style>td {{mso-number-format:"\\@"}}</style></head>\n'
        f"<body>{around[0]}<table border=1>\n{table}</table>{around[1]}</body></html>"
    )


def typed(cell: Cell) -> str:
    if isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        return f'<Data ss:Type="DateTime">{moment.isoformat(timespec="milliseconds")}</Data>'
    kind = "String" if isinstance(cell, str) else "Number"
    return f'<Data ss:Type="{kind}">{escape(str(cell))}</Data>'


def spreadsheetml_rows(rows: Rows) -> str:
    return "".join(f"<Row>{''.join(f'<Cell>{typed(cell)}</Cell>' for cell in row)}</Row>\n" for row in rows)


def spreadsheetml(sheets: Mapping[str, Rows | str], *, hidden: Iterable[str] = (), encoding: str = "UTF-8") -> str:
    """A sheet that is a text is its rows as they stand in the file."""
    written = "".join(
        f'<Worksheet ss:Name="{escape(name)}"><Table>{rows if isinstance(rows, str) else spreadsheetml_rows(rows)}'
        f'</Table><WorksheetOptions xmlns="{EXCEL}:excel">'
        f"<Visible>{'SheetHidden' if name in hidden else 'SheetVisible'}</Visible></WorksheetOptions></Worksheet>\n"
        for name, rows in sheets.items()
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{EXCEL}:spreadsheet" xmlns:ss="{EXCEL}:spreadsheet" xmlns:x="{EXCEL}:excel">'
        f"{written}</Workbook>"
    )
