{{ config(meta={
    'text_zh': '应完成的服务与考核个案对不上',
    'text_en': 'Owed services and cases do not match',
}) }}

-- A service of a covered township is one case of exactly one of the two indicators that judge completion.
with owed as (
    select township_code, event_no
    from {{ ref('stg_service_event') }}
    where township_code in (select township_code from {{ ref('ledger_coverage') }} where source = 'service_event')
),

cases as (
    select township_code, case_ref
    from {{ ref('fct_service_event') }}
    where (service_on_time is null) <> (care_visit is null)
)

(select 'not a case' as problem, * from owed except all select 'not a case', * from cases)
union all
(select 'not owed' as problem, * from cases except all select 'not owed', * from owed)
