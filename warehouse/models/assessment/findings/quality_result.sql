with recorded as (
    select
        * replace (coalesce(origin, 'expectation') as origin),
        if(source in ({{ literals(snapshot_sources() + ledger_sources()) }}), period_month, null) as tested_month,
    from {{ source('quality', 'result') }}
),

rules as (
    select * from {{ source('quality', 'rule') }}
),

{#- An extract is tested month by month, a table as a whole; a rule that is listed no more says nothing now. #}
checked as (
    select
        run_id,
        rule_id,
        source,
        period_month as period_start,
        origin,
        recorded.dimension,
        recorded.severity,
        rows_tested,
        rows_failed,
        coalesce(rows_waived, 0) as rows_waived,
        recorded.affects_accuracy,
        coalesce(recorded.blocks_publication, false) as blocks_publication,
        rules.rule_id is not null
        and run_id = max(run_id) over (partition by recorded.rule_id, recorded.source, tested_month) as is_current,
    from recorded
    left join rules using (rule_id, source, origin)
),

waived_rows as (
    select rule_id, batch_id, count(*) as rows_waived
    from {{ source('quality', 'ledger') }}
    where origin = 'landing' and is_waived
    group by all
),

{#- Of a batch that speaks, what others have not mended since. #}
awaited_rows as (
    select batch_id, reason as awaited_reason, count(*) as rows_awaited
    from {{ ref('quarantine_status') }}
    where is_awaited
    group by all
),

{#- A row that landing could not read is a failure of the border's own rules: the batch stands for the run. #}
quarantined as (
    select
        batch_id,
        source,
        {{ month_of('as_of') }} as period_start,
        rows_in,
        unnest(map_entries(from_json(quarantine_reasons, '"map(varchar, bigint)"'))) as reason,
    from {{ source('lake', 'batch') }}
),

landed as (
    select
        quarantined.batch_id as run_id,
        rules.rule_id,
        rules.source,
        period_start,
        rules.origin,
        dimension,
        severity,
        rows_in as rows_tested,
        greatest(
            if(superseded_by is null, coalesce(rows_awaited, 0), reason.value) - coalesce(rows_waived, 0), 0
        ) as rows_failed,
        coalesce(rows_waived, 0) as rows_waived,
        affects_accuracy,
        blocks_publication,
        superseded_by is null as is_current,
    from quarantined
    inner join rules on rules.rule_id = 'landing:' || reason.key and rules.source = quarantined.source
    left join waived_rows on waived_rows.rule_id = rules.rule_id and waived_rows.batch_id = quarantined.batch_id
    left join awaited_rows
        on awaited_rows.batch_id = quarantined.batch_id and awaited_reason = reason.key
    left join {{ ref('superseding_batch') }} as superseding on quarantined.batch_id = superseding.batch_id
),

quality_result as (
    from checked
    union all by name
    from landed
)

select * from quality_result
