"""Which of several tables in a file is the one: the first that is shown and has the contract's headers.

Here: the choice, and by what name a sheet may be kept. Not here: reading a table (workbook.py, markup.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from orchestration.contracts import Contract
from orchestration.landing.headers import HEADER_WITHIN_ROWS, HeaderRow, find_header
from orchestration.landing.refusal import Refused

Handle = TypeVar("Handle")
# What spreadsheet programs call a sheet that nobody named.
UNNAMED = re.compile(r"(Sheet|sheet|工作表) ?\d{1,3}")


@dataclass(frozen=True)
class Sheet(Generic[Handle]):
    """A table of a file: its name, its place from 1, and its first rows as text, from the top of the sheet."""

    handle: Handle
    name: str
    place: int
    is_shown: bool
    top: Callable[[], Iterable[Sequence[str]]]

    def kept_name(self, contract: Contract) -> str:
        """How the sheet may be kept and said: by its name if a program or the contract gave it, else by its place
        (`#2`), because people name sheets after people."""
        tidy = " ".join(self.name.split())
        is_nobodys = UNNAMED.fullmatch(tidy) or tidy in (contract.source, contract.name_zh, contract.name_en)
        return tidy if is_nobodys else f"#{self.place}"


def choose(sheets: Iterable[Sheet[Handle]], contract: Contract) -> tuple[Sheet[Handle], HeaderRow]:
    """The first sheet that is shown and has all required columns, else the one that comes nearest; no more sheets are
    taken than that needs. A hidden one is only looked at when nothing else is left to say. Raises Refused."""
    nearest: tuple[Sheet[Handle], HeaderRow] | None = None
    hidden: list[Sheet[Handle]] = []
    has_content = False
    for sheet in sheets:
        if not sheet.is_shown:
            hidden.append(sheet)
            continue
        top = list(sheet.top())
        has_content |= any(map(any, top))
        header = find_header(contract, top)
        if header is not None and not header.missing(contract):
            return sheet, header
        if header is not None and (nearest is None or len(header.positions) > len(nearest[1].positions)):
            nearest = sheet, header
    if nearest is not None:
        return nearest
    for sheet in hidden:
        if find_header(contract, sheet.top()) is not None:
            raise Refused("hidden_sheet", sheet=sheet.kept_name(contract))
    raise Refused("no_header" if has_content else "empty_file", within=HEADER_WITHIN_ROWS)
