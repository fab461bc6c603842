with failures as (
    select * from {{ source('quality', 'ledger') }}
),

batches as (
    select batch_id, sheet_name from {{ source('lake', 'batch') }}
),

quality_failure as (
    select failures.*, sheet_name, row_number() over (order by rule_id, source, record_ref) as place
    from failures
    left join batches using (batch_id)
)

select * from quality_failure
