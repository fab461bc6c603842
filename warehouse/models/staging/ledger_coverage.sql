with newest as (
    select source, township_code, county_code, max(as_of) as data_until
    from {{ ref('batch_coverage') }}
    where source in ({{ literals(ledger_sources()) }})
    group by source, township_code, county_code
),

townships as (
    select division_code as township_code, parent_code as county_code
    from {{ ref('divisions') }}
    where level = 'township'
),

event_months as (
    {%- for ledger in ledger_sources() %}
    select '{{ ledger }}' as source, township_code, min(event_month) as event_month
    from {{ ref('stg_' ~ ledger) }}
    group by township_code
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

first_months as (
    select event_months.source, townships.county_code, min(event_months.event_month) as first_month
    from event_months
    inner join townships on event_months.township_code = townships.township_code
    group by event_months.source, townships.county_code
),

ledger_coverage as (
    select
        cast(newest.source as string) as source,
        newest.township_code,
        newest.county_code,
        newest.data_until,
        first_months.first_month
    from newest
    left join first_months
        on newest.source = first_months.source and newest.county_code = first_months.county_code
)

select * from ledger_coverage
