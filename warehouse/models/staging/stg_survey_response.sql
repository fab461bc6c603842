with newest_versions as (
    {{ newest_versions('survey_response') }}
),

stg_survey_response as (
    select
        giver_code,
        cast(response_no as string) as response_no,
        cast(surveyed_date as date) as surveyed_date,
        cast(is_aware as boolean) as is_aware,
        cast(is_satisfied as string) as is_satisfied,
        {{ township_of('township_code') }} as township_code,
        {{ month_of('surveyed_date') }} as event_month,
        {{ trace_columns() }}
    from newest_versions
)

select * from stg_survey_response
