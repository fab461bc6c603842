"""Why a row was quarantined, in words a clerk can act on.

Here: a reason code (`missing:birth_date`) to its text, its column and what to do, in both languages; which reasons a
contract can give. Not here: judging rows (landing does), or showing the words (`check_report`, `quarantine_export`,
`contract_guide`).
"""

from __future__ import annotations

from orchestration.contracts import Column, Contract
from orchestration.installation.messages import command_line_messages

FLAG_LABELS = ("是", "否")
CHOSEN = ("code", "flag")
READ = ("date", "timestamp", "code6", "code12", "amount")


def reasons_of(contract: Contract) -> list[str]:
    """Every reason for which a row of this extract can be quarantined, in the order in which they apply."""
    required = [column for column in contract.columns if column.required]
    return [
        "malformed_row",
        *(f"missing:{column.name}" for column in required),
        *(f"lost_digits:{column.name}" for column in contract.columns if column.may_lose_digits(contract)),
        *(f"unreadable:{column.name}" for column in required if column.type in READ),
        *(f"implausible_date:{column.name}" for column in required if contract.bound_of(column)),
        *(f"unknown_code:{column.name}" for column in required if column.type in CHOSEN),
        *(f"unknown_division:{column.name}" for column in required if column.type == "code12"),
        *(["out_of_scope"] if any(column.must_lie_in_scope for column in contract.columns) else []),
        "repeated_row",
    ]


def column_of(contract: Contract, reason: str) -> Column | None:
    """The column a reason is about, if it is about one."""
    kind, _, name = reason.partition(":")
    if kind == "out_of_scope":
        return next(column for column in contract.columns if column.must_lie_in_scope)
    return next((column for column in contract.columns if column.name == name), None)


def column_words(column: Column | None, language: str) -> str:
    """A column as a clerk meets it: its header; in English the words of its name first, unless what is kept of it is
    something else."""
    if column is None:
        return ""
    if language == "zh" or column.is_masked:
        return column.header
    return f"{column.name.replace('_', ' ')} ({column.header})"


def labels(column: Column) -> tuple[str, ...]:
    """What may be written in a column of fixed values; nothing for any other."""
    return FLAG_LABELS if column.type == "flag" else tuple(column.codes)


def reason_words(contract: Contract, reason: str, language: str, columns: str = "") -> str:
    """Why, in a few words; `columns` takes the place of the reason's own. Raises KeyError for one without a text."""
    kind = reason.partition(":")[0]
    column = columns or column_words(column_of(contract, reason), language)
    return command_line_messages()(f"quarantine.reason.{kind}", language, column=column)


def fix_words(contract: Contract, reason: str, language: str, columns: str = "") -> str:
    """What to do about it; `columns` as above. Raises KeyError for a reason without a text."""
    kind = reason.partition(":")[0]
    column = column_of(contract, reason)
    key = f"quarantine.fix.{kind}" + (f".{column.type}" if column and kind == "unreadable" else "")
    listed = " / ".join(labels(column)) if column else ""
    return command_line_messages()(key, language, column=columns or column_words(column, language), codes=listed)
