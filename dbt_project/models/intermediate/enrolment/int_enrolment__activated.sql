-- Active means status 在保 or 渐退. A status that could not be read (null) is neither active nor stopped.
with

{% set programmes = ['dibao', 'tekun', 'orphan', 'elderly_allowance', 'homecare_subsidy', 'nursing_subsidy'] %}

enrolments as (
    {% for programme in programmes %}
        select
            row_id,
            '{{ programme }}' as programme,
            {{ 'case_number' if programme in ('dibao', 'tekun') else 'cast(null as varchar)' }} as case_number,
            status,
            monthly_amount,
            start_month,
            birth_date,
            sex,
            name,
            town,
            village,
            account_number,
            bank
        from {{ ref('stg_civil_affairs__' ~ programme) }}
        where disposition = 'accepted'
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    enrolments.row_id,
    enrolments.programme,
    linked.person_id,
    linked.match_probability,
    linked.owns_id_number as is_certain,
    enrolments.case_number,
    enrolments.status,
    coalesce(enrolments.status in ('在保', '渐退'), false) as is_active,
    enrolments.monthly_amount,
    enrolments.start_month,
    enrolments.birth_date,
    enrolments.sex,
    enrolments.name,
    enrolments.town,
    enrolments.village,
    enrolments.account_number,
    enrolments.bank
from enrolments
inner join {{ ref('int_row__linked') }} as linked
    on enrolments.row_id = linked.row_id and linked.role = 'self'
