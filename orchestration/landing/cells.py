"""From the cells of a batch to rows without identity: what is no data, what is repeated, what becomes of a number.

Here: the CTEs over the registered `incoming` (rows.py), which names, identity numbers and phones enter and do not
leave. Not here: types and reasons (judgement.py), the forms themselves (forms.sql, identity.sql). Parameter: as_of.
"""

from __future__ import annotations

from orchestration.contracts import Column, Contract
from orchestration.landing.headers import HeaderRow
from orchestration.landing.sql_text import decoded, listed, literal
from orchestration.landing.tidying import plain

TOTAL_ROW = r"[合总小共][\s\x{3000}]*计"


def normal(contract: Contract, header: HeaderRow) -> str:
    """Every cell of the contract as text: that of a column the file does not have is empty."""
    missing = [column.name for column in contract.columns if column.name not in header.positions]
    return f"""
        normal as (
            select
                *,
                {listed(f"'' as text_{name}" for name in missing)}
            from incoming
        )"""


def pseudonymous(contract: Contract, header: HeaderRow) -> str:
    """`row_kind`, the fingerprint in two hashes, and the columns in place of those that identify somebody."""
    names = [column.name for column in contract.columns if column.name in header.positions]
    spelled = {name: literal(plain(header.cells[header.positions[name]])) for name in names}
    odd_names = names[1::2] or names
    repeated_header = " and ".join(f"text_{name} = {cell}" for name, cell in spelled.items())
    numbers = [column.name for column in contract.columns if column.type == "id"]
    yielded = [_yield(c, name, contract) for c in contract.columns if c.is_masked for name in c.lake_columns]
    return f"""
        sorted_out as (
            select
                *,
                case
                    when beginning = '' then 'blank'
                    when {repeated_header} then 'repeated_header'
                    when contains(beginning, '计') and regexp_matches(beginning, '{TOTAL_ROW}') then 'total'
                end as row_kind,
                hash({", ".join(f"text_{name}" for name in names[::2])}) as even_hash,
                hash({", ".join(f"text_{name}" for name in odd_names)}) as odd_hash,
                {listed(f"full_number(text_{name}) as number_{name}" for name in numbers)}
            from normal
        ),

        parted as (
            select
                *,
                {listed(f"birth_date_of(number_{name}) as born_{name}" for name in numbers)}
                {listed(f"check_character(number_{name}) as check_{name}" for name in numbers)}
            from sorted_out
        ),

        checked as (
            select
                *,
                {listed(_status(name) for name in numbers)}
            from parted
        ),

        pseudonymous as (
            select
                *,
                {listed(yielded)}
            from checked
        )"""


def _status(name: str) -> str:
    area = f"left(number_{name}, 6) in (select code from known_area)"
    return f"status_of(text_{name}, number_{name}, check_{name}, born_{name}, $as_of, {area}) as status_{name}"


def _yield(column: Column, yielded: str, contract: Contract) -> str:
    """What takes the place of a masked cell."""
    return f"{_yielded(column, yielded, contract)} as {yielded}"


def _yielded(column: Column, yielded: str, contract: Contract) -> str:
    name = column.name
    if column.type == "phone":
        return f"is_phone(text_{name})"
    if column.type == "hashed":
        # The prefix keeps an account from ever hashing like a person, or like an account of another column.
        return f"case when text_{name} <> '' then keyed_hash('{yielded}:' || text_{name}) end"
    is_ok = f"case when status_{name} = 'ok' then"
    if yielded == "id_status":
        return f"status_{name}"
    if yielded == "person_key":
        return f"{is_ok} keyed_hash(number_{name}) end"
    sex = next(column for column in contract.columns if column.name == "sex")
    same_birth = f"born_{name} = day_of(text_birth_date)"
    agrees = f"{same_birth} and sex_of(number_{name}) = {decoded(sex, 'text_sex')}"
    return f"{is_ok} {agrees} end"
