with dim_false_alarm as (
    select
        chart,
        measure_kind,
        months,
        rate,
        reason,
    from {{ ref('false_alarms') }}
)

select * from dim_false_alarm
