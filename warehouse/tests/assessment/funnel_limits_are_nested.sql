{{ config(meta={
    'dagster': {'ref': {'name': 'fct_funnel'}},
    'text_zh': '漏斗图的内外界限次序有误',
    'text_en': 'The limits of a funnel do not enclose one another',
}) }}

-- The wider pair encloses the narrower, the narrower the centre, and both close in as cases grow.
with limits as (
    select
        *,
        1e-9 as rounding,
        {%- for limit in ('low_95', 'high_95', 'low_998', 'high_998') %}
        lag({{ limit }}) over smaller as smaller_{{ limit }},
        {%- endfor %}
    from {{ ref('fct_funnel') }}
    window smaller as (partition by period_start, parent_code, indicator_code, centre_kind order by denominator)
)

select *
from limits
where
    not (0 <= low_998 and low_998 <= low_95 and low_95 <= centre and centre <= high_95 and high_95 <= high_998 and high_998 <= 1)
    or (centre_kind = 'target' and centre = 1)
    or low_95 < smaller_low_95 - rounding
    or low_998 < smaller_low_998 - rounding
    or high_95 > smaller_high_95 + rounding
    or high_998 > smaller_high_998 + rounding
