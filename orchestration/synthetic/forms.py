"""The form in which an office exports: format, encoding, delimiter, and how it spells dates and flags.

Choosing only; `spelling` turns values into text by it and `writing` makes the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

XLSX_CELLS = 12_000  # beyond this an office here sends CSV: writing a workbook takes long
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be")
DELIMITERS = (",", "\t", ";")
DATE_STYLES = ("dashes", "slashes", "chinese", "compact", "dots", "with_time", "serial")
TIME_STYLES = ("blank", "letter_t", "slashes")
FLAG_STYLES = (("是", "否"), ("Y", "N"), ("1", "0"), ("√", "否"))
HEADER_STYLES = ("chinese", "spaced", "short", "english")


@dataclass(frozen=True)
class Form:
    """`noise` is the share of cells in another spelling; `litter` says whether there are totals and blank lines."""

    file_format: str
    encoding: str
    delimiter: str
    line_end: str
    is_quoted: bool
    date_style: str
    time_style: str
    flag_style: tuple[str, str]
    header_style: str
    title_lines: int
    noise: float
    litter: bool


def choose_form(rng: np.random.Generator, source: str, rows: int, columns: int, is_clean: bool) -> Form:
    """The form of one file; large ones are no XLSX, and a list of tenants, whose rows are cited, is no Parquet."""
    is_small = rows * columns <= XLSX_CELLS
    weights = [0.72, 0.22 * is_small, 0.06 * (source != "rental_tenancy")]
    file_format = str(rng.choice(["csv", "xlsx", "parquet"], p=np.array(weights) / sum(weights)))
    header_weights = [0.6, 0.2, 0.15, 0.05]
    return Form(
        file_format=file_format,
        encoding=str(rng.choice(ENCODINGS, p=[0.3, 0.25, 0.3, 0.1, 0.05])),
        delimiter=str(rng.choice(DELIMITERS, p=[0.7, 0.15, 0.15])),
        line_end=str(rng.choice(["\r\n", "\n"])),
        is_quoted=bool(rng.random() < 0.2),
        date_style=str(rng.choice(DATE_STYLES)),
        time_style=str(rng.choice(TIME_STYLES)),
        flag_style=FLAG_STYLES[int(rng.integers(len(FLAG_STYLES)))],
        header_style=str(rng.choice(HEADER_STYLES, p=header_weights)),
        title_lines=int(rng.integers(1, 3)) if file_format == "xlsx" else 0,
        noise=0.0 if is_clean else 0.0005,
        litter=not is_clean and rows > 0,
    )
