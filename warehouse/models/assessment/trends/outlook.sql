{{ config(materialized='table') }}

{#- Read three times, a few months and columns of all: not materialized, each reading takes only what it needs. #}
with results as not materialized (
    select * from {{ ref('indicator_result') }}
    where target_value is not null and level in ({{ literals(var('charted_levels')) }})
),

newest_month as (
    select max(period_start) as newest from results where period_kind = 'month' and not is_provisional
),

closed_months as (
    select
        *,
        case when verdict <> 'not_applicable' then period_start end as counted_on,
    from results
    cross join newest_month
    where
        period_kind = 'month'
        and not is_provisional
        and period_start > {{ plus_months('newest', -var('trend_most_months')) }}
),

{#- The newest first; a month without a case has no outcome, but counts for the pace. #}
recent_months as (
    select
        division_code,
        indicator_code,
        max(period_start) as period_start,
        arg_max(target_value, period_start) as target_value,
        coalesce(arg_max(is_reached::integer, counted_on, {{ var('outlook_most_months') }}), []) as outcomes,
        arg_max(denominator, period_start, {{ var('outlook_most_months') }}) as denominators,
    from closed_months
    group by division_code, indicator_code
),

paces as (
    select
        division_code,
        indicator_code,
        period_start,
        target_value,
        coalesce(list_sum(outcomes), 0)::bigint as months_reached,
        len(outcomes) as months_counted,
        (12 - month(period_start)) as months_left,
        list_sum(denominators)::bigint as recent_cases,
        len(denominators) as recent_months,
    from recent_months
),

years_to_date as (
    select
        division_code,
        indicator_code,
        period_start,
        value as year_to_date,
        numerator as ytd_numerator,
        denominator as ytd_denominator,
    from results
    where period_kind = 'year_to_date'
),

{#- Everything times the months of the pace, so that the comparison stays exact. #}
remainders as (
    select
        paces.*,
        year_to_date,
        ytd_numerator,
        ytd_denominator,
        recent_cases / recent_months as mean_monthly_denominator,
        if(months_counted >= {{ var('outlook_least_months') }}, (months_reached + 0.5) / (months_counted + 1), null)
            as next_month_probability,
        if(measure_kind <> 'stock', nullif(months_left * recent_cases, 0), null) as still_to_come,
        target_value * (ytd_denominator * recent_months + still_to_come) - ytd_numerator * recent_months as still_needed,
    from paces
    inner join {{ ref('indicators') }} using (indicator_code)
    left join years_to_date using (division_code, indicator_code, period_start)
),

outlook as (
    select
        * exclude (recent_cases, recent_months, still_needed, still_to_come),
        case
            when next_month_probability >= {{ var('reliable_probability') }} then 'reliable'
            when next_month_probability <= {{ var('unlikely_probability') }} then 'unlikely'
            when next_month_probability is not null then 'hit_or_miss'
        end as capability,
        still_needed::double / still_to_come as required_rate,
        still_needed > still_to_come as is_out_of_reach,
    from remainders
)

select * from outlook
