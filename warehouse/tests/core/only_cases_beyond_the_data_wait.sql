{{ config(meta={
    'text_zh': '已到期的个案仍列为未到期，或相反',
    'text_en': 'A case that is due still waits, or one that is not due does not',
}) }}

-- A case is pending exactly if its due time lies after the newest as-of of its ledger and township.
with cases as (
    select source, township_code, case_ref, due_at,
        coalesce(inquiry_on_time, urgent_same_day, birth_notice_receipt, health_notice_receipt) as outcome
    from {{ ref('fct_message') }}
    union all
    select source, township_code, case_ref, due_at, coalesce(service_on_time, care_visit)
    from {{ ref('fct_service_event') }}
)

select cases.*
from cases
inner join {{ ref('ledger_coverage') }} as coverage
    on cases.source = coverage.source and cases.township_code = coverage.township_code
where (cases.due_at > {{ end_of_day('coverage.data_until') }}) <> (cases.outcome = 'pending')
