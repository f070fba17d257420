-- The person as most rows say, rows with the person's own ID number before the others.
-- The ID number speaks for sex and birth date.
with

mentions as (
    select
        link.person_id,
        coalesce(link.owns_id_number, false) as owns_id_number,
        mention.row_id,
        mention.feed,
        mention.delivery,
        mention.name,
        mention.sex,
        mention.birth_date,
        mention.town,
        mention.village
    from {{ source('matched', 'person_link') }} as link
    inner join {{ ref('int_person__mentioned') }} as mention on link.mention_id = mention.mention_id
),

{% for attribute in ['name', 'sex', 'birth_date'] %}
    best_{{ attribute }} as (
        select
            person_id,
            {{ attribute }}
        from mentions
        where {{ attribute }} is not null
        group by person_id, {{ attribute }}
        qualify row_number() over (
            partition by person_id
            order by count(*) filter (where owns_id_number) desc, count(*) desc, max(delivery) desc, {{ attribute }} asc
        ) = 1
    ),

{% endfor %}
-- Town and village are one residence: a village is never taken from another town's row.
best_residence as (
    select
        person_id,
        town,
        village
    from mentions
    where town is not null or village is not null
    group by person_id, town, village
    qualify row_number() over (
        partition by person_id
        order by
            (town is not null and village is not null) desc,
            count(*) filter (where owns_id_number) desc,
            count(*) desc,
            max(delivery) desc,
            town asc,
            village asc
    ) = 1
),

counted as (
    select
        person_id,
        count(distinct row_id) as source_row_count,
        count(distinct feed) as source_feed_count
    from mentions
    group by person_id
),

persons as (
    select person_id from counted
    union
    select person_id from {{ source('matched', 'person_superseded') }}
)

select
    persons.person_id,
    best_name.name,
    coalesce(
        case
            when owned.id_number is null then null
            when cast(substr(owned.id_number, 17, 1) as integer) % 2 = 1 then '男'
            else '女'
        end,
        best_sex.sex
    ) as sex,
    coalesce(
        cast(try_strptime(substr(owned.id_number, 7, 8), '%Y%m%d') as date),
        best_birth_date.birth_date
    ) as birth_date,
    owned.id_number,
    best_residence.town,
    best_residence.village,
    cast(coalesce(counted.source_row_count, 0) as bigint) as source_row_count,
    cast(coalesce(counted.source_feed_count, 0) as bigint) as source_feed_count,
    died.died_on,
    superseded.superseded_by
from persons
left join counted on persons.person_id = counted.person_id
left join best_name on persons.person_id = best_name.person_id
left join best_sex on persons.person_id = best_sex.person_id
left join best_birth_date on persons.person_id = best_birth_date.person_id
left join best_residence on persons.person_id = best_residence.person_id
left join {{ source('matched', 'person_id_number') }} as owned on persons.person_id = owned.person_id
left join {{ ref('int_person__died') }} as died on persons.person_id = died.person_id
left join {{ source('matched', 'person_superseded') }} as superseded on persons.person_id = superseded.person_id
