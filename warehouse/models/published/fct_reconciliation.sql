with fct_reconciliation as (
    select
        period_start,
        division_code,
        level,
        only_gpl,
        only_padis,
        both_equal,
        both_different,
        different_township,
        different_sex,
        different_birth_date,
        different_origin,
        different_inflow_date,
        chapman_total,
        coverage_estimate,
        keyless_share,
        keyless,
        rows_total,
        is_provisional,
    from {{ ref('reconciliation') }}
)

select * from fct_reconciliation
