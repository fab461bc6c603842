{# What an incremental Python model adds waits in a table of its own. The adapter takes it for a temporary one and leaves
   it behind, in the file, run after run; said not to be temporary, it is dropped at the end of the model. #}
{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') -%}
    {%- do return({'relation': make_temp_relation(target_relation), 'temporary': model['language'] == 'sql'}) -%}
{%- endmacro %}
