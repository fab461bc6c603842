with samples as (
    select
        *,
        event_month as period_month,
        coalesce(second_result, first_result) as final_result
    from {{ ref('stg_audit_sample') }}
),

landed as (
    select * from {{ ref('landed_month') }}
    where source = 'audit_sample' and {{ is_rebuilt() }}
),

fct_audit_sample as (
    select
        samples.period_month,
        samples.township_code as division_code,
        samples.township_code,
        samples.audit_no as case_ref,
        cast(null as timestamp) as due_at,
        cast('audit_sample' as string) as source,
        samples.source_file,
        samples.source_row,
        cast(
            case samples.final_result
                when 'matches' then 'met'
                when 'differs' then 'audit_differs'
                when 'not_found' then 'audit_not_found'
            end as string
        ) as audited_accuracy
    from samples
    inner join landed
        on samples.period_month = landed.period_month and samples.township_code = landed.township_code
)

select * from fct_audit_sample
