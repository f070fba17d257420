-- What is known of a person: the own ID number speaks for birth date and sex, else what most source rows say.
with

mentions as (
    select
        linked.person_id,
        mentioned.name,
        mentioned.sex,
        cast(mentioned.birth_date as varchar) as birth_date,
        mentioned.town,
        mentioned.village
    from {{ ref('int_row__linked') }} as linked
    inner join {{ ref('int_person__mentioned') }} as mentioned on linked.mention_id = mentioned.mention_id
),

counted as (
    select
        person_id,
        attribute,
        delivered,
        count(*) as times
    from mentions
    unpivot (delivered for attribute in (name, sex, birth_date, town, village))
    group by person_id, attribute, delivered
),

most_frequent as (
    select
        person_id,
        attribute,
        delivered
    from counted
    qualify row_number() over (partition by person_id, attribute order by times desc, delivered asc) = 1
),

profiles as (
    select
        person_id,
        max(delivered) filter (where attribute = 'name') as name,
        max(delivered) filter (where attribute = 'sex') as sex,
        cast(max(delivered) filter (where attribute = 'birth_date') as date) as birth_date,
        max(delivered) filter (where attribute = 'town') as town,
        max(delivered) filter (where attribute = 'village') as village
    from most_frequent
    group by person_id
)

select
    persons.person_id,
    profiles.name,
    case
        when own.id_number is null then profiles.sex
        when cast(substr(own.id_number, 17, 1) as integer) % 2 = 1 then '男'
        else '女'
    end as sex,
    coalesce(try_cast(try_strptime(substr(own.id_number, 7, 8), '%Y%m%d') as date), profiles.birth_date) as birth_date,
    own.id_number is not null as has_own_id_number,
    profiles.town,
    profiles.village
from (select distinct linked.person_id from {{ ref('int_row__linked') }} as linked) as persons
left join profiles on persons.person_id = profiles.person_id
left join {{ source('matched', 'person_id_number') }} as own on persons.person_id = own.person_id
