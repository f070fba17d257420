{#- What a table promises of its columns, in one query: `key` names each row apart and is never null, the `filled`
    columns are never null, each of `values` holds only its list's words or null. One row per promise that is broken:
    its sentence and how many rows break it. -#}
{% test well_formed(model, key=none, filled=[], values={}) %}
    {{ config(fail_calc="coalesce(sum(failing_rows), 0)") }}
    {%- set promises = [] -%}
    {%- if key -%}
        {%- do promises.append((key ~ " 重复", "count(" ~ key ~ ") - count(distinct " ~ key ~ ")")) -%}
    {%- endif -%}
    {%- for column in ([key] if key else []) + filled -%}
        {%- do promises.append((column ~ " 为空", "count(*) filter (where " ~ column ~ " is null)")) -%}
    {%- endfor -%}
    {%- for column, words in values.items() -%}
        {%- set listed = "'" ~ words | join("', '") ~ "'" -%}
        {%- set unlisted = "count(*) filter (where " ~ column ~ " not in (" ~ listed ~ "))" -%}
        {%- do promises.append((column ~ " 有名单外的取值", unlisted)) -%}
    {%- endfor %}

    with counted as (
        select
            unnest([
                {%- for promise, failing_rows in promises %}
                {'promise': '{{ promise }}', 'failing_rows': {{ failing_rows }}}{{ "," if not loop.last }}
                {%- endfor %}
            ], recursive := true)
        from {{ model }}
    )

    select
        promise || '：' || failing_rows || ' 行' as message,
        failing_rows
    from counted
    where failing_rows > 0
{% endtest %}
