{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- A layer is a schema, by its own name: staging, core, assessment, published, seeds. -#}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
