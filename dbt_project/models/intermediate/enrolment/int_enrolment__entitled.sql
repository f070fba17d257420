-- Who may be paid for what. Dibao belongs to the household: whoever stands in an active case, also as a member in 停保 or
-- as its head without a row of any case, may be paid the household's amount for it; in the other programmes only the
-- active person.
with

dibao_case_amounts as (
    select
        case_number,
        monthly_amount
    from {{ ref('int_enrolment__activated') }}
    where programme = 'dibao' and is_active
    group by case_number, monthly_amount
    qualify row_number() over (
        partition by case_number
        order by monthly_amount is null, count(*) desc, monthly_amount desc
    ) = 1
),

dibao_persons as (
    select
        dibao.case_number,
        linked.person_id,
        bool_or(linked.role = 'self') as has_own_row,
        arg_min(dibao.row_id, (not linked.owns_id_number, linked.role != 'self', dibao.row_id)) as row_id,
        bool_or(linked.owns_id_number) as is_certain,
        max(linked.match_probability) as match_probability
    from {{ ref('stg_civil_affairs__dibao') }} as dibao
    inner join {{ ref('int_row__linked') }} as linked
        on dibao.row_id = linked.row_id and linked.role in ('self', 'head')
    where dibao.disposition = 'accepted'
    group by dibao.case_number, linked.person_id
)

select
    'dibao' as programme,
    person.person_id,
    'dibao:' || person.case_number as entitlement_key,
    person.row_id,
    person.is_certain,
    person.match_probability,
    household.monthly_amount
from dibao_persons as person
inner join dibao_case_amounts as household on person.case_number = household.case_number
qualify person.has_own_row or not bool_or(person.has_own_row) over (partition by person.person_id)

union all

select
    programme,
    person_id,
    programme || ':' || person_id || ':' || row_id as entitlement_key,
    row_id,
    is_certain,
    match_probability,
    monthly_amount
from {{ ref('int_enrolment__activated') }}
where programme != 'dibao' and is_active
