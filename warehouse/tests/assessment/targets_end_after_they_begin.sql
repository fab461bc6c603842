{{ config(meta={
    'text_zh': '目标的截止日期早于起始日期，或没有起始日期',
    'text_en': 'A target ends before it begins, or has no beginning',
}) }}

-- A target without an end holds for good; one with an end holds for a day at least.
select indicator_code, scope_code, valid_from, valid_to
from {{ ref('targets') }}
where valid_to < valid_from or valid_from is null
