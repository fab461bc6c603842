with contributions as (
    select * from {{ ref('score_contribution') }}
),

scored_divisions as (
    select period_kind, period_start, parent_code, division_code from {{ ref('division_score') }} where score is not null
),

rebuilt_divisions as (
    select * from scored_divisions where {{ is_rebuilt() }}
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

losses_now as (
    select compared_divisions.*, indicator_code, attainment, lost_millionths
    from compared_divisions
    inner join contributions using (period_kind, period_start, division_code)
),

losses_before as (
    select compared_divisions.*, indicator_code, attainment, lost_millionths
    from compared_divisions
    inner join contributions
        on compared_divisions.period_kind = contributions.period_kind
        and previous_start = contributions.period_start
        and compared_divisions.division_code = contributions.division_code
),

{#- What counts in one of the two only is one line, `mix`: it says what is counted, not how it went. -#}
paired_losses as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        indicator_code,
        case when now.lost_millionths is null then 'left' when before.lost_millionths is null then 'entered' end as mix_kind,
        if(mix_kind is null, 'indicator', 'mix') as change_kind,
        now.attainment,
        before.attainment as previous_attainment,
        coalesce(now.lost_millionths, 0) as lost_millionths,
        coalesce(before.lost_millionths, 0) as previous_lost_millionths,
    from losses_now as now
    full join losses_before as before
        using (period_kind, period_start, parent_code, division_code, indicator_code)
),

score_change as (
    select
        period_kind,
        period_start,
        parent_code,
        division_code,
        if(change_kind = 'mix', 'mix', indicator_code) as indicator_code,
        change_kind,
        string_agg(indicator_code, ' ' order by indicator_code) filter (where mix_kind = 'entered') as entered,
        string_agg(indicator_code, ' ' order by indicator_code) filter (where mix_kind = 'left') as departed,
        case when change_kind = 'indicator' then any_value(attainment) end as attainment,
        case when change_kind = 'indicator' then any_value(previous_attainment) end as previous_attainment,
        sum(lost_millionths)::bigint / 1e6 as lost,
        sum(previous_lost_millionths)::bigint / 1e6 as previous_lost,
        (sum(previous_lost_millionths) - sum(lost_millionths))::bigint / 1e6 as change,
    from paired_losses
    group by 1, 2, 3, 4, 5, 6
)

select * from score_change
