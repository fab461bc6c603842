with failures as (
    select * from {{ source('quality', 'ledger') }}
),

batches as (
    select batch_id, sheet_name, false as is_withdrawn from {{ source('lake', 'batch') }}
    union all
    select batch_id, sheet_name, true from {{ source('lake', 'withdrawn_batch') }}
),

quality_failure as (
    select
        failures.*,
        sheet_name,
        resolved_on is not null and coalesce(is_withdrawn, false) as is_withdrawn,
        row_number() over (order by rule_id, source, record_ref, division_code nulls first) as place,
    from failures
    left join batches using (batch_id)
)

select * from quality_failure
