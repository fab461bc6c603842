with events as (
    select
        *,
        event_month as period_month,
        {{ end_of_day('due_date') }} as due_at,
        kind = 'care_visit' as is_care_visit
    from {{ ref('stg_service_event') }}
),

coverage as (
    select * from {{ ref('ledger_coverage') }} where source = 'service_event'
),

rebuilt as (
    select
        events.*,
        events.due_date > coverage.data_until as is_pending,
        {{ end_of_day('least(coverage.data_until, ' ~ last_day_of_month('events.due_date') ~ ')') }} as ends_at
    from events
    inner join coverage on events.township_code = coverage.township_code
    where {{ is_rebuilt('events.period_month') }}
),

judged as (
    select
        *,
        case
            when is_pending then 'pending'
            when completed_at is null then 'not_completed'
            when completed_at > due_at then 'completed_late'
            else 'met'
        end as completion
    from rebuilt
),

fct_service_event as (
    select
        period_month,
        village_code as division_code,
        township_code,
        event_no as case_ref,
        due_at,
        cast('service_event' as string) as source,
        source_file,
        source_row,
        cast(case when is_care_visit then 'care_visit' else 'service_on_time' end as string) as due_indicator_code,
        cast(case when completed_at is null then 'open' end as string) as open_state,
        cast(case when not is_care_visit then completion end as string) as service_on_time,
        cast(
            case
                when is_care_visit or is_pending or fee is null then null
                when completed_at <= ends_at then case when fee = 0 then 'met' else 'charged' end
            end as string
        ) as service_free,
        cast(case when is_care_visit then completion end as string) as care_visit
    from judged
)

select * from fct_service_event
