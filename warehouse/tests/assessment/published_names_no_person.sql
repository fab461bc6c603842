{{ config(meta={
    'dagster': {'ref': {'name': 'fct_missed_case'}},
    'text_zh': '发布的表中出现了能指认个人的列或值',
    'text_en': 'A published column or value could point to a person',
}) }}

{#- No published column is of a person, and no published value looks like a person's key (128 bits in hex). Hashes of
    files and runs do by nature, so they are not searched; `different_...` counts persons by what differs. -#}
{%- set tables = [
    'published_division', 'published_division_ancestor', 'dim_period', 'dim_indicator', 'dim_target', 'dim_reason', 'dim_grade', 'dim_rule', 'fct_indicator_result', 'fct_ranking',
    'fct_score_contribution', 'fct_score_change', 'fct_missed_case', 'fct_open_case', 'fct_quality_result', 'fct_quality_failure', 'fct_batch',
    'fct_reconciliation', 'dim_deadline', 'dim_rule_indicator', 'fct_quality_impact', 'fct_quality_waived', 'fct_delivery',
    'dim_rebase', 'dim_unit_kind', 'dim_false_alarm', 'dim_slow_progress_rule', 'fct_trend_point', 'fct_outlook', 'fct_funnel', 'fct_slow_progress',
    'fct_next_step', 'fct_next_goal', 'dim_integrity_signal', 'fct_integrity_signal', 'fct_integrity_case',
] %}
{%- set hashes = ['run_id', 'batch_id', 'superseded_by', 'sha256'] %}

select table_name, column_name
from information_schema.columns
where
    table_catalog = current_database()
    and table_schema = 'published'
    and regexp_matches(column_name, 'person|birth|_key$|identity|^sex$|phone|record_no|household|house_no|inflow|outflow|operator|account')
    and column_name not like 'different\_%' escape '\'
{%- for table in tables %}
{%- set relation = ref(table) %}
{%- for column in (adapter.get_columns_in_relation(relation) if execute else []) if column.is_string() and column.name not in hashes %}
union all
select '{{ table }}', '{{ column.name }}'
from {{ relation }}
where strlen({{ column.name }}) >= 32 and regexp_matches({{ column.name }}, '(^|[^0-9a-f])[0-9a-f]{32}($|[^0-9a-f])')
{%- endfor %}
{%- endfor %}
