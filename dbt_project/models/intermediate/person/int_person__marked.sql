-- What poverty_household says of its members' dibao and tekun beside what the rolls say: one row per member and
-- programme. A mark that is blank says nothing. An enrolment whose status cannot be read is neither (null).
with

marks as (
    {% for programme in ['dibao', 'tekun'] %}
        select
            row_id,
            case_number,
            name,
            town,
            village,
            '{{ programme }}' as programme,
            is_{{ programme }} as mark
        from {{ ref('stg_rural_revitalisation__poverty_household') }}
        where disposition = 'accepted'
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

enrolled as (
    select
        person_id,
        programme,
        case
            when bool_or(is_active) then true
            when bool_or(status is null) then null
            else false
        end as is_enrolled,
        arg_max(row_id, (is_active, is_certain, row_id)) as row_id,
        max(is_certain) filter (where is_active) as is_certain,
        max(match_probability) filter (where is_active) as match_probability
    from {{ ref('int_enrolment__activated') }}
    where programme in ('dibao', 'tekun')
    group by person_id, programme
)

select
    marks.row_id,
    marks.case_number,
    marks.name,
    marks.town,
    marks.village,
    marks.programme,
    programme.title as programme_title,
    marks.mark,
    linked.person_id,
    case when enrolled.person_id is null then false else enrolled.is_enrolled end as is_enrolled,
    enrolled.row_id as enrolment_row_id,
    linked.owns_id_number as is_certain,
    linked.match_probability,
    coalesce(enrolled.is_certain, false) as is_enrolment_certain,
    enrolled.match_probability as enrolment_match_probability
from marks
inner join {{ ref('programme') }} as programme on marks.programme = programme.programme
inner join {{ ref('int_row__linked') }} as linked on marks.row_id = linked.row_id and linked.role = 'self'
left join enrolled on linked.person_id = enrolled.person_id and marks.programme = enrolled.programme
