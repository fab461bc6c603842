with failing_rows as (
    select rule_id, source, source_file, source_row, bool_and(is_waived) as is_waived
    from {{ source('quality', 'failing_row') }}
    where source_file is not null
    group by all
),

mapped_rows as (
    select failing_rows.*, indicator_code, effect, adds_case
    from failing_rows
    inner join {{ ref('rule_indicators') }} using (rule_id)
),

{#- A case still to be decided is in neither part of a result, whatever its row says. -#}
cases as (
    select indicator_code, period_month, township_code, source, source_file, source_row, outcome
    from {{ ref('case_outcome') }}
    where
        outcome <> 'pending'
        and source_file is not null
        and indicator_code in (select indicator_code from {{ ref('rule_indicators') }})
),

of_the_case_itself as (
    select mapped_rows.*, period_month, township_code, source as case_source, source_file as case_file, source_row as case_row, outcome
    from mapped_rows
    inner join cases using (indicator_code, source, source_file, source_row)
),

beside_rows as (
    select mapped_rows.*, beside.* exclude (indicator_code, source, source_file, source_row)
    from mapped_rows
    inner join {{ ref('beside_case') }} as beside using (indicator_code, source, source_file, source_row)
),

of_a_row_beside as (
    select beside_rows.* exclude (period_month, township_code), cases.period_month, cases.township_code, cases.outcome
    from beside_rows
    inner join cases
        on beside_rows.indicator_code = cases.indicator_code
        and (case_source, case_file, case_row) = (cases.source, cases.source_file, cases.source_row)
),

of_a_row_outside as (
    select
        * replace (source as case_source, source_file as case_file, source_row as case_row),
        null as outcome,
    from beside_rows
    where case_source is null and adds_case
),

suspects as (
    from of_the_case_itself
    union all by name
    from of_a_row_beside
    union all by name
    from of_a_row_outside
),

deciding_rules as (
    select indicator_code, case_source, case_file, case_row, count(*) as rule_count
    from suspects
    where effect = 'decides' and not is_waived
    group by all
),

suspect_case as (
    select
        rule_id,
        indicator_code,
        effect,
        period_month,
        township_code,
        source,
        source_file,
        source_row,
        outcome,
        is_waived,
        coalesce(rule_count, 0) > (effect = 'decides' and not is_waived)::integer as is_decided_otherwise,
    from suspects
    inner join {{ ref('landed_indicator') }} using (period_month, township_code, indicator_code)
    left join deciding_rules using (indicator_code, case_source, case_file, case_row)
    where is_counted
)

select * from suspect_case
