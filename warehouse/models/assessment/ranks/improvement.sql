with ranked_indicators as (
    select period_kind, period_start, parent_code, division_code, indicator_code, ci_high, target_value, weight
    from {{ ref('ranked_indicator') }}
),

shrunk_values as (
    select period_kind, period_start, division_code, indicator_code, shrunk_value from {{ ref('shrunk_value') }}
),

valued_indicators as (
    select *
    from ranked_indicators
    inner join shrunk_values using (period_kind, period_start, division_code, indicator_code)
),

rebuilt_indicators as (
    select * from valued_indicators where {{ is_rebuilt() }}
),

{#- Room to improve is what was clearly below its target a year ago, and is not above what is asked now. #}
based_indicators as (
    select
        now.*,
        base.shrunk_value as base_value,
        base.ci_high < base.target_value and coalesce(base.shrunk_value < now.target_value, true) as has_room,
    from rebuilt_indicators as now
    inner join {{ ref('earlier_period') }} using (period_kind, period_start)
    inner join valued_indicators as base
        on now.period_kind = base.period_kind
        and base_start = base.period_start
        and now.division_code = base.division_code
        and now.indicator_code = base.indicator_code
),

{#- `least` and `greatest` pass over a null, which a gain may not. -#}
gains as (
    select
        *,
        case when has_room and base_value is not null and shrunk_value is not null
            then greatest(-1, least(1, (shrunk_value - base_value) / (target_value - base_value)))::decimal(18, 15)
        end as gain,
        weight::decimal(12, 6) as gain_weight,
    from based_indicators
),

{#- Decimals, so that no order of adding can show. #}
division_gains as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        round(
            sum(gain_weight * gain)::double / nullif(sum(gain_weight) filter (where gain is not null), 0)::double, 6
        ) as improvement,
        not bool_or(has_room) as is_at_ceiling,
    from gains
    group by all
),

improvement as (
    select
        *,
        case when improvement is not null then rank() over (
            partition by period_kind, period_start, parent_code
            order by improvement desc nulls last
        ) end as improvement_rank,
    from division_gains
)

select * from improvement
