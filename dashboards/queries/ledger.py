"""The ledger of failing rows, counted: what is new, by what, since when, and how long mending takes.

The rows one by one are in `failing.py`; what they may do to results is in `impact.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from dashboards.edition import Edition, Row
from dashboards.queries.names import BELOW, DIVISION


@dataclass(frozen=True)
class Narrowed:
    """What of the ledger is looked at: the children of a division, and of them what is named; None means all."""

    parent_code: str
    division_code: str | None = None
    rule_id: str | None = None
    source: str | None = None
    dimension: str | None = None


# Which rows of the ledger are counted, and how each is told. $today: the day of the newest run.
COUNTS = {
    "open": "resolved_on is null and not is_waived",
    "new": "resolved_on is null and not is_waived and first_seen = $today",
    "reopened": "resolved_on is null and not is_waived and reopened_on = $today and first_seen < $today",
    "mended": "resolved_on = $today",
    "waived": "resolved_on is null and is_waived",
}
COUNTED = ", ".join(f"count(*) filter (where is_{name}) as {name}" for name in COUNTS)
BY = ("rule", "township", "dimension", "source")
# The ledger, narrowed. Rows of no township belong to every division. It is read before anything is joined to it, so
# that half a million rows are looked at once, as they lie.
LEDGER = f"""
    with
    below as ({BELOW}),
    ledger as (
        select *, {", ".join(f"{told} as is_{name}" for name, told in COUNTS.items())},
        from fct_quality_failure
        where ($rule_id is null or rule_id = $rule_id)
            and ($source is null or source = $source)
            and (
                $dimension is null
                or (rule_id, source) in (select (rule_id, source) from dim_rule where dimension = $dimension)
            )
            and (
                ($division_code is null and division_code is null)
                or division_code in (
                    select division_code from below where $division_code is null or child_code = $division_code
                )
            )
    )
"""
# A rule of landing stands once for each extract: its key is both.
RULE = """
    select rule_id, source, position, dimension, severity, affects_accuracy,
        case when $language = 'en' then text_en else text_zh end as rule_text,
        case when $language = 'en' then fix_en else fix_zh end as fix_text,
    from dim_rule
"""


def was_checked(edition: Edition) -> bool:
    """Whether any row was ever held against a rule."""
    return edition.only_row("select count(*) > 0 as was_checked, from fct_quality_result")["was_checked"]


def days(edition: Edition) -> Row:
    """The days of the newest and of the first run: the newest saw every row that still fails."""
    return edition.only_row(
        """
        select max(greatest(last_seen, coalesce(resolved_on, last_seen))) as today, min(first_seen) as first_day,
        from fct_quality_failure
        """
    )


def values(edition: Edition, narrowed: Narrowed) -> Row:
    """What LEDGER is to be filled with."""
    return asdict(narrowed) | {"today": days(edition)["today"]}


def counted(edition: Edition, language: str, narrowed: Narrowed) -> dict[str, list[Row]]:
    """The five counts in all the ways that a page needs, from one look at the ledger.

    `all` (one row), `rule` (with its extract), `township`, `dimension`,
    `source`, what is open most first; `change`: rule and township with what the newest run found otherwise, what is
    worse first. A township or dimension of null has its part too.
    """
    rows = edition.rows(
        f"""
        {LEDGER},
        division as ({DIVISION}),
        rule as ({RULE}),
        told as (select rule_id, source, division_code, {COUNTED} from ledger group by all),
        cell as (select told.* exclude (division_code), child_code, from told left join below using (division_code)),
        part as (
            select
                case
                    when grouping(rule_id, child_code) = 0 then 'change'
                    when grouping(rule_id) = 0 then 'rule'
                    when grouping(child_code) = 0 then 'township'
                    when grouping(dimension) = 0 then 'dimension'
                    when grouping(source) = 0 then 'source'
                    else 'all'
                end as way,
                rule_id, source, child_code, dimension,
                {", ".join(f"coalesce(sum({name}), 0) as {name}" for name in COUNTS)},
            from cell
            left join rule using (rule_id, source)
            group by grouping sets (
                (), (rule_id, source), (child_code), (dimension), (source), (rule_id, source, child_code)
            )
        )
        select
            part.*, coalesce(rule_text, rule_id) as rule_text, fix_text, division_name,
            coalesce(affects_accuracy, false) as affects_accuracy,
            max(open) over (partition by way) - open as fewer_than_most,
        from part
        left join rule using (rule_id, source)
        left join division on division.division_code = child_code
        where way = 'all' or case when way = 'change' then new + reopened else open + waived end + mended > 0
        order by
            case when way = 'change' then new + reopened else open end desc, new + reopened desc, mended desc,
            position, rule_id, source, child_code, part.dimension
        """,
        language=language,
        **values(edition, narrowed),
    )
    return {way: [row for row in rows if row["way"] == way] for way in ("all", "change", *BY)}


def by_month(edition: Edition, narrowed: Narrowed) -> list[Row]:
    """Rows tested, failed and waived by month of data; of all townships together, as results are."""
    return edition.rows(
        """
        select
            period_start,
            sum(rows_tested) as rows_tested,
            sum(rows_failed) as rows_failed,
            sum(rows_waived) as rows_waived,
            max(sum(rows_failed)) over () as most,
        from fct_quality_result
        where is_current and origin = 'expectation'
            and ($rule_id is null or rule_id = $rule_id)
            and ($source is null or source = $source)
            and ($dimension is null or dimension = $dimension)
        group by period_start
        order by period_start
        """,
        rule_id=narrowed.rule_id,
        source=narrowed.source,
        dimension=narrowed.dimension,
    )


def by_day(edition: Edition, narrowed: Narrowed, most: int) -> list[Row]:
    """Found (first or again) and mended on each day of a run, the newest `most` of them, in their order."""
    return edition.rows(
        f"""
        {LEDGER},
        fate as (select first_seen, reopened_on, resolved_on, count(*) as rows, from ledger group by all),
        event as (
            select first_seen as day, rows as found, 0 as mended, from fate
            union all
            select reopened_on, rows, 0, from fate where reopened_on is not null
            union all
            select resolved_on, 0, rows, from fate where resolved_on is not null
        ),
        day as (
            select day, cast(sum(found) as bigint) as found, cast(sum(mended) as bigint) as mended,
            from event group by day
        )
        select *, max(greatest(found, mended)) over () as most,
        from (select * from day where day > $first_day order by day desc limit $most)
        order by day
        """,
        most=most,
        first_day=days(edition)["first_day"],
        **values(edition, narrowed),
    )


def repair(edition: Edition, language: str, parent_code: str) -> list[Row]:
    """How long each township takes to mend, the slowest first."""
    return edition.rows(
        f"""
        with division as ({DIVISION})
        select fct_quality_repair.*, division_name,
        from fct_quality_repair
        inner join division using (division_code)
        where division.parent_code = $parent_code and open_rows + waived_rows + resolved_rows > 0
        order by mean_days_to_resolve desc nulls last, open_rows desc, division_code
        """,
        language=language,
        parent_code=parent_code,
    )
