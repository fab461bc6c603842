with failures as (
    select
        *,
        resolved_on is null and not is_waived as is_open,
        resolved_on is null and is_waived as is_standing_waived,
        {#- What one load of several months brought and took away again was nobody's to repair. #}
        if(resolved_run > first_run, resolved_on - coalesce(reopened_on, first_seen), null) as days_to_resolve,
    from {{ ref('quality_failure') }}
    where division_code is not null
),

quality_repair as (
    select
        division_code,
        count(*) filter (is_open) as open_rows,
        count(*) filter (is_standing_waived) as waived_rows,
        count(*) filter (resolved_on is not null) as resolved_rows,
        sum(days_to_resolve)::double / nullif(count(days_to_resolve), 0) as mean_days_to_resolve,
        median(days_to_resolve)::double as median_days_to_resolve,
        min(coalesce(reopened_on, first_seen)) filter (is_open) as oldest_open_on,
    from failures
    group by division_code
)

select * from quality_repair
