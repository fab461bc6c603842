with compared_divisions as (
    select * from {{ ref('compared_division') }} where {{ is_rebuilt() }}
),

{#- Attainments become decimals before they are summed, so that no order of adding can show in the score. #}
weighted_sums as (
    select
        period_kind,
        period_start,
        division_code,
        sum(weight) as scored_weight,
        coalesce(sum(weight) filter (where is_applicable), 0) as applicable_weight,
        coalesce(sum(weight) filter (where is_assessed), 0) as assessed_weight,
        sum(weight * attainment::decimal(18, 15)) as weighted_attainment,
        bool_or(is_provisional) as is_provisional,
    from {{ ref('scored_indicator') }}
    where {{ is_rebuilt() }}
    group by all
),

{#- Of several the one that vetoes decides, then the one nearest to its cliff. #}
vetoes as (
    select
        period_kind,
        period_start,
        division_code,
        string_agg(indicator_code, ' ' order by indicator_code) filter (where is_vetoing) as vetoed_by,
        arg_min(veto, (not is_vetoing, window_ci_high - tolerance_value, indicator_code)) as decisive,
    from {{ ref('veto') }} as veto
    where {{ is_rebuilt() }}
    group by all
),

missing_sources as (
    select period_kind, period_start, division_code, string_agg(source, ' ' order by source) as missing_sources
    from {{ ref('missing_source') }}
    where {{ is_rebuilt() }}
    group by all
),

division_score as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        round(100 * weighted_attainment::double / nullif(assessed_weight, 0)::double, 6) as score,
        assessed_weight / nullif(applicable_weight, 0) as weight_share,
        coalesce(
            assessed_weight > 0
            and assessed_weight >= {{ var('min_scored_share') }} * scored_weight,
            false
        ) as is_assessed,
        vetoed_by,
        vetoed_by is not null as is_vetoed,
        decisive.indicator_code as veto_indicator_code,
        decisive.window_numerator as veto_numerator,
        decisive.window_denominator as veto_denominator,
        decisive.window_ci_high as veto_ci_high,
        decisive.tolerance_value as veto_tolerance_value,
        missing_sources,
        coalesce(is_provisional, true) or missing_sources is not null as is_provisional,
    from compared_divisions
    left join weighted_sums using (period_kind, period_start, division_code)
    left join vetoes using (period_kind, period_start, division_code)
    left join missing_sources using (period_kind, period_start, division_code)
)

select * from division_score
