-- What was written of a unit's living members and could not be used: the answer of that register is not complete. A
-- compensation that was delivered again, and could be read then, is not missing.
with

held as (
    select
        held.row_id,
        held.feed,
        held.person_id,
        delivered.delivery
    from {{ ref('int_row__held') }} as held
    inner join {{ ref('int_row__delivered') }} as delivered on held.row_id = delivered.row_id
),

corrected as (
    select distinct held.row_id
    from held
    inner join {{ ref('int_row__linked') }} as linked on held.person_id = linked.person_id and held.feed = linked.feed
    inner join {{ ref('int_row__delivered') }} as later on linked.row_id = later.row_id
    where held.feed = 'fishing_compensation' and later.delivery > held.delivery
)

select
    membered.household_id,
    held.feed,
    count(distinct held.row_id) as row_count
from {{ ref('int_unit__membered') }} as membered
inner join held on membered.person_id = held.person_id
anti join corrected on held.row_id = corrected.row_id
where membered.is_member and membered.is_living
group by membered.household_id, held.feed
