with batches as (
    select * from {{ source('lake', 'batch') }}
),

clock as (
    select max(as_of) as today from batches
),

{#- How far the data reached before a day on which something landed: whoever sends two years at once is not two years late. -#}
clocks as (
    select
        cast(landed_at as date) as landed_on,
        max(max(as_of)) over (order by cast(landed_at as date) rows between unbounded preceding and 1 preceding) as known_until,
    from batches
    group by landed_on
),

months as (
    select source, township_code, period_month from {{ ref('landed_month') }}
),

{#- Expected from the first month that landed on, as the rules of freshness have it. -#}
expected_months as (
    select
        source,
        township_code,
        unnest(generate_series(min(period_month), any_value(today), interval 1 month))::date as period_month,
    from months
    cross join clock
    group by source, township_code
),

{#- What speaks for a month: of a snapshot the one that governs; of a ledger's exports the first that reaches the month's end,
    else the newest within it. It has come with the earliest of those that could. -#}
bringing_batches as (
    select
        expected.source,
        expected.township_code,
        expected.period_month,
        coverage.batch_id,
        coverage.sequence,
        coverage.as_of,
        governing.batch_id is not distinct from coverage.batch_id as is_governing,
        coverage.as_of >= last_day(expected.period_month) as is_complete,
    from expected_months as expected
    semi join months
        on expected.source = months.source
        and expected.township_code = months.township_code
        and expected.period_month = months.period_month
    inner join {{ ref('batch_coverage') }} as coverage
        on expected.source = coverage.source and expected.township_code = coverage.township_code
    left join {{ ref('governing_snapshot') }} as governing
        on expected.source = governing.source
        and expected.township_code = governing.township_code
        and expected.period_month = governing.period_month
    where
        if(
            expected.source in ({{ literals(snapshot_sources()) }}),
            {{ month_of('coverage.as_of') }} = expected.period_month,
            coverage.as_of >= expected.period_month
        )
),

arrivals as (
    select
        source,
        township_code,
        period_month,
        arg_min(
            batch_id,
            (
                not is_governing,
                not is_complete,
                if(is_complete, as_of - date '2000-01-01', date '2000-01-01' - as_of),
                sequence
            )
        ) as batch_id,
        min(cast(landed_at as date)) as landed_on,
    from bringing_batches
    inner join (select batch_id, landed_at from batches) as landed using (batch_id)
    group by all
),

delivery as (
    select
        township_code as division_code,
        source,
        period_month as period_start,
        case
            when landed_on is null and days_after_month_end >= {{ var('days_to_deliver') }} then 'missing'
            when landed_on is null then 'not_due'
            when days_after_month_end >= {{ var('days_to_deliver') }} then 'late'
            else 'delivered'
        end as state,
        as_of,
        greatest(days_after_month_end, 0)::integer as days_after_month_end,
        file_name,
    from (
        select
            *,
            coalesce(if(landed_on is null, today, known_until) - last_day(period_month), 0) as days_after_month_end,
        from expected_months
        cross join clock
        left join arrivals using (source, township_code, period_month)
        left join clocks using (landed_on)
        left join (select batch_id, as_of, file_name from batches) as speaking using (batch_id)
    ) as dated
)

select * from delivery
