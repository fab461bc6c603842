with dim_integrity_signal as (
    select
        signal_kind,
        position,
        name_zh,
        name_en,
        description_zh,
        description_en,
        indicator_code,
        window_months,
        slack_days,
        window_seconds,
        least_trials,
        least_events,
        exceeded_share,
        null_rate,
        tail_probability,
        reason,
    from {{ ref('integrity_signals') }}
)

select * from dim_integrity_signal
