-- One spelling for each town and village of the rolls: 东风村, 东风村委会 and 东风 are one place and get one sheet. The name
-- in 行政区划 stands where the place key has exactly one there, else the spelling that most rows have.
with

towns as (
    select
        code,
        name as town,
        place_key(name) as town_key
    from {{ ref('stg_reference__admin_division') }}
    where disposition = 'accepted' and level = '乡镇'
),

villages as (
    select
        towns.town_key,
        division.name as village,
        place_key(division.name) as village_key
    from {{ ref('stg_reference__admin_division') }} as division
    inner join towns on coalesce(division.parent_code, left(division.code, 9) || '000') = towns.code
    where division.disposition = 'accepted' and division.level = '村'
),

named_towns as (
    select
        town_key,
        any_value(town) as town
    from towns
    group by town_key
    having count(distinct town) = 1
),

named_villages as (
    select
        town_key,
        village_key,
        list(distinct village) as names
    from villages
    group by town_key, village_key
),

-- Every spelling, and how often the rolls have it.
spelled as (
    select
        town,
        village,
        place_key(town) as town_key,
        place_key(village) as village_key,
        count(*) as times
    from (
        select
            labelled.town,
            labelled.village
        from {{ ref('int_unit__labelled') }} as labelled
        where labelled.town is not null

        union all

        select
            profiled.town,
            profiled.village
        from {{ ref('int_person__profiled') }} as profiled
        where profiled.town is not null
    ) as places
    group by town, village
),

frequent_towns as (
    select
        town_key,
        town
    from spelled
    group by town_key, town
    qualify row_number() over (partition by town_key order by sum(times) desc, town asc) = 1
),

frequent_villages as (
    select
        town_key,
        village_key,
        village
    from spelled
    where village is not null
    group by town_key, village_key, village
    qualify row_number() over (partition by town_key, village_key order by sum(times) desc, village asc) = 1
)

select
    spelled.town as town_delivered,
    spelled.village as village_delivered,
    coalesce(named_towns.town, frequent_towns.town) as town,
    case
        when list_contains(named_villages.names, spelled.village) then spelled.village
        when len(named_villages.names) = 1 then named_villages.names[1]
        -- 东风村 and 东风社区 side by side: a spelling that names neither stands for itself.
        when len(named_villages.names) > 1 then spelled.village
        else frequent_villages.village
    end as village
from spelled
left join named_towns on spelled.town_key = named_towns.town_key
left join frequent_towns on spelled.town_key = frequent_towns.town_key
left join named_villages
    on spelled.town_key = named_villages.town_key and spelled.village_key = named_villages.village_key
left join frequent_villages
    on spelled.town_key = frequent_villages.town_key and spelled.village_key = frequent_villages.village_key
order by spelled.town, spelled.village
