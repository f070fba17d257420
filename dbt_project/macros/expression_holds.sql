{#- Every row fulfils the expression; a null answer is a failure. -#}
{% test expression_holds(model, expression) %}
    select *
    from {{ model }}
    where ({{ expression }}) is distinct from true
{% endtest %}
