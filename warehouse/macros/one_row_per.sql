{# The grain of a model: no two rows agree on these columns, and none of them is null. #}
{% test one_row_per(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
group by all
having count(*) > 1 or {{ columns | join(' is null or ') }} is null

{% endtest %}
