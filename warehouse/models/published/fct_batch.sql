with batches as (
    select * from {{ source('lake', 'batch') }}
    union all by name
    select * from {{ source('lake', 'withdrawn_batch') }}
),

fct_batch as (
    select
        batch_id,
        source,
        scope_code,
        as_of,
        file_name,
        sha256,
        encoding,
        rows_in,
        accepted,
        quarantined,
        non_data,
        quarantine_reasons,
        unreadable_cells,
        unreadable_rows,
        superseded_by,
        is_synthetic,
        withdrawn_at,
        withdrawn_by,
        withdrawn_reason,
    from batches
    left join {{ ref('superseding_batch') }} using (batch_id)
)

select * from fct_batch
