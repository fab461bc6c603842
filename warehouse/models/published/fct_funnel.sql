{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook='{{ delete_from_rebuilt_month_on() }}'
) }}

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
    where {{ is_from_rebuilt_month_on() }}
)

select * from fct_funnel
