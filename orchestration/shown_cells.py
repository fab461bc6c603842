"""Which cells of a quarantined row may be shown: only what has the look of its own column.

Here: an allowlist by column type. Not here: landing's masking of what is stored. A name or a number typed under the
wrong header has no look of its own that could be searched for, so whatever does not fit its column is masked; the
line of the file is what leads a clerk to it.
"""

from __future__ import annotations

import re

from orchestration.contracts import Column, Contract
from orchestration.quarantine_reasons import labels

MASK = "***"
DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
LOOKS = {
    "date": re.compile(rf"{DAY}([ T]*\d{{1,2}}:\d\d(:\d\d)?)?|\d{{1,8}}", re.ASCII),
    "timestamp": re.compile(rf"{DAY}([ T]*\d{{1,2}}:\d\d(:\d\d)?)?|\d{{1,8}}", re.ASCII),
    "code": re.compile(r"[!-~]{1,2}"),
    "flag": re.compile(r"[!-~]{1,2}"),
    "code6": re.compile(r"\d{1,9}", re.ASCII),
    "code12": re.compile(r"\d{1,12}", re.ASCII),
    "amount": re.compile(r"-?\d{1,8}(\.\d{1,4})?", re.ASCII),
    # A number given by an office has a digit and no blank; words may be a name or an address.
    "text": re.compile(r"(?=\D*\d)[A-Za-z0-9_./#-]{1,32}", re.ASCII),
}
# A phone, or an identity number old or new, whatever is put between its digits.
PERSONAL = re.compile(r"1[3-9]\d{9}(?!\d)|\d{15,}")


def shown_cells(contract: Contract, cells: dict[str, str]) -> dict[str, str]:
    """The cells that hold anything, by header in the contract's order, those that may not be shown as `***`."""
    return {
        column.header: _shown(column, cells[column.header]) for column in contract.columns if cells.get(column.header)
    }


def _shown(column: Column, cell: str) -> str:
    if cell in labels(column):
        return cell
    look = LOOKS.get(column.type)
    is_fitting = look is not None and look.fullmatch(cell) is not None
    return cell if is_fitting and not _is_personal(column, cell) else MASK


def _is_personal(column: Column, cell: str) -> bool:
    if column.type in ("date", "timestamp"):
        return False
    if column.type == "code12":  # The twelve digits of a place may contain what looks like a phone.
        return PERSONAL.fullmatch(cell) is not None
    return PERSONAL.search(re.sub(r"[-_./#]", "", cell)) is not None
