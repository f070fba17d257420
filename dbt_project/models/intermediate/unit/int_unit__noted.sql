-- What a reader of a unit must know of the deliveries that its figures and answers rest on, one row per unit and feed
-- that is noted. An answer "nothing found" rests on its feed as well as a row that was found.
with

resting as (
    select
        household_id,
        case_feed as feed
    from {{ ref('int_unit__declared') }}

    union

    select
        household_id,
        feed
    from {{ ref('int_unit__answered') }}
    where is_deciding

    union

    select
        household_id,
        split_part(row_id, '/', 1) as feed
    from {{ ref('int_unit__evidenced') }}
)

select
    resting.household_id,
    noted.feed,
    noted.sentence
from resting
inner join {{ ref('int_feed__noted') }} as noted on resting.feed = noted.feed
