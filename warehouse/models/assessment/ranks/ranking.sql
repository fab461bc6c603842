{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_periods() }}') }}

with ranks as (
    select * from {{ ref('division_rank') }}
),

{#- Year to date looks at the same span of the year before. #}
compared_periods as (
    select
        *,
        (period_start - case period_kind
            when 'month' then interval '1' month
            when 'quarter' then interval '3' month
            else interval '1' year
        end)::date as previous_start,
    from ranks
    where {{ is_rebuilt_period() }}
),

ranking as (
    select
        compared_periods.* exclude (previous_start),
        previous_ranks.rank as previous_rank,
        previous_ranks.score as previous_score,
    from compared_periods
    left join ranks as previous_ranks
        on compared_periods.period_kind = previous_ranks.period_kind
        and compared_periods.previous_start = previous_ranks.period_start
        and compared_periods.division_code = previous_ranks.division_code
)

select * from ranking
