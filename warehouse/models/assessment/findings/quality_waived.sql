with waived_rows as (
    select distinct indicator_code, period_month as period_start, township_code, source, source_file, source_row
    from {{ ref('suspect_case') }}
    where is_waived
),

ancestors as (
    select division_code as township_code, ancestor_code as division_code from {{ ref('dim_division_ancestor') }}
),

quality_waived as (
    select indicator_code, division_code, period_start, count(*) as waived_rows
    from waived_rows
    inner join ancestors using (township_code)
    group by all
)

select * from quality_waived
