{{ config(materialized='incremental', on_schema_change='fail', meta={'rebuilt': 'from_month'}) }}

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
    where {{ is_rebuilt() }}
)

select * from fct_slow_progress
