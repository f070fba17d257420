-- Whose names may not stand on a notice: those of minors, with how many adults of the same name live in each town. A
-- name that a notice shows more often than adults bear it in that town is a minor's. It knows nothing of who was chosen
-- for the notices, so that a wrong choice is found by it.
with

ages as (
    select max(minor_below_age) as minor_below_age
    from ({{ in_force('notice_rule') }}) as rules
),

persons as (
    select
        profiled.person_id,
        profiled.name,
        profiled.town,
        profiled.birth_date > run.as_of - to_years(cast(ages.minor_below_age as integer)) as is_minor
    from {{ ref('int_person__profiled') }} as profiled
    cross join ages
    cross join {{ source('raw', 'run_context') }} as run
    where profiled.birth_date is not null
),

-- Every name that any source has for a person.
names as (
    select
        linked.person_id,
        mentioned.name,
        mentioned.town
    from {{ ref('int_row__linked') }} as linked
    inner join {{ ref('int_person__mentioned') }} as mentioned on linked.mention_id = mentioned.mention_id
    where mentioned.name is not null

    union

    select
        person_id,
        name,
        town
    from persons
    where name is not null
),

minors as (
    select distinct names.name
    from names
    inner join persons on names.person_id = persons.person_id
    where persons.is_minor
),

towns as (
    select distinct
        town_delivered,
        town
    from {{ ref('int_notice__placed') }}
),

-- An adult without any town may live in each of them.
adults as (
    select distinct
        names.person_id,
        names.name,
        towns.town
    from names
    inner join persons on names.person_id = persons.person_id
    inner join minors on names.name = minors.name
    left join towns on names.town = towns.town_delivered
    where not persons.is_minor
    qualify towns.town is not null or not bool_or(towns.town is not null) over (partition by names.person_id)
)

select
    minors.name,
    adults.town,
    count(distinct adults.person_id) as adult_count
from minors
left join adults on minors.name = adults.name
group by minors.name, adults.town
order by minors.name, adults.town nulls first
