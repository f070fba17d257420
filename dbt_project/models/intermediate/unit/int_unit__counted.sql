-- How many people a unit's figures are divided by. The certain count is the largest one that the rows allow: an
-- uncertain row, and one whose status cannot be read, may be one more person, an uncertain death none; what passes a
-- limit even then passes it certainly.
select
    household_id,
    count(distinct person_id) filter (where is_member) as member_count,
    count(distinct person_id) filter (where is_member and is_living) as living_count,
    count(distinct person_id) filter (
        where is_member and is_certain and not coalesce(died_on is not null and is_death_certain, false)
    )
    + count(*) filter (where (is_member and not is_certain) or has_unreadable_status) as certain_divisor,
    count(*) filter (where has_unreadable_status) as unreadable_status_count,
    count(distinct person_id) filter (where is_head) as head_count,
    list(distinct person_id order by person_id) filter (where is_member) as member_person_ids,
    list(distinct row_id order by row_id) filter (where is_member) as member_row_ids
from {{ ref('int_unit__membered') }}
group by household_id
