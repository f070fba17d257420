-- No message shows a full ID number (17 digits and a check character); a case number may be as long and is none.
{% for relation in ['finding', 'further_finding'] %}
    select
        finding_id,
        code
    from {{ ref(relation) }}
    where
        code != 'duplicate_enrolment'
        and regexp_matches(replace(message, coalesce(household_case, '#'), ''), '[0-9]{17}[0-9Xx]')
    {% if not loop.last %}union all{% endif %}
{% endfor %}
