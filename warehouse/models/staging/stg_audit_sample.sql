with newest_versions as (
    {{ newest_versions('audit_sample') }}
),

stg_audit_sample as (
    select
        giver_code,
        cast(audit_no as string) as audit_no,
        cast(record_no as string) as record_no,
        cast(checked_date as date) as checked_date,
        cast(first_result as string) as first_result,
        cast(second_result as string) as second_result,
        {{ township_of('township_code') }} as township_code,
        {{ month_of('checked_date') }} as event_month,
        {{ trace_columns() }}
    from newest_versions
)

select * from stg_audit_sample
