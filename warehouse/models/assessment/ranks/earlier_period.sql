{{ config(materialized='table') }}

with periods as (
    select * from {{ ref('period') }} where period_kind not like 'trailing_%'
),

earlier_period as (
    select
        period_kind,
        period_start,
        (period_start - case period_kind
            when 'month' then interval '1' month
            when 'quarter' then interval '3' month
            else interval '1' year
        end)::date as previous_start,
        (period_start - interval '1' year)::date as base_start,
    from periods
)

select * from earlier_period
