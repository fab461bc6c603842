with source_months as (
    select * from {{ ref('source_month') }} where (has_landed or is_undelivered) and {{ is_rebuilt() }}
),

{#- Of an indicator with a source that is withheld nothing is known, whatever came of its others. #}
from_all_sources as (
    select
        township_code,
        period_month,
        indicator_code,
        not bool_and(is_complete) as is_provisional,
        bool_or(is_undelivered) as is_undelivered,
        bool_and(has_landed) as is_counted,
    from {{ ref('indicator_source') }}
    inner join source_months using (source)
    group by township_code, period_month, indicator_code
    having count(*) = any_value(source_count)
),

{#- A case due after the data end says by itself that its ledger has landed, though its month has not. #}
announced as (
    select distinct
        township_code, period_month, indicator_code, true as is_provisional, false as is_undelivered, true as is_counted
    from {{ ref('month_count') }}
    anti join from_all_sources using (township_code, period_month, indicator_code)
    where pending > 0 and {{ is_rebuilt() }}
),

landed_indicator as (
    from from_all_sources
    union all
    from announced
)

select * from landed_indicator
