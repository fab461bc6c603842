with dim_slow_progress_rule as (
    select
        rule_id,
        misses,
        months,
        requires_serious,
        requires_no_improvement,
        valid_from,
        valid_to,
        source_clause,
        reason,
    from {{ ref('slow_progress_rules') }}
)

select * from dim_slow_progress_rule
