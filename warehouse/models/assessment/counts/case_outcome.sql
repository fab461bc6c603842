{{ config(materialized='view') }}

{%- set unpivoted = [] %}
{%- for fact in outcome_facts() %}
    {%- set relation = ref(fact) %}
    {%- set indicator_codes = outcome_columns(fact) %}
    {%- if indicator_codes %}
        {%- do unpivoted.append((relation, indicator_codes)) %}
    {%- endif %}
{%- endfor %}

with case_outcome as (
    {%- for relation, indicator_codes in unpivoted %}
    select indicator_code, period_month, division_code, township_code, case_ref, due_at, outcome, source, source_file, source_row
    from {{ relation }}
    unpivot (outcome for indicator_code in ({{ indicator_codes | join(', ') }}))
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
)

select * from case_outcome
