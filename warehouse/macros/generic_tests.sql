{# Tests that models name in their YAML. Each is a query that must return nothing. #}

{# No row lacks any of these columns. #}
{% test never_null(model, columns) %}
select * from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}

{# An outcome is nothing, met, a reason of the seed, a rule that affects accuracy, or, where a case can wait, pending. #}
{% test known_outcomes(model, columns, may_wait=[]) %}
with outcomes as (
    {%- for column in columns %}
    select '{{ column }}' as indicator_code, {{ column }} as outcome, {{ column in may_wait }} as may_wait from {{ model }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

known as (
    select 'met' as outcome
    union all
    select reason_code from {{ ref('reasons') }}
    union all
    select 'rule:' || rule_id from {{ source('quality', 'rule') }} where affects_accuracy
)

select distinct outcomes.indicator_code, outcomes.outcome
from outcomes
left join known on outcomes.outcome = known.outcome
where
    outcomes.outcome is not null
    and known.outcome is null
    and not (outcomes.outcome = 'pending' and outcomes.may_wait)
{% endtest %}

{# Every case lies in a division that exists, in its township, in the month of its due time if it has one. #}
{% test lies_somewhere(model) %}
with cases as (
    select * from {{ model }}
),

places as (
    select * from {{ ref('dim_division_ancestor') }} where ancestor_level = 'township'
)

select cases.*
from cases
left join places on cases.division_code = places.division_code and cases.township_code = places.ancestor_code
where places.division_code is null or cases.period_month <> {{ month_of('coalesce(cases.due_at, cases.period_month)') }}
{% endtest %}

{# A month is written as its first day. #}
{% test is_first_of_month(model, column_name) %}
select * from {{ model }} where {{ column_name }} <> {{ month_of(column_name) }}
{% endtest %}
