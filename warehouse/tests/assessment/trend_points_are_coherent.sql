{{ config(meta={
    'dagster': {'ref': {'name': 'fct_trend_point'}},
    'text_zh': '控制图的线或信号自相矛盾',
    'text_en': 'The lines or signals of a chart contradict each other',
}) }}

-- Lines lie in order, a value outside them signals, and every signal is one that its chart can give and says what it means.
-- An exact chart's centre may lie below its lower limit: where a single case decides, only a clean month is no concern.
with points as (
    select *, indicator_code = 'score' as is_score, 1e-9 as rounding from {{ ref('fct_trend_point') }}
)

select *
from points
where
    (chart = 'xmr') <> is_score
    or (numerator is null) <> is_score
    or (denominator is null) <> is_score
    or (cases_since_miss is null) <> is_score
    or (not is_score and (value <> numerator / denominator or not value between 0 and 1))
    or (not is_score and (not lower between 0 and 1 or not centre between 0 and 1 or not upper between 0 and 1))
    or (cases_since_miss > 0) <> (numerator = denominator)
    or lower > upper + rounding
    or (chart = 'exact' and (near_lower is not null or near_upper is not null or upper <> 1))
    or (
        chart <> 'exact'
        and not coalesce(
            lower <= near_lower + rounding
            and near_lower <= centre + rounding
            and centre <= near_upper + rounding
            and near_upper <= upper + rounding,
            false
        )
    )
    or (signal is null) <> (signal_kind is null)
    or (value < lower - rounding and (signal, signal_kind) is distinct from ('outside', 'concern'))
    or (value > upper + rounding and (signal, signal_kind) is distinct from ('outside', 'improvement'))
    or (signal = 'outside' and value between lower + rounding and upper - rounding)
    or (signal is not null and (signal = 'clean_run' or chart = 'exact') and (chart <> 'exact' or signal not in ('outside', 'clean_run')))
    or (signal = 'clean_run' and (signal_kind <> 'improvement' or value < 1))
    or (chart = 'exact' and signal = 'outside' and signal_kind <> 'concern')
    or coalesce(signal_kind, 'concern') not in ('concern', 'improvement')
