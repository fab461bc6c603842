{{ config(meta={'rebuilt': 'from_month', 'month_column': 'period_month'}) }}

with clock as (
    select max(as_of) as today from {{ source('lake', 'batch') }}
),

townships as (
    select division_code as township_code, parent_code as county_code
    from {{ ref('dim_division') }}
    where level = 'township' and division_code not in ({{ unranked_divisions() }})
),

landed_months as (
    select source, township_code, period_month, is_provisional from {{ ref('landed_month') }}
),

first_months as (
    select source, county_code, min(period_month) as first_month
    from landed_months
    inner join townships using (township_code)
    group by all
),

{#- What one township of a county has sent, every one owes, from the first month of it to the one that the clock is in. #}
owed_months as (
    select
        source,
        county_code,
        township_code,
        unnest(generate_series(first_month, today, interval 1 month))::date as period_month,
    from first_months
    inner join townships using (county_code)
    cross join clock
),

states as (
    select
        source,
        township_code,
        period_month,
        county_code,
        county_code is not null as is_owed,
        is_provisional is not null as has_landed,
        coalesce(not is_provisional, false) as is_complete,
    from owed_months
    full join landed_months using (source, township_code, period_month)
    where {{ is_rebuilt() }}
),

counted_states as (
    select
        *,
        count(*) over siblings as owing,
        count(*) filter (where has_landed) over siblings as landed,
        count(*) filter (where is_complete) over siblings as complete,
    from states
    window siblings as (partition by source, period_month, county_code)
),

{#- A ledger that stops short withholds the rest of the month, once half of the others have sent theirs to its end; a
    snapshot of an earlier day than the month's last is whole. #}
source_month as (
    select
        source,
        township_code,
        period_month,
        is_owed,
        has_landed,
        is_complete,
        is_owed
        and today - last_day(period_month) >= {{ var('days_to_deliver') }}
        and case
            when not has_landed then landed > 0
            else not is_complete and complete > 0 and 2 * complete >= owing - 1
                and source in ({{ literals(ledger_sources()) }})
        end as is_undelivered,
    from counted_states
    cross join clock
)

select * from source_month
