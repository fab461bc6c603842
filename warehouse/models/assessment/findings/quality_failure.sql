with failures as (
    select *, strptime(left(run_id, 8), '%Y%m%d')::date as run_date from {{ source('quality', 'failure') }}
),

newest_snapshots as (
    select source, township_code, max(period_month) as newest_month
    from {{ ref('governing_snapshot') }}
    group by all
),

{#- Each month's snapshot shows a row again, so only the newest one says whether it still fails. #}
still_failing as (
    select distinct rule_id, source, record_ref
    from {{ source('quality', 'failing_row') }}
    left join newest_snapshots using (source, township_code)
    where period_month >= coalesce(newest_month, period_month)
),

failing_records as (
    select
        rule_id,
        source,
        record_ref,
        unnest(arg_max(
            {
                'division_code': township_code,
                'period_start': period_month,
                'last_run': run_id,
                'source_file': source_file,
                'source_row': source_row,
            },
            (period_month, run_id, township_code, source_file, source_row)
        )),
        min(run_date) as first_seen,
        max(run_date) as last_seen,
        count(distinct run_id) as runs_failing,
    from failures
    group by rule_id, source, record_ref
),

runs as (
    select rule_id, source, period_month, run_id from {{ source('quality', 'result') }}
),

clean_runs as (
    select
        failing_records.rule_id,
        failing_records.source,
        record_ref,
        strptime(left(min(runs.run_id), 8), '%Y%m%d')::date as resolved_on,
    from failing_records
    anti join still_failing using (rule_id, source, record_ref)
    inner join runs
        on failing_records.rule_id = runs.rule_id
        and failing_records.source = runs.source
        and (
            (runs.period_month = period_start and runs.run_id > last_run)
            or (runs.period_month > period_start and runs.source in (select source from newest_snapshots))
        )
    group by all
),

quality_failure as (
    select failing_records.* exclude (last_run), resolved_on
    from failing_records
    left join clean_runs using (rule_id, source, record_ref)
)

select * from quality_failure
