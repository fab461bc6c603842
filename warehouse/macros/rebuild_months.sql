{# A run builds again only what its new batches can change: what follows from the months of lake.rebuild_month. Of a table
   that is continued those rows are emptied first (`empty_rebuilt`, the hook of all models), and the model's own filter
   (`is_rebuilt`) computes them again; the two stand in one transaction. Both ask the model's configuration, so that they
   cannot disagree: `rebuilt` says what follows from a month, by folder in dbt_project.yml, and `month_column` where it
   stands, if not where its kind has it.

   - month: the months themselves;
   - next_month: the month after them, too, where a month is compared with the one before;
   - period: everything from the first of them on, for what looks back (previous ranks, twelve months, the year) and never
     forward; a quarter if it contains that month;
   - from_month: the same for models of months alone. #}

{# Nothing where there is nothing to empty: dbt leaves out a hook without text. (One that began a transaction would hide
   from it what a Python model writes.) #}
{% macro empty_rebuilt() -%}
    {% if is_incremental() and model.config.meta.get('rebuilt') -%}
    delete from {{ this }} where {{ is_rebuilt() }}
    {%- endif %}
{%- endmacro %}

{# Whether a row belongs to what is built again: of this model, or, in what it reads, of the column and the kind said. #}
{% macro is_rebuilt(column=none, kind=none) -%}
    {% if is_incremental() -%}
    {%- set meta = model.config.meta -%}
    {%- set kind = kind or meta.rebuilt -%}
    {%- set standard = 'period_start' if kind in ('period', 'from_month') else 'period_month' -%}
    {%- set column = column or meta.get('month_column', standard) -%}
    {%- set months = '(select period_month from ' ~ source('lake', 'rebuild_month') ~ ')' -%}
    {%- set first_month = '(select min(period_month) from ' ~ source('lake', 'rebuild_month') ~ ')' -%}
    {%- if kind == 'month' -%}
    {{ column }} in {{ months }}
    {%- elif kind == 'next_month' -%}
    ({{ column }} in {{ months }} or {{ plus_months(column, -1) }} in {{ months }})
    {%- elif kind == 'period' -%}
    {{ column }} >= if(period_kind = 'quarter', cast(date_trunc('quarter', {{ first_month }}) as date), {{ first_month }})
    {%- elif kind == 'from_month' -%}
    {{ column }} >= {{ first_month }}
    {%- else -%}
    {{ exceptions.raise_compiler_error(model.name ~ ': what follows from a month, "' ~ kind ~ '"?') }}
    {%- endif %}
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}
