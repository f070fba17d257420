{#- The limit of a code that is in force on the business date, as a scalar. -#}
{% macro limit_in_force(limit_code) -%}
    (select limits.limit_value from ({{ in_force('household_limit') }}) as limits where limits.limit_code = '{{ limit_code }}')
{%- endmacro %}

{#- An amount as people read it: 1234.50 -> 1234.5元. -#}
{% macro yuan(amount) -%}
    regexp_replace(regexp_replace(cast({{ amount }} as varchar), '(\.\d*?)0+$', '\1'), '\.$', '') || '元'
{%- endmacro %}

{#-
    A finding on things that are counted (vehicles, homes, companies): the living members of a unit have more of them than
    the limit in force. The certain things alone must pass the limit for the finding to be certain.
-#}
{% macro finding_of_things(code, feed, name, limit_code, statement, unit, remedy) %}
with

exceeding as (
    select
        totalled.household_id,
        totalled.{{ name }}_count as thing_count,
        totalled.certain_{{ name }}_count > {{ limit_in_force(limit_code) }} as certain,
        {{ limit_in_force(limit_code) }} as limit_value
    from {{ ref('int_asset__totalled') }} as totalled
    where totalled.{{ name }}_count > {{ limit_in_force(limit_code) }}
),

-- Where the owners are sure and the sum is not, it is what was registered that cannot be told.
owned as (
    select
        household_id,
        count(distinct item_key) > {{ limit_in_force(limit_code) }} as is_sure
    from {{ ref('int_asset__itemised') }}
    where feed = '{{ feed }}' and is_counted and is_owner_certain
    group by household_id
),

-- How sure the sum is: of the things that pass the limit, the surest ones are taken and the least sure of them speaks.
ranked as (
    select
        household_id,
        item_key,
        max(match_probability) as match_probability,
        row_number() over (partition by household_id order by max(match_probability) desc, item_key) as place
    from {{ ref('int_asset__itemised') }}
    where feed = '{{ feed }}' and is_counted
    group by household_id, item_key
),

finding as (
    select
        any_value(labelled.case_feed) as household_feed,
        any_value(labelled.case_number) as household_case,
        list_sort(list(distinct items.person_id)) as person_ids,
        {{ evidence('[items.row_id, items.member_row_id]') }} as evidence_row_ids,
        any_value(exceeding.certain) as certain,
        case
            when not any_value(exceeding.certain) and any_value(owned.is_sure) then 1.0
            else any_value(surest.match_probability)
        end as match_probability,
        null as amount,
        json_object('count', any_value(exceeding.thing_count), 'limit', any_value(exceeding.limit_value)) as parameters,
        any_value(labelled.label) || '{{ statement }}' || any_value(exceeding.thing_count) || '{{ unit }}（'
        || string_agg(distinct coalesce(items.name, '姓名缺失') || '：' || items.item, '；' order by coalesce(items.name, '姓名缺失') || '：' || items.item)
        || '），限额' || cast(any_value(exceeding.limit_value) as integer) || '{{ unit }}。{{ remedy }}' as message,
        any_value(labelled.town) as town,
        any_value(labelled.village) as village
    from exceeding
    inner join {{ ref('int_unit__labelled') }} as labelled on exceeding.household_id = labelled.household_id
    inner join {{ ref('int_asset__itemised') }} as items
        on exceeding.household_id = items.household_id and items.feed = '{{ feed }}' and items.is_counted
    inner join ranked as surest
        on exceeding.household_id = surest.household_id and surest.place = cast(floor(exceeding.limit_value) as integer) + 1
    left join owned on exceeding.household_id = owned.household_id
    group by exceeding.household_id
)

{{ finding_of_household(code) }}
{% endmacro %}
