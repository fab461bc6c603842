{{ config(meta={
    'text_zh': '问卷或抽查样本与考核个案对不上',
    'text_en': 'Questionnaires or audited files and cases do not match',
}) }}

-- A questionnaire or an audited file of a landed month is one case, and nothing else is.
with samples as (
    select 'survey_response' as source, township_code, event_month, response_no as case_ref
    from {{ ref('stg_survey_response') }}
    union all
    select 'audit_sample', township_code, event_month, audit_no
    from {{ ref('stg_audit_sample') }}
),

landed as (
    select samples.source, samples.township_code, samples.case_ref
    from samples
    inner join {{ ref('landed_month') }} as months
        on
            samples.source = months.source
            and samples.township_code = months.township_code
            and samples.event_month = months.period_month
),

cases as (
    select source, township_code, case_ref from {{ ref('fct_survey_response') }}
    union all
    select source, township_code, case_ref from {{ ref('fct_audit_sample') }}
)

(select 'not a case' as problem, * from landed except all select 'not a case', * from cases)
union all
(select 'not landed' as problem, * from cases except all select 'not landed', * from landed)
