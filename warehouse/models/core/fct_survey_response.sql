with responses as (
    select *, event_month as period_month from {{ ref('stg_survey_response') }}
),

landed as (
    select * from {{ ref('landed_month') }}
    where source = 'survey_response' and {{ is_rebuilt() }}
),

fct_survey_response as (
    select
        responses.period_month,
        responses.township_code as division_code,
        responses.township_code,
        responses.response_no as case_ref,
        cast(null as timestamp) as due_at,
        cast('survey_response' as string) as source,
        responses.source_file,
        responses.source_row,
        {{ flag_outcome('responses.is_aware', 'not_aware') }} as policy_awareness,
        cast(
            case responses.is_satisfied when 'yes' then 'met' when 'no' then 'not_satisfied' end as string
        ) as satisfaction
    from responses
    inner join landed
        on responses.period_month = landed.period_month and responses.township_code = landed.township_code
)

select * from fct_survey_response
