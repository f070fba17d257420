{#- Whether its office took a delivered row back (作废, 退汇), of the row's problems: then nothing is missing. -#}
{% macro is_withdrawn(problems) -%}
    list_contains(list_transform({{ problems }}, lambda problem: problem.code), 'withdrawn')
{%- endmacro %}
