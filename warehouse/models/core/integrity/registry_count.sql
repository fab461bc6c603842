with overlap as (
    select * from {{ ref('registry_overlap') }} where {{ is_rebuilt() }}
),

files as (
    select period_month, township_code, count(*) as active_files
    from {{ ref('fct_resident_file') }}
    where {{ is_rebuilt() }}
    group by period_month, township_code
),

registry_count as (
    select
        overlap.period_month,
        overlap.township_code,
        cast(coalesce(files.active_files, 0) as bigint) as active_files,
        overlap.both_equal + overlap.different_township + overlap.different_sex + overlap.different_birth_date
            + overlap.different_origin + overlap.different_inflow_date as matched,
        overlap.both_equal as agreeing
    from overlap
    left join files
        on overlap.period_month = files.period_month and overlap.township_code = files.township_code
)

select * from registry_count
