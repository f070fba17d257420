{# A word as the vocabularies list it: without brackets and blanks, and without the code that a register puts beside it
   (10-配偶, 普通二轮摩托车(M21)); a code alone stays. #}
{% macro bare_word(written) -%}
    regexp_replace(
        regexp_replace(
            regexp_replace({{ written }}, '[\s()（）]', '', 'g'), '^[A-Za-z]?[0-9]{1,3}[-—.:：、_]*([一-鿿])', '\1'
        ),
        '([一-鿿])[-—.:：、_]*[A-Za-z]?[0-9]{1,3}$', '\1'
    )
{%- endmacro %}

{# The word for a relation to the head, without 之 and 户主之. #}
{% macro bare_relation(written) -%}
    regexp_replace({{ bare_word(written) }}, '^(户主)?之', '')
{%- endmacro %}
