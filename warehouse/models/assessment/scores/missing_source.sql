with incomplete_months as (
    select source, township_code, period_month from {{ ref('source_month') }} where is_owed and not is_complete
),

periods as (
    select * from {{ ref('period') }} where period_kind not like 'trailing_%' and {{ is_rebuilt() }}
),

scored_indicators as (
    select period_kind, period_start, division_code, indicator_code
    from {{ ref('scored_indicator') }}
    where {{ is_rebuilt() }}
),

{#- Of a stock the last month alone is owed. -#}
incomplete_periods as (
    select distinct period_kind, period_start, township_code, indicator_code, source
    from incomplete_months
    inner join {{ ref('indicator_source') }} using (source)
    inner join periods on period_month between if(is_stock, last_month, first_month) and last_month
),

missing_source as (
    select distinct period_kind, period_start, ancestor_code as division_code, source
    from incomplete_periods
    inner join {{ ref('dim_division_ancestor') }} as ancestors on township_code = ancestors.division_code
    semi join scored_indicators as scored
        on incomplete_periods.period_kind = scored.period_kind
        and incomplete_periods.period_start = scored.period_start
        and ancestor_code = scored.division_code
        and incomplete_periods.indicator_code = scored.indicator_code
)

select * from missing_source
