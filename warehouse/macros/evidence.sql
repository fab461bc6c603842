{# The months that a list rests on, as a JSON list in their order. #}
{% macro months_as_evidence(month) -%}
    to_json(
        list(
            {
                'period_start': {{ month }},
                'numerator': numerator,
                'denominator': denominator,
                'target_value': target_value,
                'is_reached': is_reached,
                'ci_high': ci_high,
                'tolerance_value': tolerance_value,
                'is_serious': is_serious,
            }
            order by {{ month }}
        )
    )::varchar
{%- endmacro %}
