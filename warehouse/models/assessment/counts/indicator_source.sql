{{ config(materialized='table') }}

with indicator_source as (
    select
        indicator_code,
        measure_kind = 'stock' as is_stock,
        unnest(string_split(sources, ' ')) as source,
        len(string_split(sources, ' ')) as source_count,
    from {{ ref('indicators') }}
)

select * from indicator_source
