{{ config(materialized='view') }}

-- What an outcome rests on, or would rest on, beside the row that a case was taken from. A row that is no case has no
-- `case_source`: what keeps it out of the population is something that it does not say, or that may be wrong.
with compared_rows as (
    select
        'registry_consistency' as indicator_code, period_month, township_code,
        'padis_resident' as source, compared_file as source_file, compared_row as source_row,
        source as case_source, source_file as case_file, source_row as case_row
    from {{ ref('fct_registry_person') }}
    where compared_row is not null
),

files as (
    select * from {{ ref('stg_gpl_resident') }}
),

padis_cases as (
    select * from {{ ref('stg_padis_resident') }}
),

tenancies as (
    select * from {{ ref('stg_rental_tenancy') }}
),

messages as (
    select * from {{ ref('fct_message') }}
),

events as (
    select
        cases.*,
        staged.completed_at,
        staged.as_of
    from {{ ref('fct_service_event') }} as cases
    inner join {{ ref('stg_service_event') }} as staged
        on cases.township_code = staged.township_code and cases.case_ref = staged.event_no
),

outside_rows as (
    -- By its state the file is active, by its dates it is not.
    {%- for indicator_code in ['data_update', 'one_file_per_person', 'contact_card', 'publicity'] %}
    select
        '{{ indicator_code }}' as indicator_code, period_month, township_code,
        'gpl_resident' as source, source_file, source_row
    from files
    where record_state = 'active' and not is_active
    union all
    {%- endfor %}
    -- Without a key nobody can say whether the person is known otherwise.
    select 'registry_consistency', period_month, township_code, 'gpl_resident', source_file, source_row
    from files
    where is_active and person_key is null
    {%- for indicator_code in ['registry_consistency', 'registration_coverage'] %}
    union all
    select '{{ indicator_code }}', period_month, township_code, 'padis_resident', source_file, source_row
    from padis_cases
    where is_active and person_key is null
    {%- endfor %}
    {%- for indicator_code in ['tenant_registration', 'registration_coverage'] %}
    union all
    select '{{ indicator_code }}', period_month, township_code, 'rental_tenancy', source_file, source_row
    from tenancies
    where is_current and person_key is null
    {%- endfor %}
    -- It began by the snapshot's day, and its end lies before its beginning.
    union all
    select 'tenant_registration', period_month, township_code, 'rental_tenancy', source_file, source_row
    from tenancies
    where start_date <= as_of and end_date < start_date
    -- No reply that counts: there is none, or its time is after the month or the data end.
    union all
    select 'effective_reply', period_month, township_code, source, source_file, source_row
    from messages
    where effective_reply is null and coalesce(inquiry_on_time, urgent_same_day) <> 'pending'
    -- Not done, done at a time that cannot be, or done in the month for a fee that is not known.
    union all
    select 'service_free', period_month, township_code, source, source_file, source_row
    from events
    where
        service_free is null
        and service_on_time <> 'pending'
        and (
            completed_at is null
            or completed_at > {{ end_of_day('as_of') }}
            or {{ month_of('completed_at') }} <= period_month
        )
),

beside_case as (
    select * from compared_rows
    union all
    select
        *,
        cast(null as string) as case_source,
        cast(null as string) as case_file,
        cast(null as bigint) as case_row
    from outside_rows
)

select * from beside_case
