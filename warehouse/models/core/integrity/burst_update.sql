with files as (
    select * from {{ ref('stg_gpl_resident') }} where {{ is_rebuilt() }}
),

bursting as (
    select least_events from {{ ref('integrity_signals') }} where signal_kind = 'burst'
),

crowded_hours as (
    select busiest_hour.*
    from {{ ref('busiest_hour') }} as busiest_hour
    cross join bursting
    where busiest_hour.updates_in_hour >= bursting.least_events and {{ is_rebuilt('busiest_hour.period_month') }}
),

burst_update as (
    select
        files.period_month,
        files.township_code,
        cast('gpl_resident' as string) as source,
        files.record_no as record_ref,
        files.updated_at,
        files.source_file,
        files.source_row
    from files
    inner join crowded_hours
        on
            files.period_month = crowded_hours.period_month
            and files.township_code = crowded_hours.township_code
            and files.operator_key = crowded_hours.operator_key
            and cast(date_trunc('hour', files.updated_at) as timestamp) = crowded_hours.updated_hour
)

select * from burst_update
