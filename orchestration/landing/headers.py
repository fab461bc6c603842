"""Which column of a file is which column of its contract.

Here: how a header is normalised, the search for the header row. Not here: reading rows, judging values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from orchestration.contracts import Contract
from orchestration.landing.refusal import Refused
from orchestration.landing.tidying import plain

# Exports carry titles and notes above the header: two real official workbooks have it in rows 14 and 16.
HEADER_WITHIN_ROWS = 30
# As many as a sheet of Excel has.
MAX_COLUMNS = 1 << 14
# One cell that reads like a header happens in a title or a data row; two do not.
MIN_MATCHES = 2
SYNTHETIC_MARKER = "合成数据"
MASK = "***"
# A line break lost after the header row, or a quote never closed, puts somebody's data among the headers. Where one of
# them holds a number, a day or more text than a header has, all that the contract does not know are masked.
NO_HEADER = re.compile(r"\d{7}|\d{4}[-/.年]\d\d?[-/.月]\d|.@.|.{61}")


@dataclass(frozen=True)
class HeaderRow:
    """The header row of a file: `positions` (from 0) of the contract columns found, by name; `repeated` are the names
    that more than one cell answers to."""

    row: int
    cells: tuple[str, ...]
    positions: dict[str, int]
    repeated: tuple[str, ...] = ()

    @cached_property
    def width(self) -> int:
        """The number of fields a row must have: blank headers at the end do not count."""
        return max((i + 1 for i, cell in enumerate(self.cells) if normal_header(cell)), default=0)

    @property
    def unknown(self) -> list[str]:
        """Names of the columns that are none of the contract's, as they may be kept and said."""
        known = set(self.positions.values())
        cells = [_tidy(cell) for i, cell in enumerate(self.cells) if i not in known and normal_header(cell)]
        return [MASK] * len(cells) if any(NO_HEADER.search(cell) for cell in cells) else cells

    def missing(self, contract: Contract) -> list[str]:
        """Headers of the required columns that are not there."""
        return [column.header for column in contract.columns if column.required and column.name not in self.positions]

    @property
    def is_synthetic(self) -> bool:
        return SYNTHETIC_MARKER in {normal_header(cell) for cell in self.cells}


def normal_header(cell: str) -> str:
    """A header as it is compared: tidied like every cell, without any blank, in lower case."""
    return plain(cell).replace(" ", "").lower()


def column_names(contract: Contract) -> dict[str, str]:
    """The column that each word means that may stand in a header row."""
    return {
        normal_header(word): column.name
        for column in contract.columns
        for word in (column.name, *column.aliases, column.header)
    }


def match(names: Mapping[str, str], row: int, cells: Sequence[str]) -> HeaderRow:
    """`cells` read as a header row. A remark in brackets after a known header is overlooked."""
    spelled = [normal_header(cell) for cell in cells]
    found = [names.get(cell) for cell in spelled]
    for i, cell in enumerate(spelled):
        bare = names.get(re.sub(r"\([^()]*\)$", "", cell))
        if found[i] is None and bare not in found:
            found[i] = bare
    positions = {name: i for i, name in enumerate(found) if name is not None}
    return HeaderRow(row, tuple(cells), positions, tuple(name for name in positions if found.count(name) > 1))


def find_header(contract: Contract, rows: Iterable[Sequence[str]]) -> HeaderRow | None:
    """The one of the first rows that names most columns of the contract, or None."""
    best: HeaderRow | None = None
    names = column_names(contract)
    for number, cells in enumerate(rows):
        if number == HEADER_WITHIN_ROWS:
            break
        if len(cells) > MAX_COLUMNS:
            continue
        candidate = match(names, number, cells)
        enough = len(candidate.positions) >= min(MIN_MATCHES, len(contract.columns))
        if enough and (best is None or len(candidate.positions) > len(best.positions)):
            best = candidate
    return best


def require_columns(contract: Contract, header: HeaderRow) -> None:
    """Raises Refused: with the missing columns and the headers found, or with columns that are there twice."""
    if header.repeated:
        twice = (column.header for column in contract.columns if column.name in header.repeated)
        raise Refused("repeated_columns", columns=_listed(twice))
    if missing := header.missing(contract):
        found = [column.header for column in contract.columns if column.name in header.positions]
        raise Refused("missing_columns", missing=_listed(missing), found=_listed([*found, *header.unknown]))


def _tidy(cell: str) -> str:
    """A header in one line."""
    return " ".join(plain(" ".join(cell.split())).split())


def _listed(words: Iterable[str]) -> str:
    return " | ".join(words)
