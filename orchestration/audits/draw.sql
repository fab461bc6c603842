-- Of each township the files of the month in the order of the draw, the first $wanted of them. Looks both ways in time, so
-- that a month drawn late spares what the months after it have drawn; what has rested longest re-enters first.
with audited as (
    select event_month as month, left(township_code, 6) as county_code, record_no
    from staging.stg_audit_sample as audits
    anti join drawn_before
        on audits.audit_no = drawn_before.audit_no and left(audits.township_code, 6) = drawn_before.county_code
),

rested_months as (
    select county_code, record_no, abs(date_diff('month', month, $month)) as months
    from drawn_before
    where month <> $month
    union all
    select county_code, record_no, abs(date_diff('month', month, $month))
    from audited
),

resting as (
    select county_code, record_no, min(months) as months
    from rested_months
    where months <= $rest_months
    group by all
),

files as (
    select
        township_code,
        division_code as village_code,
        case_ref as record_no,
        count(*) over (partition by township_code) as files,
    from core.fct_resident_file
    where period_month = $month and township_code in (select unnest($townships))
),

ranked as (
    select
        files.*,
        row_number() over (
            partition by township_code
            order by
                months desc nulls first,
                sha256(concat_ws('|', $seed, strftime($month, '%Y-%m'), left(township_code, 9), files.record_no)),
                files.record_no
        ) as place
    from files
    left join resting on left(township_code, 6) = county_code and files.record_no = resting.record_no
),

snapshots as (
    select governing.township_code, governing.as_of, is_provisional, is_synthetic
    from staging.governing_snapshot as governing
    inner join staging.landed_month as landed using (source, township_code, period_month)
    inner join lake.batch as batches using (batch_id)
    where source = $source and period_month = $month
)

select
    township_code,
    townships.division_name,
    files,
    as_of,
    is_provisional,
    is_synthetic,
    record_no,
    village_code,
    villages.division_name
from ranked
inner join snapshots using (township_code)
inner join core.dim_division as townships on township_code = townships.division_code
inner join core.dim_division as villages on village_code = villages.division_code
where place <= $wanted
order by township_code, village_code, record_no
