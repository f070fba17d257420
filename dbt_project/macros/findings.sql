{#-
    The day whose policy judges, of a run_context `run`: the business date. Only a trial of policy (hedui policy) sets
    another one; ages, windows and the age of deliveries stay those of the business date.
-#}
{% macro policy_date() -%}
    coalesce(run.policy_on, run.as_of)
{%- endmacro %}

{#- The row of a dated policy seed that is in force on that day. -#}
{% macro in_force(seed) %}
    select policy.*
    from {{ ref(seed) }} as policy
    cross join {{ source('raw', 'run_context') }} as run
    where
        {{ policy_date() }} >= policy.valid_from
        and (policy.valid_to is null or {{ policy_date() }} <= policy.valid_to)
{% endmacro %}

{#- How a person is named to a caseworker: village and name, never a number. -#}
{% macro person_label(profile) -%}
    coalesce({{ profile }}.town, '') || coalesce({{ profile }}.village, '') || coalesce({{ profile }}.name, '（姓名缺失）')
{%- endmacro %}

{#- The last sentence of an uncertain finding: why it is uncertain, that the identity comes first, and what until then. -#}
{% macro uncertainty_sentence(certain, match_probability, meanwhile) -%}
    case
        when {{ certain }} then ''
        when {{ match_probability }} >= 1 then '（注意：所依据的记录中有的内容还不能确认，请先核实，{{ meanwhile }}。）'
        else
        '（注意：所依据的记录中有的身份证号不能使用或无法确认为本人，系按姓名、住址等推断为同一人，可信度约'
        || cast(least(99, floor(100 * {{ match_probability }})) as integer) || '%，请先核实身份，{{ meanwhile }}。）'
    end
{%- endmacro %}

{#- A month of the form 2026-10 as people read it: 2026年10月. -#}
{% macro month_words(month) -%}
    strftime(cast({{ month }} || '-01' as date), '%Y年%-m月')
{%- endmacro %}

{#- The distinct row ids of one or more lists, in a fixed order. -#}
{% macro evidence(lists) -%}
    list_sort(list_distinct(flatten(list({{ lists }}))))
{%- endmacro %}

{#-
    The columns that every finding has, from a CTE `finding` with person_id, evidence_row_ids, certain, match_probability,
    amount, parameters, statement (what was found) and remedy (what to do).
-#}
{% macro finding_of_person(code, meanwhile='核实前不得停发') %}
    select
        '{{ code }}' as code,
        finding.person_id as subject_key,
        [finding.person_id] as person_ids,
        cast(null as varchar) as household_feed,
        cast(null as varchar) as household_case,
        finding.evidence_row_ids,
        finding.certain,
        finding.match_probability,
        cast(finding.amount as decimal(14, 2)) as amount,
        cast(finding.parameters as varchar) as parameters,
        {{ person_label('profile') }} || finding.statement || finding.remedy
        || {{ uncertainty_sentence('finding.certain', 'finding.match_probability', meanwhile) }} as message,
        profile.town,
        profile.village
    from finding
    inner join {{ ref('int_person__profiled') }} as profile on finding.person_id = profile.person_id
{% endmacro %}

{#- As above for one household, from a CTE `finding` with household_feed, household_case, person_ids and message. -#}
{% macro finding_of_household(code, meanwhile='核实前不得停发') %}
    select
        '{{ code }}' as code,
        finding.household_feed || ':' || finding.household_case as subject_key,
        finding.person_ids,
        finding.household_feed,
        finding.household_case,
        finding.evidence_row_ids,
        finding.certain,
        finding.match_probability,
        cast(finding.amount as decimal(14, 2)) as amount,
        cast(finding.parameters as varchar) as parameters,
        finding.message
        || {{ uncertainty_sentence('finding.certain', 'finding.match_probability', meanwhile) }} as message,
        finding.town,
        finding.village
    from finding
{% endmacro %}

{#- As above for a finding of a set of persons, from a CTE `finding` that has person_ids and message. -#}
{% macro finding_of_persons(code, meanwhile='核实前不得停发') %}
    select
        '{{ code }}' as code,
        array_to_string(list_sort(finding.person_ids), '+') as subject_key,
        list_sort(finding.person_ids) as person_ids,
        cast(null as varchar) as household_feed,
        cast(null as varchar) as household_case,
        finding.evidence_row_ids,
        finding.certain,
        finding.match_probability,
        cast(finding.amount as decimal(14, 2)) as amount,
        cast(finding.parameters as varchar) as parameters,
        finding.message
        || {{ uncertainty_sentence('finding.certain', 'finding.match_probability', meanwhile) }} as message,
        finding.town,
        finding.village
    from finding
{% endmacro %}

{#- The share of the longer name whose characters stand at the same place in both (by character, not by byte). -#}
{% macro shared_character_share(one, other) -%}
    (
        len(list_filter(range(1, least(length({{ one }}), length({{ other }})) + 1), lambda position :
            substr({{ one }}, position, 1) = substr({{ other }}, position, 1)))
        / greatest(length({{ one }}), length({{ other }}))
    )
{%- endmacro %}

{#-
    What a reader of a finding must know of the deliveries that it rests on: those of its evidence, and those in which its
    rule found nothing (input_kind absence). `finding` has code and evidence.
-#}
{% macro data_notes(finding) -%}
    coalesce(
        (
            select list(noted.sentence order by noted.feed)
            from {{ ref('int_feed__noted') }} as noted
            where
                list_contains(list_transform({{ finding }}.evidence, lambda place: place.feed), noted.feed)
                or noted.feed in (
                    select absent.input from {{ ref('finding_input') }} as absent
                    where absent.input_kind = 'absence' and absent.code = {{ finding }}.code
                )
        ),
        cast([] as varchar[])
    )
{%- endmacro %}

{#- Whether all of these feeds were delivered and are fresh: only then is a row that is not there evidence of absence. -#}
{% macro all_answer(feeds) -%}
    (
        select count(*) = {{ feeds | length }}
        from {{ source('raw', 'feed_status') }} as answer
        where answer.state = 'fresh' and answer.feed in ('{{ feeds | join("', '") }}')
    )
{%- endmacro %}

{#- Whether a month (YYYY-MM) is the business month or one of those before it, as many together as the limit says. -#}
{% macro within_months(month, limit_code) -%}
    {{ month }} between
    (
        select strftime(run.as_of - to_months(cast(limits.limit_value as integer) - 1), '%Y-%m')
        from {{ source('raw', 'run_context') }} as run
        cross join ({{ in_force('household_limit') }}) as limits
        where limits.limit_code = '{{ limit_code }}'
    )
    and (select strftime(run.as_of, '%Y-%m') from {{ source('raw', 'run_context') }} as run)
{%- endmacro %}
