"""The statements over a batch of rows: give every cell its type, and every row that cannot be used its reason.

Here: both statements over the registered `incoming` (rows.py), as queries whose rows are in its order. Not here: the
look of a cell and identity (cells.py), whether a row repeats another (repetition.py), or is believable (the suites).
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.contracts import TRACE_COLUMNS, Column, Contract, DateBound
from orchestration.landing.cells import normal, pseudonymous
from orchestration.landing.headers import MASK, HeaderRow
from orchestration.landing.sql_text import decoded, listed, literal

VALUES = {
    "text": "nullif(kept_{name}, '')",
    "date": "day_of({text}, $epoch)",
    "timestamp": "moment({text}, $epoch)",
    "flag": "flag({text})",
    "amount": "amount({text})",
    "code6": r"case when regexp_full_match({text}, '\d{{6}}') then {text} end",
}
# Two rows are compared by value: one day in two spellings is one day. Where a cell has none, and for every type that is
# not here, its text decides.
READ = ("code", "date", "timestamp", "flag", "amount")
COMPARED = {
    **dict.fromkeys(READ, "{name}, case when {name} is null then {text} end"),
    "text": "{name}",
    "id": "number_{name}",
    "phone": "phone_digits({text})",
}
DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]*\d{1,2}:\d\d(?::\d\d)?)?|\d{1,8}"
FLAGS = ("是", "否", "√", "×")
LOOKS = {
    "date": DAY,
    "timestamp": DAY,
    "code": "[!-~]{1,2}",
    "flag": "[!-~]{1,2}",
    "code6": r"\d{1,9}",
    "code12": r"\d{1,12}",
    "amount": r"-?\d{1,8}(?:\.\d{1,4})?",
}


def judge_rows(contract: Contract, header: HeaderRow) -> str:
    """The lake's columns of every row, then `row_kind` (null: data), `is_malformed`, the fingerprint `row_hash` and
    `odd_hash`, and the first `row_reason` to quarantine (null: none but perhaps repetition).
    Parameters: scope, as_of, epoch."""
    columns = [column for column in contract.columns if not column.is_masked]
    scoped = [column for column in columns if column.must_lie_in_scope]
    bounded = {c.name: _is_plausible(c, bound) for c in columns if not c.required and (bound := contract.bound_of(c))}
    compared = [_compared(column) for column in contract.columns if column.name in header.positions]
    doubts = [
        f"case when {column.name} is null and text_{column.name} <> '' then '{column.name},' else '' end"
        for column in columns
        if not column.required and column.type != "text"
    ]
    lake = [name for name in contract.lake_columns if name not in TRACE_COLUMNS]
    return f"""
        with{normal(contract, header)},
{pseudonymous(contract, header)},
        read as (
            select
                *,
                {listed(f"{_value(column)} as {column.name}" for column in columns)}
                {listed(f"{_in_scope(column)} as in_{column.name}" for column in scoped)}
            from pseudonymous
        ),

        bounded as (
            select * {_replaced(f"case when {likely} then {name} end as {name}" for name, likely in bounded.items())}
            from read
        ),

        judged as (
            select
                *,
                {" || ".join(doubts) or "''"} as doubts,
                case
                    when is_malformed then 'malformed_row'
                    {_reasons(contract)}
                end as row_reason,
                hash({", ".join(compared[::2])}) as even_hash,
                hash({", ".join(compared[1::2] or compared)}) as odd_hash,
            from bounded
        )

        select
            {", ".join(lake)},
            case when doubts = '' then '' else ',' || doubts end as unreadable,
            source_row, row_kind, is_malformed, hash(even_hash, odd_hash) as row_hash, odd_hash, row_reason
        from judged
    """


def show_rows(contract: Contract, header: HeaderRow) -> str:
    """For quarantine: position, `is_malformed`, and the cells as JSON by header, `***` for what does not look
    like what its column holds."""
    cells = ", ".join(f"{literal(column.header)}, {_quarantined(column)}" for column in contract.columns)
    return f"""
        with{normal(contract, header)}

        select source_row, cast(json_object({cells}) as varchar) as cells
        from normal
    """


def _replaced(items: Iterable[str]) -> str:
    items = ", ".join(items)
    return f"replace ({items})" if items else ""


def _value(column: Column) -> str:
    text = f"text_{column.name}"
    if column.type == "code":
        return decoded(column, text)
    if column.type == "code12":
        village = "'000'" if column.cut_to_township else f"right({text}, 3)"
        return f"case when {_is_code12(column)} then left(township_{column.name}, 9) || {village} end"
    return VALUES[column.type].format(text=text, name=column.name)


def _compared(column: Column) -> str:
    text = f"text_{column.name}"
    return COMPARED.get(column.type, "{text}").format(text=text, name=column.name)


def _is_plausible(column: Column, bound: DateBound) -> str:
    """Whether a date is one that the contract takes for meant; the days at the bounds are."""
    day = f"cast({column.name} as date)"
    return f"{day} between $as_of - to_years({bound.years_before}) and $as_of + to_years({bound.years_after})"


def _in_scope(column: Column) -> str:
    return f"$scope in (township_{column.name}, county_{column.name})"


def _is_code12(column: Column) -> str:
    return rf"regexp_full_match(text_{column.name}, '\d{{12}}')"


def _reasons(contract: Contract) -> str:
    """The order of extracts.md: reason by reason, within a reason by the contract's column order."""
    required = [column for column in contract.columns if column.required]
    unread = {column.name: f"{column.name} is null" for column in required if not column.is_masked}
    unread |= {column.name: f"not {_is_code12(column)}" for column in required if column.type == "code12"}
    chosen = ("code", "flag")
    cases = [f"when text_{c.name} = '' then 'missing:{c.name}'" for c in required]
    fragile = [column.name for column in contract.columns if column.may_lose_digits(contract)]
    cases += [f"when lost_digits(text_{name}) then 'lost_digits:{name}'" for name in fragile]
    cases += [
        f"when {unread[c.name]} then 'unreadable:{c.name}'"
        for c in required
        if c.name in unread and c.type not in (*chosen, "text")
    ]
    cases += [
        f"when not ({_is_plausible(c, bound)}) then 'implausible_date:{c.name}'"
        for c in required
        if (bound := contract.bound_of(c))
    ]
    cases += [f"when {c.name} is null then 'unknown_code:{c.name}'" for c in required if c.type in chosen]
    cases += [f"when {c.name} is null then 'unknown_division:{c.name}'" for c in required if c.type == "code12"]
    cases += [f"when not in_{c.name} then 'out_of_scope'" for c in contract.columns if c.must_lie_in_scope]
    return "\n                    ".join(cases)


def _quarantined(column: Column) -> str:
    text = f"text_{column.name}"
    if column.is_masked:
        return f"case when {text} = '' then '' else '{MASK}' end"
    if column.type == "text":
        # The reference of a number still tells one row from another; of anybody else nothing is shown.
        is_told = rf"kept_{column.name} = {text} or regexp_full_match({text}, '\d{{17}}[\dXx]')"
        return f"case when {text} = '' or not is_malformed and ({is_told}) then kept_{column.name} else '{MASK}' end"
    look = literal(LOOKS[column.type])
    labels = ", ".join(map(literal, FLAGS if column.type == "flag" else column.codes))
    return f"quarantined_text({text}, is_malformed, {look}, [{labels}]::varchar[])"
