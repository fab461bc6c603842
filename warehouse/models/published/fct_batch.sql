with batches as (
    select * from {{ source('lake', 'batch') }}
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
        superseded_by,
        is_synthetic,
    from batches
    left join {{ ref('superseding_batch') }} using (batch_id)
)

select * from fct_batch
