"""The bulletin (通报) of a period as the bytes of a file: facts, words, document, writer.

`write` is what a page's button calls; the command line is in `dashboards.documents.command`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from dashboards.documents import composition, facts
from dashboards.documents.failures import DocumentError
from dashboards.documents.letterhead import Letterhead, read
from orchestration.installation.paths import Home

FORMATS = ("docx", "xlsx", "pdf")


def write(
    edition_path: str | Path,
    language: str,
    kind: str,
    start: dt.date,
    parent_code: str,
    format: str,
    letterhead: Letterhead | None = None,
) -> bytes:
    """The file of the children of `parent_code` in the period of `kind` that begins with `start`.

    `letterhead` None takes what the installation has set. The same edition gives the same bytes. Raises DocumentError
    for an unknown kind or format, a period without data, a file that is no edition, or (docx, pdf) if no installed font
    has the characters.
    """
    if format not in FORMATS:
        raise DocumentError("error.unknown_format", format=format, known=" / ".join(FORMATS))
    with facts.opened(edition_path) as edition:
        gathered = facts.gather(edition, language, kind, start, parent_code)
    if letterhead is None:
        letterhead = read(Home.from_environment().letterhead, language)
    document = composition.bulletin(gathered, letterhead, has_figures=format != "xlsx")
    created = gathered.source["created_at"]
    # Each writer brings a library of its own; only the one asked for is loaded.
    if format == "docx":
        from dashboards.documents import as_docx

        return as_docx.write(document, created)
    if format == "pdf":
        from dashboards.documents import as_pdf

        return as_pdf.write(document, created)
    from dashboards.documents import as_xlsx

    return as_xlsx.write(gathered, document, created)
