-- One row per person and bond. Persons with one bond in common belong to one household: they stand in one case, are
-- husband and wife by their latest marriage event, or a child and its guardian or adopter.
select distinct
    linked.person_id,
    mentioned.case_key as bond
from {{ ref('int_row__linked') }} as linked
inner join {{ ref('int_person__mentioned') }} as mentioned on linked.mention_id = mentioned.mention_id
where mentioned.case_key is not null

union

select
    person_id,
    row_id as bond
from {{ ref('int_person__married') }}
where event = '结婚'

union

select
    person_id,
    row_id as bond
from {{ ref('int_row__linked') }}
where
    (feed = 'orphan' and role in ('self', 'guardian'))
    or (feed = 'adoption' and role in ('child', 'adopter'))
