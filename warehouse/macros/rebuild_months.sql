{# A run rebuilds only the months that its new batches can change: the rows of lake.rebuild_month.
   The pre-hook empties those months, the model's own filter computes them again, and the two stand in one transaction. #}

{% macro delete_rebuilt_months(month_column='period_month') -%}
    {% if is_incremental() -%}
    delete from {{ this }} where {{ month_column }} in (select period_month from {{ source('lake', 'rebuild_month') }})
    {%- else -%}
    select 1
    {%- endif %}
{%- endmacro %}

{% macro is_rebuilt_month(month_column='period_month') -%}
    {% if is_incremental() -%}
    {{ month_column }} in (select period_month from {{ source('lake', 'rebuild_month') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{# Assessment looks back (previous ranks, twelve-month windows, year to date), never forward: everything from the first
   rebuilt month on is computed again. A quarter is rebuilt if it contains that month. #}
{% macro delete_rebuilt_periods() -%}
    {% if is_incremental() -%}
    delete from {{ this }} where {{ is_rebuilt_period() }}
    {%- else -%}
    select 1
    {%- endif %}
{%- endmacro %}

{% macro is_rebuilt_period(period_kind='period_kind', period_start='period_start') -%}
    {% if is_incremental() -%}
    {{ period_start }} >= (
        select case when {{ period_kind }} = 'quarter' then cast(date_trunc('quarter', min(period_month)) as date) else min(period_month) end
        from {{ source('lake', 'rebuild_month') }}
    )
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}
