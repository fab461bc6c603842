{{ config(meta={
    'seed': 'indicators',
    'dagster': {'ref': {'name': 'case_outcome'}},
    'text_zh': '指标目录与事实表的结果列对不上',
    'text_en': 'The indicator catalogue and the outcome columns of the facts do not match',
}) }}
-- depends_on: {{ ref('case_outcome') }}

-- Every outcome column of a fact is catalogued, every catalogued indicator is a column of its fact, and the facts that
-- assessment reads are those of the catalogue.
with columns as (
    select table_name as fact, column_name as indicator_code
    from information_schema.columns
    where
        table_catalog = current_database()
        and table_schema = 'core'
        and table_name like 'fct\_%' escape '\'
        and column_name not in (
            'period_month', 'division_code', 'township_code', 'case_ref', 'due_at', 'source', 'source_file', 'source_row',
            'open_state', 'due_indicator_code', 'compared_file', 'compared_row'
        )
),

read_facts as (
    select unnest({{ outcome_facts() }}) as fact
),

catalogue as (
    select indicator_code, fact from {{ ref('indicators') }}
)

select fact, indicator_code from columns anti join catalogue using (fact, indicator_code)
union all
select fact, indicator_code from catalogue anti join columns using (fact, indicator_code)
union all
select fact, indicator_code from catalogue anti join read_facts using (fact)
union all
select fact, null from read_facts anti join catalogue using (fact)
