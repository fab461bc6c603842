with dim_grade as (
    select
        grade,
        min_score::double as min_score,
        is_veto_cap,
        name_zh,
        name_en,
    from {{ ref('grades') }}
)

select * from dim_grade
