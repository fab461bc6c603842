with expectations as (
    select
        run_id,
        rule_id,
        source,
        period_month as period_start,
        'expectation' as origin,
        dimension,
        severity,
        rows_tested::bigint as rows_tested,
        rows_failed::bigint as rows_failed,
        affects_accuracy,
        run_id = max(run_id) over (partition by rule_id, source, period_month) as is_current,
    from {{ source('quality', 'result') }}
),

{#- A row that landing could not read is a failure of the border's own rules: the batch stands for the run. #}
quarantined as (
    select batch.*, unnest(map_entries(from_json(quarantine_reasons, '"map(varchar, bigint)"'))) as reason
    from {{ source('lake', 'batch') }} as batch
),

landing as (
    select
        batch_id,
        'landing:' || reason.key,
        source,
        {{ month_of('as_of') }},
        'landing',
        'validity',
        'error',
        rows_in,
        reason.value,
        false,
        true,
    from quarantined
),

quality_result as (
    from expectations
    union all
    from landing
)

select * from quality_result
