-- Somebody of a dibao household died before the first day of the month, and its 保障人数 is larger than the number of
-- its members who then lived. Rows in 停保 are no members; the dead may stand in one. A status that cannot be read
-- leaves the number of members open, and nothing is judged.
with

rows_of_units as (
    select
        membered.*,
        coalesce(membered.died_on < date_trunc('month', run.as_of), false) as is_dead
    from {{ ref('int_unit__membered') }} as membered
    cross join {{ source('raw', 'run_context') }} as run
    where membered.case_feed = 'dibao'
),

-- An uncertain row may be one more person, an uncertain death none: the largest number that the rows allow.
counted as (
    select
        household_id,
        count(distinct person_id) filter (where is_member and not is_dead) as living_count,
        count(distinct person_id) filter (where is_member and is_certain and not (is_dead and is_death_certain))
        + count(*) filter (where is_member and not is_certain) as most_living_count,
        bool_or(is_dead and is_certain and is_death_certain) as is_death_certain,
        list(distinct person_id order by person_id) filter (where is_dead) as dead_ids,
        max(least(match_probability, death_match_probability)) filter (where is_dead) as match_probability,
        flatten(list([row_id, cremation_row_id]) filter (where is_dead)) as dead_row_ids,
        list(row_id) filter (where is_member) as member_row_ids,
        string_agg(
            distinct coalesce(name, '姓名缺失') || '于' || strftime(died_on, '%Y年%-m月%-d日'), '、'
            order by coalesce(name, '姓名缺失') || '于' || strftime(died_on, '%Y年%-m月%-d日')
        ) filter (where is_dead) as deaths,
        min(died_on) filter (where is_dead) as died_on
    from rows_of_units
    group by household_id
    having bool_or(is_dead) and not bool_or(has_unreadable_status) and bool_or(is_member)
),

finding as (
    select
        labelled.case_feed as household_feed,
        labelled.case_number as household_case,
        counted.dead_ids as person_ids,
        list_sort(list_distinct(
            list_concat(counted.dead_row_ids, coalesce(counted.member_row_ids, cast([] as varchar[])))
        )) as evidence_row_ids,
        counted.is_death_certain and declared.covered_count > counted.most_living_count as certain,
        counted.match_probability,
        null as amount,
        json_object(
            'covered_count', declared.covered_count, 'living_members', counted.living_count, 'died_on', counted.died_on
        ) as parameters,
        labelled.label || '的' || counted.deaths || '死亡（有火化登记），名册的保障人数仍是' || declared.covered_count
        || '人，而在世的在册人员只有' || counted.living_count
        || '人。请从死亡次月起核减保障人数和保障金额，核算多发金额。' as message,
        labelled.town,
        labelled.village
    from counted
    inner join {{ ref('int_unit__declared') }} as declared on counted.household_id = declared.household_id
    inner join {{ ref('int_unit__labelled') }} as labelled on counted.household_id = labelled.household_id
    where declared.covered_count > counted.living_count
)

{{ finding_of_household('dead_member_counted') }}
