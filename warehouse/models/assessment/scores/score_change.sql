{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ delete_rebuilt_periods() }}') }}

with contributions as (
    select * from {{ ref('score_contribution') }}
),

scored_divisions as (
    select period_kind, period_start, parent_code, division_code from {{ ref('division_score') }} where score is not null
),

rebuilt_divisions as (
    select * from scored_divisions where {{ is_rebuilt_period() }}
),

compared_divisions as (
    select rebuilt_divisions.*, previous_start
    from rebuilt_divisions
    inner join {{ ref('earlier_period') }} using (period_kind, period_start)
    semi join scored_divisions as before
        on rebuilt_divisions.period_kind = before.period_kind
        and previous_start = before.period_start
        and rebuilt_divisions.division_code = before.division_code
),

contributions_now as (
    select compared_divisions.*, indicator_code, attainment, millionths
    from compared_divisions
    inner join contributions using (period_kind, period_start, division_code)
),

contributions_before as (
    select compared_divisions.*, indicator_code, attainment, millionths
    from compared_divisions
    inner join contributions
        on compared_divisions.period_kind = contributions.period_kind
        and previous_start = contributions.period_start
        and compared_divisions.division_code = contributions.division_code
),

score_change as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        case when now.millionths is null then 'left' when before.millionths is null then 'entered' else 'both' end as change_kind,
        now.attainment,
        before.attainment as previous_attainment,
        now.millionths / 1e6 as contribution,
        before.millionths / 1e6 as previous_contribution,
        (coalesce(now.millionths, 0) - coalesce(before.millionths, 0)) / 1e6 as change,
    from contributions_now as now
    full join contributions_before as before
        using (period_kind, period_start, parent_code, division_code, indicator_code)
)

select * from score_change
