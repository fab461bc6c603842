"""The second statement over a file: give every cell its type, and every row that cannot be used its reason.

Here: the table `typed`, one row per data row, and writing it to lake and quarantine. Not here: reading or normalising
(cells.py), or whether a row is believable (the suites).
"""

from __future__ import annotations

from orchestration.contracts import TRACE_COLUMNS, Column, Contract
from orchestration.landing.sql_text import decoded, listed, literal

VALUES = {
    "text": "nullif({text}, '')",
    "date": "day_of({text})",
    "timestamp": "moment({text})",
    "flag": "flag({text})",
    "amount": "amount({text})",
    "code6": r"case when regexp_full_match({text}, '\d{{6}}') then {text} end",
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
    # A number given by an office has a digit and no blank; words may be a name or an address.
    "text": r"[A-Za-z_./#-]{0,31}\d[A-Za-z0-9_./#-]{0,31}",
}


def create_typed(contract: Contract) -> str:
    """The data rows with their lake columns, `unreadable`, and the first `row_reason` to quarantine (null: accepted).
    Parameter: scope."""
    columns = [column for column in contract.columns if not column.is_masked]
    places = [column for column in columns if column.type == "code12"]
    bounded = [column for column in places if column.must_lie_in_scope]
    joins = "".join(
        f"\n            left join township_{contract.division_system} as at_{column.name}"
        f" on left(text_{column.name}, 9) = at_{column.name}.code"
        for column in places
    )
    kept = [name for column in contract.columns for name in column.lake_columns]
    doubts = [
        f"case when {column.name} is null and text_{column.name} <> '' then '{column.name}' end"
        for column in columns
        if not column.required and column.type != "text"
    ]
    unreadable = f"concat_ws(',', {', '.join(doubts)})" if doubts else "''"
    return f"""
        create or replace table typed as
        with
        first_of_equals as (
            select fingerprint, min(source_row) as first_row
            from cells
            where row_kind is null and not is_malformed
            group by fingerprint
            having count(*) > 1
        ),

        read as (
            select
                cells.*,
                {listed(f"{_value(column)} as {column.name}" for column in columns)}
                {listed(f"{_in_scope(column)} as in_{column.name}" for column in bounded)}
                source_row > coalesce(first_row, source_row) as is_repeated
            from cells
            left join first_of_equals using (fingerprint){joins}
            where row_kind is null
        ),

        judged as (
            select
                source_row,
                {listed(kept)}
                {unreadable} as doubts,
                case
                    when is_malformed then 'malformed_row'
                    {_reasons(contract)}
                    when is_repeated then 'repeated_row'
                end as row_reason
            from read
        )

        select * exclude (doubts), case when doubts = '' then '' else ',' || doubts || ',' end as unreadable
        from judged
    """


def _value(column: Column) -> str:
    text = f"text_{column.name}"
    if column.type == "code":
        return decoded(column, text)
    if column.type == "code12":
        village = "'000'" if column.cut_to_township else f"right({text}, 3)"
        return f"case when {_is_code12(column)} then left(at_{column.name}.township_code, 9) || {village} end"
    return VALUES[column.type].format(text=text)


def _in_scope(column: Column) -> str:
    return f"$scope in (at_{column.name}.township_code, at_{column.name}.county_code)"


def _is_code12(column: Column) -> str:
    return rf"regexp_full_match(text_{column.name}, '\d{{12}}')"


def _reasons(contract: Contract) -> str:
    """The order of extracts.md: reason by reason, within a reason by the contract's column order."""
    required = [column for column in contract.columns if column.required]
    unread = {column.name: f"{column.name} is null" for column in required if not column.is_masked}
    unread |= {column.name: f"not {_is_code12(column)}" for column in required if column.type == "code12"}
    chosen = ("code", "flag")
    cases = [f"when text_{c.name} = '' then 'missing:{c.name}'" for c in required]
    cases += [
        f"when {unread[c.name]} then 'unreadable:{c.name}'"
        for c in required
        if c.name in unread and c.type not in (*chosen, "text")
    ]
    cases += [f"when {c.name} is null then 'unknown_code:{c.name}'" for c in required if c.type in chosen]
    cases += [f"when {c.name} is null then 'unknown_division:{c.name}'" for c in required if c.type == "code12"]
    cases += [f"when not in_{c.name} then 'out_of_scope'" for c in contract.columns if c.must_lie_in_scope]
    return "\n                    ".join(cases)


def copy_accepted(contract: Contract, trace: dict[str, str], path: str) -> str:
    """Write the lake's parquet; `trace` gives the values of the trace columns that the file alone decides."""
    columns = [
        f"cast({literal(trace[name])} as {kind}) as {name}" if name in trace else name
        for name, kind in contract.lake_columns.items()
    ]
    return f"""
        copy (select {", ".join(columns)} from typed where row_reason is null order by source_row)
        to {literal(path)} (format parquet, compression zstd)
    """


def copy_quarantined(contract: Contract, trace: dict[str, str], path: str) -> str:
    """Write the quarantine's parquet: position, reason, and the cells as JSON by header, `***` for every cell that does
    not look like what its column holds."""
    cells = ", ".join(f"{literal(column.header)}, {_quarantined(column)}" for column in contract.columns)
    traced = ", ".join(f"cast({literal(value)} as {TRACE_COLUMNS[name]}) as {name}" for name, value in trace.items())
    return f"""
        copy (
            select {traced}, source_row, row_reason as reason, cast(json_object({cells}) as varchar) as cells
            from typed
            inner join cells using (source_row)
            where row_reason is not null
            order by source_row
        ) to {literal(path)} (format parquet, compression zstd)
    """


def _quarantined(column: Column) -> str:
    labels = ", ".join(map(literal, FLAGS if column.type == "flag" else column.codes))
    look = literal(LOOKS.get(column.type, r"\*\*\*"))
    return f"quarantined_text(text_{column.name}, is_malformed, {look}, [{labels}]::varchar[])"
