{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_months() }}') }}

with indicator_sources as (
    select indicator_code, unnest(string_split(sources, ' ')) as source, len(string_split(sources, ' ')) as source_count
    from {{ ref('indicators') }}
),

landed_months as (
    select * from {{ ref('landed_month') }} where {{ is_rebuilt_month() }}
),

landed_in_all_sources as (
    select township_code, period_month, indicator_code, bool_or(is_provisional) as is_provisional
    from indicator_sources
    inner join landed_months using (source)
    group by township_code, period_month, indicator_code
    having count(*) = any_value(source_count)
),

{#- A case due after the data end says by itself that its ledger has landed, though its month has not. #}
announced as (
    select distinct township_code, period_month, indicator_code, true as is_provisional
    from {{ ref('month_count') }}
    anti join landed_in_all_sources using (township_code, period_month, indicator_code)
    where pending > 0 and {{ is_rebuilt_month() }}
),

landed_indicator as (
    from landed_in_all_sources
    union all
    from announced
)

select * from landed_indicator
