-- Living members of an authorised unit: the only persons whose economic data are looked at. Of several rows of
-- one person the certain one stands for the member.
select
    membered.household_id,
    membered.case_feed,
    membered.case_number,
    membered.person_id,
    membered.row_id,
    membered.name,
    membered.is_certain,
    membered.match_probability
from {{ ref('int_unit__membered') }} as membered
inner join {{ ref('int_unit__declared') }} as declared on membered.household_id = declared.household_id
where membered.is_member and membered.is_living and declared.is_authorised
qualify row_number() over (
    partition by membered.household_id, membered.person_id
    order by membered.is_certain desc, membered.match_probability desc, membered.row_id asc
) = 1
