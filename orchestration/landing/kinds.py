"""What a file is, by what is in it; its name decides nothing.

Here: the kinds that are read, and those that are known well enough to say what they are and what to do. Not here:
reading any of them.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Literal, cast, get_args

from orchestration.landing.compound import SIGNATURE, DamagedContainer, names_in
from orchestration.landing.encoding import candidates
from orchestration.landing.refusal import Refused
from orchestration.landing.unpacking import DAMAGED

Kind = Literal["csv", "xlsx", "parquet", "xls", "xlsb", "ods", "html", "spreadsheetml"]
KINDS = get_args(Kind)
# What a name may end in, and what such a file is as a rule; WPS writes `.et` in the old form or in the new one.
ENDINGS: dict[str, tuple[Kind, ...]] = {
    "csv": ("csv",),
    "txt": ("csv",),
    "xlsx": ("xlsx",),
    "xlsm": ("xlsx",),
    "xls": ("xls",),
    "et": ("xls", "xlsx"),
    "xlsb": ("xlsb",),
    "ods": ("ods",),
    "parquet": ("parquet",),
    "html": ("html",),
    "htm": ("html",),
    "xml": ("spreadsheetml",),
}
HEAD_BYTES = 1 << 13
# What begins like this is known to its first byte. A text never does: it has printed characters in these places.
BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"%PDF-", "is_pdf"),
    (b"\x89PNG\r\n", "is_picture"),
    (b"\xff\xd8\xff", "is_picture"),
    (b"GIF87a", "is_picture"),
    (b"GIF89a", "is_picture"),
    (b"II*\0", "is_picture"),
    (b"MM\0*", "is_picture"),
    (b"Rar!\x1a\x07", "is_archive"),
    (b"7z\xbc\xaf\x27\x1c", "is_archive"),
    (b"\x1f\x8b\x08", "is_archive"),
    (b"BZh9", "is_archive"),
    (b"\xfd7zXZ\0", "is_archive"),
    (b"\x7fELF", "is_program"),
    (b"{\\rtf", "is_document"),
    (b"\0\1\0\0Standard ", "is_database"),
    (b"SQLite format 3\0", "is_database"),
    # Excel 2, 3 and 4, and a later one that lost its container.
    (b"\x09\0\x04\0", "old_workbook"),
    (b"\x09\x02\x06\0", "old_workbook"),
    (b"\x09\x04\x06\0", "old_workbook"),
    (b"\x09\x08\x10\0", "old_workbook"),
)
# The same, with the middle left open: RIFF....WEBP, a bitmap, a photo of a phone, a program of Windows.
SHAPES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "is_picture"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "is_picture"),
    (re.compile(rb"\0\0\0.ftyp", re.DOTALL), "is_picture"),
    (re.compile(rb"MZ.{0,62}\0", re.DOTALL), "is_program"),
    # dBase and FoxPro: year, month and day of the last change; rows; bytes of the head and of a row.
    (
        re.compile(rb"[\x02-\x05\x30-\x32Cc\x83\x8b\x8e\xcb\xf5\xfb].[\x01-\x0c][\x01-\x1f].{8}\0\0", re.DOTALL),
        "is_database",
    ),
)
ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# Which part an archive of an office program has, in the order in which it decides.
PARTS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook.xml", "xlsx"),
    ("word/", "is_document"),
    ("ppt/", "is_document"),
    ("OFD.xml", "is_pdf"),
    # A workbook that lost its main part is damaged.
    ("xl/", "unreadable_file"),
)
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
ENCRYPTED = b"encryption-data"
MAX_OF_MANIFEST = 1 << 20
# Which stream a container of an old office program has, in the order in which it decides.
STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "locked_workbook"),
    ("WordDocument", "is_document"),
    ("PowerPoint Document", "is_document"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
WEB_ARCHIVE = re.compile(r"(MIME-Version|From|Content-Type): ", re.IGNORECASE)
# What may stand before the first element of a page.
BEFORE_MARKUP = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>|<!\[.*?\]>)*", re.IGNORECASE | re.DOTALL
)
ELEMENT = re.compile(r"<(?:[a-z]\w*:)?([a-z]\w*)[\s/>]", re.IGNORECASE)
SPREADSHEETML = "urn:schemas-microsoft-com:office:spreadsheet"
PAGE_ELEMENT = re.compile(
    r"html|head|meta|title|link|style|script|base|body|div|span|center|form|font|b|p|br|h[1-6]|table|caption|colgroup"
    r"|col|thead|tbody|tr|td|th",
    re.IGNORECASE,
)


def kind_of(path: Path) -> Kind:
    """Raises Refused for an empty file, and with what it is for what is no table."""
    found = _found(path)
    if found not in KINDS:
        raise Refused(found)
    return cast(Kind, found)


def _found(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        return "empty_file"
    if head.startswith(SIGNATURE):
        return _in_container(path)
    if head.startswith(ARCHIVE):
        return _in_archive(path)
    for beginning, kind in BEGINNINGS:
        if head.startswith(beginning):
            return kind
    for shape, kind in SHAPES:
        if shape.match(head):
            return kind
    return _in_text(head)


def _in_container(path: Path) -> str:
    try:
        names = names_in(path)
    except DamagedContainer:
        return "unreadable_file"
    return next((kind for name, kind in STREAMS if name in names), "unreadable_file")


def _in_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            said = _beginning(archive, "mimetype")
            if said.startswith(OPEN_DOCUMENT):
                if ENCRYPTED in _beginning(archive, "META-INF/manifest.xml"):
                    return "locked_workbook"
                return "ods" if said.removeprefix(OPEN_DOCUMENT).startswith(b"spreadsheet") else "is_document"
    except DAMAGED:
        return "unreadable_file"
    return next((kind for part, kind in PARTS if any(name.startswith(part) for name in names)), "is_archive")


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    if part not in archive.namelist():
        return b""
    with archive.open(part) as file:
        return file.read(MAX_OF_MANIFEST)


def _in_text(head: bytes) -> str:
    encoding = candidates(head)[0]
    text = head.decode(encoding, errors="ignore").lstrip("\ufeff")
    if WEB_ARCHIVE.match(text) and "boundary=" in text:
        return "is_web_archive"
    before = BEFORE_MARKUP.match(text)
    first = ELEMENT.match(text, before.end() if before else 0)
    if first is None:
        return "csv"
    if first[1] == "Workbook" and SPREADSHEETML in text:
        return "spreadsheetml"
    if PAGE_ELEMENT.fullmatch(first[1]):
        return "html"
    return "is_markup" if text.lstrip().startswith("<?xml") else "csv"
