"""`shuangbai bulletin`: which edition, period and file are meant, and the exit code.

What is written is in `dashboards.documents`.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from dashboards import formatting
from dashboards.documents import facts, letterhead
from dashboards.documents.bulletin import FORMATS, write
from dashboards.documents.failures import CATALOGUE, DocumentError
from orchestration.installation.durable import durable
from orchestration.installation.messages import LANGUAGES
from orchestration.installation.paths import Home
from orchestration.publishing.edition import DATABASE


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line; None takes the default."""

    month: str | None
    kind: str
    format: str | None
    out: Path
    language: str
    county: str | None
    number: str | None
    overwrite: bool


def bulletin(home: Home, order: Order) -> int:
    """Write the bulletin to `order.out`; the exit code. What is wrong is said on stderr in both languages."""
    try:
        print(_written(home, order))
    except DocumentError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _written(home: Home, order: Order) -> str:
    format = _format(order)
    if order.out.exists() and not order.overwrite:
        raise DocumentError("error.exists", file=str(order.out))
    month = _month(order.month)
    path = home.current_edition / DATABASE
    if not path.exists():
        raise DocumentError("error.no_edition")
    if order.kind not in facts.KINDS:
        raise DocumentError("error.unknown_kind", kind=order.kind, known=" / ".join(facts.KINDS))
    head = letterhead.read(home.letterhead, order.language, order.number)
    # The edition behind `current` now: another may be published while this one is read.
    path = path.resolve()
    with facts.opened(path) as edition:
        parent_code = facts.parent(edition, order.county)
        start = facts.period_of(edition, order.kind, month, parent_code)
        edition_id = edition.only_row("select edition_id from edition")["edition_id"]
    made = write(path, order.language, order.kind, start, parent_code, format, head)
    try:
        with durable(order.out) as temporary:
            temporary.write_bytes(made)
    except OSError:
        raise DocumentError("error.not_writable", file=str(order.out)) from None
    return "\n".join(
        CATALOGUE(
            "written",
            language,
            period=formatting.period(order.kind, start, language),
            file=order.out,
            edition=edition_id,
        )
        for language in LANGUAGES
    )


def _format(order: Order) -> str:
    """What --format says, else the ending of --out."""
    suffix = order.out.suffix.lower().removeprefix(".")
    format = order.format or suffix
    if format not in FORMATS:
        raise DocumentError("error.unknown_format", format=format or str(order.out), known=" / ".join(FORMATS))
    if suffix != format:
        raise DocumentError("error.other_suffix", file=str(order.out), format=format)
    return format


def _month(asked: str | None) -> dt.date | None:
    if asked is None:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}", asked) or not 1 <= int(asked[5:]) <= 12 or not int(asked[:4]):
        raise DocumentError("error.bad_month", month=asked)
    return dt.date(int(asked[:4]), int(asked[5:]), 1)
