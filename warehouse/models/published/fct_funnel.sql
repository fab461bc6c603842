{{ config(materialized='incremental', on_schema_change='fail', meta={'rebuilt': 'from_month'}) }}

with fct_funnel as (
    select
        period_start,
        parent_code,
        indicator_code,
        centre_kind,
        denominator,
        centre,
        low_95,
        high_95,
        low_998,
        high_998,
        units,
        units_outside,
        between_variance,
        is_overdispersed,
    from {{ ref('funnel') }}
    where {{ is_rebuilt() }}
)

select * from fct_funnel
