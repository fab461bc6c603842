"""Damaged deliveries, made from good ones: bytes, text, archives and Parquet footers, the same for the same seed.

Here: good files with planted identities, and what may happen to a file. Not here: landing them, or what must hold.
"""

from __future__ import annotations

import csv
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from . import office
from .conftest import GOOD_ROWS, csv_text, id_number

FORMATS = ("csv", "xlsx", "parquet", "xls", "ods", "html", "xlsb", "spreadsheetml")
ENDINGS = {"html": "xls", "spreadsheetml": "xls"}
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
TOWNSHIPS = ("623021", "623021100", "623021101", "623021102", "623022")
ROWS = 60
# Nobody is called this, no such number was given out: whatever holds one of them has it from these files.
NAMES = tuple(f"金丝雀{i:03}号" for i in range(ROWS))
NUMBERS = tuple(id_number(serial=f"{700 + i}") for i in range(ROWS))
PHONES = tuple(f"139876500{i:02}" for i in range(ROWS))
ACCOUNTS = tuple(f"canary-account-{i:03}" for i in range(ROWS))
PLANTED = {"姓名": NAMES, "公民身份号码": NUMBERS, "联系电话": PHONES, "更新人": ACCOUNTS, "用户名": ACCOUNTS}
KEYS = ("档案编号", "服务编号", "信息编号", "用户名")
NASTY = (
    b"\0", b'"', b"\n", b"\r", b"\r\n", b",", b"\t", b";", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\x1a", b"\x81", "𠮷".encode(), "𠮷".encode("gb18030"), b"PAR1", b"PK\x05\x06",
    "\ud800".encode("utf-16-le", "surrogatepass"),
)  # fmt: skip
NASTY_TEXT = (
    '"', '""', ',"', "\n", "\r", "\r\n", ",", "\t", ";", "\ufeff", "\x1a", "\x1f", "\x85", "\u2028", "\x0c",
    "\ue000", "𠮷", "合计,", "9" * 20, "1e308", "-0", "'", "=1+1",
    "0000-00-00", "NaN", "\\N", '\\"', "99999-99-99", "\xa0", "\u200b", "x" * 70_000,
)  # fmt: skip
XML = (
    (b't="s"', b't="n"'), (b't="n"', b't="b"'), (b"<v>", b"<v>1e999"), (b"<v>", b"<v>-"), (b'r="A', b'r="XFD'),
    (b'r="1', b'r="104857'), (b' r="', b' q="'), (b"</row>", b""), (b"<c ", b"<c><c "), (b"<sheetData>", b""),
    (b"utf-8", b"utf-16"), (b"UTF-8", b"GB18030"), (b"<?xml", b'<!DOCTYPE a [<!ENTITY b "c">]><?xml'),
    (b"sheet1.xml", b"sheet9.xml"), (b"sharedStrings.xml", b"styles.xml"), (b"<si><t>", b"<si><r><t>"),
    (b"</t>", b"&b;</t>"), (b'count="', b'count="9999999999'), (b's="', b's="99999'), (b"numFmtId=", b"numFmtId=2"),
)  # fmt: skip


TAGS = (
    (b"</td>", b""), (b"<td>", b"<td colspan=99999999>"), (b"<td>", b"<td rowspan=65534>"), (b"<tr>", b""),
    (b"</tr>", b"<tr>"), (b"<tr>", b"<table><tr>"), (b"</table>", b""), (b"<td>", b'<td x:num="1e999">'),
    (b"<table", b"<div"), (b"</td>", b"&#0;&bogus;&#x110000;</td>"), (b"<td>", b"<td><!-- "),
    (b"<td>", b"<td><script>"), (b"<html", b'<!DOCTYPE a [<!ENTITY b "c">]><html'),
    (b"<Workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><Workbook'), (b"<Row>", b'<Row ss:Index="1048577">'),
    (b"<Row>", b'<Row ss:Index="3">'), (b"<Cell>", b'<Cell ss:Index="70000">'),
    (b"<Cell>", b'<Cell ss:MergeAcross="99999999999">'), (b'"String"', b'"Number"'), (b'"String"', b'"DateTime"'),
    (b"</Row>", b""), (b"<Data ", b"<Data><Data "), (b"</Worksheet>", b"<Worksheet>"), (b"<Row>", b"<Comment><Row>"),
    (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="2147483648">'),
    (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="3">'),
    (b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="16384" '),
    (b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="-1" '), (b'"string"', b'"float"'),
    (b'"string"', b'"date"'), (b"<text:p>", b"<office:annotation>"), (b"</text:p>", b"&b;</text:p>"),
    (b"<table:table ", b"<table:table><table:table "), (b"</table:table-row>", b""),
    (b"<?xml", b'<!DOCTYPE a [<!ENTITY b "c">]><?xml'), (b"utf-8", b"utf-16"), (b"gb2312", b"utf-7"),
    (b'display="false"', b'display="true"'), (b"<Cell>", b'<Cell ss:MergeAcross="2">'), (b'"String"', b'"Error"'),
    (b"<Row>", b"<Row/><Row>"), (b"<text:p>", b"<text:p/><text:p>"), (b"2025-03-01", b"45717"),
    (b"<table:table-row>", b"<table:table-row/><table:table-row>"), (b"F001", b"<![CDATA[</td>]]>"),
    (b"623021100201", b" 623021100201 "), (b"H001", b"&#x3000;"), (b"H001", b"9" * 400), (b"GPL0001", b"-"),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A damaged file; `story` says what was done to which good one."""

    name: str
    content: bytes
    file_format: str
    story: str


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """`count` files, the formats in turn; number i depends on the seed and i only."""
    for number in range(count):
        luck = random.Random(f"{seed}/{number}")
        file_format = FORMATS[number % len(FORMATS)]
        source = luck.choice(list(GOOD_ROWS))
        content, story = _good(source, file_format, luck.randrange(6))
        steps = [story]
        for _ in range(luck.choice((1, 1, 1, 2, 3))):
            change = luck.choice(MUTATIONS[file_format])
            content = change(luck, content)
            steps.append(change.__name__.strip("_"))
        # Never a day to come: such a file is refused for its name, and nothing of its damage would be tried.
        as_of = date(2026, 10, 31) - timedelta(days=number % 1000)
        name = f"{source}__{luck.choice(TOWNSHIPS)}__{as_of}.{ENDINGS.get(file_format, file_format)}"
        yield Mutant(name, content, file_format, f"seed {seed}, number {number}: " + " > ".join(steps))


def _table(source: str) -> list[list[str]]:
    rows = [{**GOOD_ROWS[source]} for _ in range(ROWS)]
    for i, row in enumerate(rows):
        row |= {header: cells[i] for header, cells in PLANTED.items() if header in row}
        row |= {header: f"K{i}" for header in KEYS if header in row and header not in PLANTED}
    return [list(GOOD_ROWS[source]), *([*row.values()] for row in rows)]


@cache
def _good(source: str, file_format: str, variant: int) -> tuple[bytes, str]:
    table = _table(source)
    if file_format == "csv":
        encoding, delimiter = ENCODINGS[variant], ",\t;"[variant % 3]
        title = [["登记册"], []] if variant % 2 else []
        text = csv_text([*title, *table], delimiter, (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)[variant // 3])
        return text.replace("\n", ("\n", "\r\n")[variant % 2]).encode(
            encoding
        ), f"{source} csv {encoding} {delimiter!r}"
    if file_format in WRITERS:
        title = [["登记册"], *[[""]] * variant] if variant else []
        return WRITERS[file_format]([*title, *table], variant), f"{source} {file_format} {variant}"
    out = io.BytesIO()
    if file_format == "xlsx":
        with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": variant % 2 == 0}) as book:
            book.add_worksheet("说明").write(0, 0, "说明")
            sheet = book.add_worksheet("数据")
            for i, row in enumerate(table, 1 + variant):
                sheet.write_row(i, 0, row)
    else:
        columns = dict(zip(table[0], zip(*table[1:], strict=True), strict=True))
        options = ("snappy", "zstd", "none", "gzip", "lz4", "brotli")
        pq.write_table(
            pa.table(columns), out, compression=options[variant], row_group_size=25, use_dictionary=variant < 3
        )
    return out.getvalue(), f"{source} {file_format} {variant}"


WRITERS: dict[str, Callable[[list[list[str]], int], bytes]] = {
    "xls": lambda table, variant: office.xls({"说明": [["说明"]], "数据": table}, hidden=["说明"] * (variant % 2)),
    "xlsb": lambda table, variant: office.xlsb({"说明": [["说明"]], "数据": table}, hidden=["说明"] * (variant % 2)),
    "ods": lambda table, variant: office.ods({"说明": [["说明"]], "数据": table}, hidden=["说明"] * (variant % 2)),
    "html": lambda table, variant: office.page(
        table, around=("<table><tr><td>菜单<td>" * (variant % 3), "</table>" * (variant % 3))
    ).encode(ENCODINGS[variant]),
    "spreadsheetml": lambda table, variant: office.spreadsheetml(
        {"说明": [["说明"]], "数据": table}, hidden=["说明"] * (variant % 2)
    ).encode(ENCODINGS[variant]),
}


def _span(luck: random.Random, content: bytes, most: int = 200) -> tuple[int, int]:
    start = luck.randrange(len(content) + 1)
    return start, min(len(content), start + luck.randrange(1, most))


def _flip(luck: random.Random, content: bytes) -> bytes:
    bits = bytearray(content)
    for _ in range(luck.choice((1, 2, 8, 64)) if bits else 0):
        bits[luck.randrange(len(bits))] ^= 1 << luck.randrange(8)
    return bytes(bits)


def _delete(luck: random.Random, content: bytes) -> bytes:
    start, end = _span(luck, content)
    return content[:start] + content[end:]


def _delete_one(luck: random.Random, content: bytes) -> bytes:
    at = luck.randrange(len(content) + 1)
    return content[:at] + content[at + 1 :]


def _duplicate(luck: random.Random, content: bytes) -> bytes:
    start, end = _span(luck, content, 3000)
    return content[:end] + content[start:end] * luck.choice((1, 1, 2, 50)) + content[end:]


def _truncate(luck: random.Random, content: bytes) -> bytes:
    return content[: luck.randrange(len(content) + 1)]


def _zero(luck: random.Random, content: bytes) -> bytes:
    start, end = _span(luck, content, 2000)
    return content[:start] + bytes(end - start) + content[end:]


def _insert(luck: random.Random, content: bytes) -> bytes:
    at = luck.randrange(len(content) + 1)
    return content[:at] + luck.choice(NASTY) * luck.choice((1, 1, 2, 300)) + content[at:]


def _noise(luck: random.Random, content: bytes) -> bytes:
    start, end = _span(luck, content, 500)
    return content[:start] + luck.randbytes(end - start) + content[end:]


def _splice(luck: random.Random, content: bytes) -> bytes:
    """The beginning of one file and the end of another, of any format."""
    other, _ = _good(luck.choice(list(GOOD_ROWS)), luck.choice(FORMATS), luck.randrange(6))
    return content[: luck.randrange(len(content) + 1)] + other[luck.randrange(len(other)) :]


def _swap_delimiters(luck: random.Random, content: bytes) -> bytes:
    old, new = luck.sample([b",", b"\t", b";", b"\n", b"\r\n", b"\r", b'"', b"|"], 2)
    return content.replace(old, new, luck.choice((1, 5, -1)))


def _swap_lines(luck: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    luck.shuffle(lines)
    return b"".join(lines)


def _another_encoding(luck: random.Random, content: bytes) -> bytes:
    """Half a file is transcoded, as when two exports are pasted together."""
    old, new = luck.sample(ENCODINGS, 2)
    at = luck.randrange(len(content) + 1)
    return content[:at] + content[at:].decode(old, "replace").encode(new, "replace")


def _as_text(luck: random.Random, content: bytes) -> bytes:
    """Characters lost, doubled or put in, so that the file can still be decoded."""
    for encoding in ENCODINGS[1:]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        return _delete_one(luck, content)
    for _ in range(luck.choice((1, 1, 3, 20))):
        at = luck.randrange(len(text) + 1)
        end = at + luck.choice((0, 1, 1, 8, 200))
        text = text[:at] + luck.choice(("", *NASTY_TEXT, text[at:end] * 2)) + text[end:]
    return text.encode(encoding)


def _retyped(luck: random.Random, content: bytes) -> bytes:
    """Columns of other types, with gaps, under other names or in another order."""
    try:
        table = pq.read_table(io.BytesIO(content))
    except Exception:
        return _flip(luck, content)
    columns = dict(zip(table.column_names, table.columns, strict=True))
    for name in luck.sample(list(columns), min(luck.choice((1, 1, 2, 5)), len(columns))):
        kind, value = luck.choice(RETYPED)
        columns[name] = pa.array([value(luck) for _ in range(table.num_rows)], kind)
    if luck.random() < 0.3:
        columns[luck.choice(["备注", "姓名 ", "", "record_no"])] = columns.pop(luck.choice(list(columns)))
    names = luck.sample(list(columns), len(columns))
    out = io.BytesIO()
    pq.write_table(pa.table({name: columns[name] for name in names}), out, row_group_size=luck.choice((1, 7, 1000)))
    return out.getvalue()


RETYPED: list[tuple[pa.DataType, Callable[[random.Random], object]]] = [
    (pa.null(), lambda luck: None),
    (pa.int64(), lambda luck: luck.choice((None, luck.getrandbits(62)))),
    (pa.float64(), lambda luck: luck.choice((float("nan"), float("inf"), 45000.0, 1e300))),
    (pa.timestamp("s"), lambda luck: luck.getrandbits(40)),
    (pa.timestamp("us"), lambda luck: luck.getrandbits(62)),
    (pa.timestamp("ns"), lambda luck: luck.getrandbits(62)),
    (pa.timestamp("us", "UTC"), lambda luck: luck.getrandbits(62)),
    (pa.timestamp("ms", "+08:00"), lambda luck: luck.getrandbits(40)),
    (pa.date32(), lambda luck: luck.getrandbits(31)),
    (pa.time64("us"), lambda luck: luck.getrandbits(30)),
    (pa.duration("s"), lambda luck: luck.getrandbits(30)),
    (pa.decimal128(38, 2), lambda luck: Decimal(luck.getrandbits(100))),
    (pa.binary(), lambda luck: luck.randbytes(4)),
    (pa.binary(4), lambda luck: luck.randbytes(4)),
    (pa.dictionary(pa.int32(), pa.string()), lambda luck: luck.choice(NASTY_TEXT)),
    (pa.large_string(), lambda luck: luck.choice(NASTY_TEXT)),
    (pa.bool_(), lambda luck: luck.choice((None, True, False))),
    (pa.list_(pa.string()), lambda luck: ["a"]),
    (pa.struct({"a": pa.int8()}), lambda luck: {"a": 1}),
]


def _parts(change: Callable[[dict[str, bytes], str], None], luck: random.Random, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return _flip(luck, content)
    if parts:
        change(parts, luck.choice(list(parts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", luck.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _part_damaged(luck: random.Random, content: bytes) -> bytes:
    def change(parts: dict[str, bytes], name: str) -> None:
        parts[name] = luck.choice(MUTATIONS["bytes"])(luck, parts[name])

    return _parts(change, luck, content)


def _sheet_rewritten(luck: random.Random, content: bytes) -> bytes:
    def change(parts: dict[str, bytes], _: str) -> None:
        old, new = luck.choice(XML)
        for name in luck.sample(list(parts), len(parts)):
            if old in parts[name]:
                at = luck.choice([i for i in range(len(parts[name])) if parts[name].startswith(old, i)])
                parts[name] = parts[name][:at] + parts[name][at:].replace(old, new, luck.choice((1, -1)))
                return

    return _parts(change, luck, content)


def _part_lost_or_moved(luck: random.Random, content: bytes) -> bytes:
    def change(parts: dict[str, bytes], name: str) -> None:
        part, other = parts.pop(name), luck.choice([*parts, None])
        if other is not None:
            parts[other] = part

    return _parts(change, luck, content)


def _records_changed(luck: random.Random, content: bytes) -> bytes:
    """Another kind, size or first number in a record of an old workbook, or in the directory of its container."""
    kinds = (0x0203, 0x0204, 0x0006, 0x00FD, 0x00BD, 0x027E, 0x0205, 0x00FC, 0x0200, 0x0085, 0x0042, 0x00E0, 0x041E)
    marks = [struct.pack("<H", kind) for kind in kinds]
    changed = bytearray(content)
    for _ in range(luck.choice((1, 1, 2, 8))):
        mark = luck.choice(marks)
        places = [at for at in range(len(content) - 12) if content.startswith(mark, at)]
        if not places:
            return _flip(luck, content)
        at = luck.choice(places) + luck.choice((0, 2, 4, 6, 8, 10))
        changed[at : at + 2] = luck.choice((luck.choice(marks), b"\xff\xff", b"\0\0", luck.randbytes(2)))
    return bytes(changed[: len(content)])


def _tables_changed(luck: random.Random, content: bytes) -> bytes:
    """Numbers of the container's header, table and directory: loops, and places that are none."""
    changed = bytearray(content)
    for _ in range(luck.choice((1, 2, 8))):
        at = 4 * luck.choice((luck.randrange(10, 30), luck.randrange(max(len(content) // 4, 1))))
        changed[at : at + 4] = struct.pack(
            "<I", luck.choice((0, 1, luck.randrange(200), 0xFFFFFFFE, 0xFFFFFFFF, 1 << 31))
        )
    return bytes(changed[: len(content)])


def _tags_rewritten(luck: random.Random, content: bytes) -> bytes:
    """The first pair, in any order, of which the file has something, in bytes or in letters of two bytes."""
    for pair in luck.sample(TAGS, len(TAGS)):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            old, new = (text.decode().encode(encoding) for text in pair)
            if old in content:
                places = [at for at in range(len(content)) if content.startswith(old, at)]
                at = luck.choice(places)
                return content[:at] + content[at:].replace(old, new, luck.choice((1, -1)))
    return _flip(luck, content)


def _cell_rewritten(luck: random.Random, content: bytes) -> bytes:
    """One cell says something else: a slip, which the file around it survives."""
    cell = f"K{luck.randrange(ROWS)}<"
    slips = ("K1", "", "合计", "9999-99-99", "0", "-1", "K 1", "Ｋ１", "N/A")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        if (old := cell.encode(encoding)) in content:
            return content.replace(old, f"{luck.choice(slips)}<".encode(encoding), 1)
    return _tags_rewritten(luck, content)


def _content_rewritten(luck: random.Random, content: bytes) -> bytes:
    def change(parts: dict[str, bytes], _: str) -> None:
        for name in parts:
            if name.endswith(".xml") and luck.random() < 0.9:
                parts[name] = luck.choice((_tags_rewritten, _tags_rewritten, *BYTES))(luck, parts[name])

    return _parts(change, luck, content)


def _sheet_cell_rewritten(luck: random.Random, content: bytes) -> bytes:
    def change(parts: dict[str, bytes], _: str) -> None:
        parts["content.xml"] = _cell_rewritten(luck, parts.get("content.xml", b""))

    return _parts(change, luck, content)


def _footer_damaged(luck: random.Random, content: bytes) -> bytes:
    tail = max(len(content) - 1500, 0)
    return content[:tail] + luck.choice(MUTATIONS["bytes"])(luck, content[tail:])


def _last_bytes(luck: random.Random, content: bytes) -> bytes:
    return content[:-8] + luck.randrange(1 << 32).to_bytes(4, "little") + luck.choice((b"PAR1", b"PARE", b"PAR2"))


def _head_damaged(luck: random.Random, content: bytes) -> bytes:
    return luck.choice(MUTATIONS["bytes"])(luck, content[:300]) + content[300:]


BYTES = [_flip, _delete, _delete_one, _duplicate, _truncate, _zero, _insert, _noise, _splice]
MUTATIONS: dict[str, list[Callable[[random.Random, bytes], bytes]]] = {
    "bytes": BYTES,
    "csv": [
        *BYTES,
        _delete_one,
        _insert,
        _head_damaged,
        _swap_delimiters,
        _swap_delimiters,
        _swap_lines,
        _another_encoding,
    ],
    "xlsx": [_flip, _truncate, _splice, *[_part_damaged] * 4, *[_sheet_rewritten] * 5, _part_lost_or_moved],
    "xls": [*BYTES, *[_records_changed] * 12, *[_tables_changed] * 5],
    "xlsb": [_flip, _truncate, _splice, *[_part_damaged] * 9, _part_lost_or_moved],
    "ods": [
        _flip,
        _truncate,
        _splice,
        *[_part_damaged] * 2,
        *[_content_rewritten] * 8,
        _part_lost_or_moved,
        *[_sheet_cell_rewritten] * 4,
    ],
    "html": [*BYTES, _head_damaged, *[_tags_rewritten] * 12, _another_encoding, _swap_lines],
    "spreadsheetml": [*BYTES, _head_damaged, *[_tags_rewritten] * 12, _swap_lines, *[_cell_rewritten] * 6],
    "parquet": [*BYTES, *[_footer_damaged] * 4, _last_bytes, *[_retyped] * 24],
}
