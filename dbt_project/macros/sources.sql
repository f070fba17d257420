{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{#- The folder of the run. A run names it in the environment: changed --vars would make dbt parse the whole project anew. -#}
{% macro work_folder() %}{{ return(env_var('HEDUI_WORK', var('work'))) }}{% endmacro %}

{#- Registers every source's Parquet file as a view. A file that this phase of the run has not made yet is left out. -#}
{% macro register_sources() %}
    {% if execute %}
        {% for source in graph.sources.values() %}
            {% set file = work_folder() ~ '/' ~ source.source_name ~ '/' ~ source.name ~ '.parquet' %}
            {% set found = run_query("select count(*) from glob('" ~ file ~ "')").rows[0][0] %}
            {% if found %}
                {% do run_query("create schema if not exists " ~ source.schema) %}
                {% do run_query("create or replace view " ~ source.schema ~ "." ~ source.identifier ~ " as select * from read_parquet('" ~ file ~ "')") %}
            {% endif %}
        {% endfor %}
        {% for schema in ['staging', 'intermediate', 'marts', 'policy'] %}
            {% do run_query("create schema if not exists " ~ schema) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{#- Writes a table beside the warehouse as Parquet: the only way in which data leaves dbt. -#}
{% macro export_parquet(relation) %}
    copy {{ relation }} to '{{ work_folder() }}/export/{{ relation.identifier }}.parquet' (format parquet, compression zstd)
{% endmacro %}

{#- The same under another name than the model's. -#}
{% macro export_parquet_as(relation, name) %}
    copy {{ relation }} to '{{ work_folder() }}/export/{{ name }}.parquet' (format parquet, compression zstd)
{% endmacro %}
