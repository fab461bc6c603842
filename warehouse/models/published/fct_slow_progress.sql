{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook='{{ delete_from_rebuilt_month_on() }}'
) }}

with fct_slow_progress as (
    select
        period_start,
        division_code,
        indicator_code,
        rule_id,
        scope,
        months_missed,
        months_counted,
        is_common,
        townships_listed,
        townships_ranked,
        county_rate,
        evidence,
    from {{ ref('slow_progress') }}
    where {{ is_from_rebuilt_month_on() }}
)

select * from fct_slow_progress
