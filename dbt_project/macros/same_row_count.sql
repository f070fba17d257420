{#- Conservation: a model has as many rows as the table it is made from, and names them apart. -#}
{% test same_row_count(model, compared) %}
    with counted as (
        select
            (select count(*) from {{ model }}) as rows_here,
            (select count(*) from {{ compared }}) as rows_compared
    )

    select *
    from counted
    where rows_here <> rows_compared
{% endtest %}
