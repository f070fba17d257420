-- The latest marriage event of each person. Of two events of one day the divorce speaks: it accuses less.
-- An event after which a row of either of them was held back is not certainly the latest.
-- An event dated after the business date has happened, since it was delivered; its date is wrong, so it is uncertain.
with

sides as (
    select
        marriage.row_id,
        marriage.event,
        marriage.registered_on,
        linked.role,
        linked.person_id,
        linked.owns_id_number and marriage.registered_on <= run.as_of as is_certain,
        linked.match_probability
    from {{ ref('stg_civil_affairs__marriage') }} as marriage
    inner join {{ ref('int_row__linked') }} as linked
        on marriage.row_id = linked.row_id and linked.role in ('husband', 'wife')
    cross join {{ source('raw', 'run_context') }} as run
    where
        marriage.disposition = 'accepted'
        and marriage.event is not null
),

events as (
    select
        mine.person_id,
        theirs.person_id as spouse_id,
        mine.row_id,
        mine.event,
        mine.registered_on,
        mine.is_certain and theirs.is_certain as is_certain,
        least(mine.match_probability, theirs.match_probability) as match_probability
    from sides as mine
    inner join sides as theirs
        on mine.row_id = theirs.row_id and mine.role != theirs.role and mine.person_id != theirs.person_id
),

held as (
    select
        held.person_id,
        marriage.registered_on
    from {{ ref('int_row__held') }} as held
    inner join {{ ref('stg_civil_affairs__marriage') }} as marriage on held.row_id = marriage.row_id
)

select
    person_id,
    spouse_id,
    row_id,
    event,
    registered_on,
    is_certain and not exists (
        select 1
        from held
        where
            held.person_id in (events.person_id, events.spouse_id)
            and coalesce(held.registered_on >= events.registered_on, true)
    ) as is_certain,
    match_probability
from events
qualify row_number() over (
    partition by person_id
    order by registered_on desc, event = '离婚' desc, is_certain desc, row_id asc
) = 1
