"""From the cells of a batch to rows without identity: what is no data, what is repeated, what becomes of a number.

Here: the CTEs over the registered `incoming` (rows.py), which names, identity numbers and phones enter and do not
leave. Not here: types and reasons (judgement.py), the forms themselves (forms.sql, identity.sql). Parameters: as_of,
epoch.
"""

from __future__ import annotations

from orchestration.contracts import Column, Contract
from orchestration.landing.headers import HeaderRow
from orchestration.landing.sql_text import decoded, listed, literal
from orchestration.landing.tidying import plain

# A cell that says it is a total: the word alone, after a place or a period, before a colon, a bracket or a number. In
# 符合计划生育政策, 综合计划 and 联合计生 the two characters are neighbours and no word.
PLACE_OR_PERIOD = (
    r"(?:以上|全部|各?[\p{Han}\dA-Za-z·-]{0,14}?"
    r"(?:省|州|盟|市|县|区|旗|乡|镇|街道|办事处|办|社区|村|组|社|队|场|户|页|表|年|半年|季|季度|月|月份|旬|周|日|天|期|次|\d))"
)
TOTAL_CELL = (
    rf"[\[(（【〔《<*·—_-]*{PLACE_OR_PERIOD}?[-—_:：、,，/]?(?:合计|总计|小计|共计)"
    r"[\])）】〕》>*·—。.、,，;；_-]*(?:[:：(（\[【〔<+-]?[\d一二三四五六七八九十百千万零〇两].*|[:：(（\[【〔<=].*)?"
)


def normal(contract: Contract, header: HeaderRow) -> str:
    """Every cell of the contract as text: that of a column the file does not have is empty."""
    missing = [f"text_{column.name}" for column in contract.columns if column.name not in header.positions]
    missing += [f"kept_{c.name}" for c in contract.columns if c.type == "text" and f"text_{c.name}" in missing]
    return f"""
        normal as (
            select
                *,
                {listed(f"'' as {name}" for name in missing)}
            from incoming
        )"""


def pseudonymous(contract: Contract, header: HeaderRow) -> str:
    """`row_kind`, and the columns in place of those that identify somebody."""
    names = [column.name for column in contract.columns if column.name in header.positions]
    spelled = {name: literal(plain(header.cells[header.positions[name]])) for name in names}
    repeated_header = " and ".join(f"text_{name} = {cell}" for name, cell in spelled.items())
    lacking = " or ".join(f"text_{column.name} = ''" for column in contract.columns if column.required)
    is_total = f"regexp_full_match(replace(beginning, ' ', ''), {literal(TOTAL_CELL)}) and ({lacking or 'true'})"
    numbers = [column.name for column in contract.columns if column.type == "id"]
    yielded = [_yield(c, name, contract) for c in contract.columns if c.is_masked for name in c.lake_columns]
    return f"""
        sorted_out as (
            select
                *,
                case
                    when beginning = '' then 'blank'
                    when {repeated_header} then 'repeated_header'
                    when contains(beginning, '计') then case when {is_total} then 'total' end
                end as row_kind,
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
    same_birth = f"born_{name} = day_of(text_birth_date, epoch := $epoch)"
    agrees = f"{same_birth} and sex_of(number_{name}) = {decoded(sex, 'text_sex')}"
    return f"{is_ok} {agrees} end"
