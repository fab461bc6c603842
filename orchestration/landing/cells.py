"""The first statement over a file: normalise every cell, sort out what is no data, let identity go.

Here: the table `cells`, one row per row of the file. Not here: types and reasons (judgement.py), the forms themselves
(forms.sql, identity.sql). Names, identity numbers and phones are seen by `insert_cells` only; the table it fills holds
`***` in their place.
"""

from __future__ import annotations

from orchestration.contracts import Column, Contract
from orchestration.landing.headers import HeaderRow
from orchestration.landing.sql_text import decoded, listed, literal

MASK = "***"
# Between cells where a row is looked at as one text; no keyboard writes it.
SEPARATOR = "chr(31)"
TOTAL_ROW = r"^[\s\x1F\x{00A0}\x{3000}]*[^\x1F]*[合总小共][\s\x{3000}]*计"
BLANK_ROW = r"[\s\x1F\x{00A0}\x{3000}]*"
# A full-width form, or a blank at either end of a cell: most rows have none, and one look spares each of their cells.
UNTIDY_ROW = r"[\x{FF01}-\x{FF5E}]|(?:^|\x1F)[\s\x{00A0}\x{3000}]|[\s\x{00A0}\x{3000}](?:$|\x1F)"


def create_cells(contract: Contract) -> str:
    """One row per row of the file: kinds and faults of the row, what identity became, and the other cells as text."""
    kept = "".join(f", text_{column.name} varchar" for column in contract.columns)
    yielded = "".join(
        f", {name} {kind}"
        for column in contract.columns
        if column.is_masked
        for name, kind in column.lake_columns.items()
    )
    return (
        "create or replace table cells (source_row bigint, row_kind varchar, is_malformed boolean, "
        f"fingerprint uhugeint{kept}{yielded})"
    )


def insert_cells(contract: Contract, header: HeaderRow) -> str:
    """Fill `cells` from the registered `incoming` (rows.SCHEMA). Parameters: as_of, inner, outer."""
    given = {name: position + 1 for name, position in header.positions.items()}
    cells = {
        name: f"case when is_untidy then plain(fields[{at}]) else coalesce(fields[{at}], '') end"
        for name, at in given.items()
    }
    texts = [f"{cells.get(column.name, literal(''))} as text_{column.name}" for column in contract.columns]
    spelled = {name: literal(header.cells[at - 1]) for name, at in given.items()}
    repeated_header = " and ".join(f"text_{name} = plain({cell})" for name, cell in spelled.items())
    compared = ", ".join(f"text_{name}" for name in given)
    width = len(header.cells)
    numbers = [c.name for c in contract.columns if c.type == "id"]
    kept = [_masked(column) if column.is_masked else _kept(column) for column in contract.columns]
    yielded = [_yield(c, name, contract) for c in contract.columns if c.is_masked for name in c.lake_columns]
    return f"""
        insert into cells
        with
        whole_rows as (
            select
                *,
                len(fields) as field_count,
                array_to_string(fields, {SEPARATOR}) as whole,
                regexp_matches(array_to_string(fields, {SEPARATOR}), '{UNTIDY_ROW}') as is_untidy
            from incoming
        ),

        split as (
            select
                source_row, field_count, whole,
                case when field_count > {width} then array_to_string(fields[{width + 1}:], '') else '' end as surplus,
                {listed(texts)}
            from whole_rows
        ),

        sorted_out as (
            select
                *,
                case
                    when regexp_full_match(whole, '{BLANK_ROW}') then 'blank'
                    when {repeated_header} then 'repeated_header'
                    when regexp_matches(whole, '{TOTAL_ROW}') then 'total'
                end as row_kind,
                field_count < {header.width} or trimmed(surplus) <> '' as is_malformed,
                md5_number(concat_ws({SEPARATOR}, hex($inner), {compared})) as fingerprint,
                {listed(f"full_number(text_{name}) as number_{name}" for name in numbers)}
            from split
        ),

        checked as (
            select
                *,
                {listed(_status(name) for name in numbers)}
            from sorted_out
        )

        select
            source_row, row_kind, is_malformed, fingerprint,
            {listed([*kept, *yielded])}
        from checked
    """


def _kept(column: Column) -> str:
    text = f"text_{column.name}"
    return f"without_number({text}, $inner, $outer)" if column.type == "text" else text


def _masked(column: Column) -> str:
    return f"case when text_{column.name} = '' then '' else '{MASK}' end"


def _status(name: str) -> str:
    area = f"left(number_{name}, 6) in (select code from known_area)"
    return f"status_of(text_{name}, number_{name}, $as_of, {area}) as status_{name}"


def _yield(column: Column, yielded: str, contract: Contract) -> str:
    """What takes the place of a masked cell."""
    name = column.name
    if column.type == "phone":
        return f"is_phone(text_{name})"
    if column.type == "hashed":
        # The prefix keeps an account from ever hashing like a person, or like an account of another column.
        return f"case when text_{name} <> '' then keyed_hash('{yielded}:' || text_{name}, $inner, $outer) end"
    is_ok = f"case when status_{name} = 'ok' then"
    if yielded == "id_status":
        return f"status_{name}"
    if yielded == "person_key":
        return f"{is_ok} keyed_hash(number_{name}, $inner, $outer) end"
    sex = next(column for column in contract.columns if column.name == "sex")
    same_birth = f"birth_date_of(number_{name}) = day_of(text_birth_date)"
    agrees = f"{same_birth} and sex_of(number_{name}) = {decoded(sex, 'text_sex')}"
    return f"{is_ok} {agrees} end"
