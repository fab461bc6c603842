with fct_integrity_signal as (
    select
        signal_kind,
        division_code,
        period_start,
        evidence,
        rows,
        p_value,
        expected_by_chance,
    from {{ ref('integrity_signal') }}
)

select * from fct_integrity_signal
