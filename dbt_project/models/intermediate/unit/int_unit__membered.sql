-- A row belongs to its case by its case number, however uncertain its person is. Who is named by two rows of a case is
-- one member; an uncertain row may be someone else, so it is counted by itself where certainty is asked.
select
    delivered.case_feed,
    delivered.case_number,
    delivered.household_id,
    delivered.row_id,
    linked.person_id,
    linked.match_probability,
    linked.owns_id_number as is_certain,
    delivered.is_member,
    true as is_declared,
    death.died_on,
    death.row_id as cremation_row_id,
    coalesce(death.is_certain, false) as is_death_certain,
    death.match_probability as death_match_probability,
    death.died_on is null as is_living,
    delivered.is_head,
    delivered.relation_to_head,
    delivered.has_unreadable_status,
    delivered.name
from {{ ref('int_unit__delivered') }} as delivered
inner join {{ ref('int_row__linked') }} as linked
    on delivered.row_id = linked.row_id and linked.role = 'self'
left join {{ ref('int_person__died') }} as death on linked.person_id = death.person_id
