with active_files as (
    select * from {{ ref('stg_gpl_resident') }}
    where is_active and {{ is_rebuilt() }}
),

rules as (
    select * from {{ source('quality', 'rule') }} where affects_accuracy
),

failing_rows as (
    select * from {{ source('quality', 'failing_row') }} where not is_waived
),

failures as (
    select
        failing_rows.batch_id,
        failing_rows.source_row,
        rules.rule_id,
        row_number() over (
            partition by failing_rows.batch_id, failing_rows.source_row
            order by rules.position, rules.rule_id
        ) as precedence
    from failing_rows
    inner join rules on failing_rows.rule_id = rules.rule_id
),

first_failures as (
    select batch_id, source_row, rule_id from failures where precedence = 1
),

files as (
    select
        active_files.*,
        first_failures.rule_id,
        count(*) over (
            partition by active_files.period_month, active_files.county_code, active_files.person_key
        ) as files_with_key
    from active_files
    left join first_failures
        on active_files.batch_id = first_failures.batch_id and active_files.source_row = first_failures.source_row
),

fct_resident_file as (
    select
        period_month,
        village_code as division_code,
        township_code,
        record_no as case_ref,
        cast(null as timestamp) as due_at,
        cast('gpl_resident' as string) as source,
        source_file,
        source_row,
        cast(coalesce('rule:' || rule_id, 'met') as string) as data_accuracy,
        cast(
            case
                when updated_at >= period_month and updated_at <= {{ end_of_day('as_of') }} then 'met'
                else 'not_updated'
            end as string
        ) as data_update,
        cast(
            case
                when person_key is not null and files_with_key > 1 then 'duplicate_person'
                when person_key is null then 'no_identity'
                when household_no is null then 'no_household'
                else 'met'
            end as string
        ) as one_file_per_person,
        {{ flag_outcome('has_contact_card', 'not_given') }} as contact_card,
        {{ flag_outcome('is_informed', 'not_informed') }} as publicity
    from files
)

select * from fct_resident_file
