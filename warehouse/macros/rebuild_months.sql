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

{# A model that compares a month with the one before is rebuilt for the month after a rebuilt one, too. #}
{% macro delete_rebuilt_and_next_months() -%}
    {% if is_incremental() -%}
    delete from {{ this }} where {{ is_rebuilt_or_next_month() }}
    {%- else -%}
    select 1
    {%- endif %}
{%- endmacro %}

{% macro is_rebuilt_or_next_month(month_column='period_month') -%}
    ({{ is_rebuilt_month(month_column) }} or {{ is_rebuilt_month(plus_months(month_column, -1)) }})
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

{% macro is_rebuilt_period() -%}
    {% if is_incremental() -%}
    {%- set first_month = '(select min(period_month) from ' ~ source('lake', 'rebuild_month') ~ ')' -%}
    period_start >= if(period_kind = 'quarter', cast(date_trunc('quarter', {{ first_month }}) as date), {{ first_month }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{# The same for models of months alone. #}
{% macro delete_from_rebuilt_month_on(month_column='period_start') -%}
    {% if is_incremental() -%}
    delete from {{ this }} where {{ is_from_rebuilt_month_on(month_column) }}
    {%- else -%}
    select 1
    {%- endif %}
{%- endmacro %}

{% macro is_from_rebuilt_month_on(month_column='period_start') -%}
    {% if is_incremental() -%}
    {{ month_column }} >= (select min(period_month) from {{ source('lake', 'rebuild_month') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}
