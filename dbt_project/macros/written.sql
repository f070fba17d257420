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

{# Whether a vehicle's type is one that registers are known to use for vehicles that no list exempts. What is neither
   exempt nor known may be an exempt vehicle in other words. #}
{% macro is_known_vehicle(written) -%}
    regexp_matches(
        {{ bare_word(written) }},
        '轿车|小车|小汽车|客车|货车|越野|面包车|商务车|皮卡|牵引|挂车|自卸|专项作业|三轮汽车|低速|载货|载客|厢式|罐式|旅居|校车|新能源汽车'
    ) and not regexp_matches({{ bare_word(written) }}, '残疾|轮椅|代步|摩托|拖拉机|电动三轮|三轮电')
{%- endmacro %}
