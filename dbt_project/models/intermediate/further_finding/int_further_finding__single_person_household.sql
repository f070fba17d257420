-- A dibao case or an application for dibao declares one person only, who stands with somebody living in another
-- household: in poverty_household, on a fishing vessel, or in another application. A heavily disabled person may
-- be supported alone; so nothing is concluded while the register of disability gives no answer.
with

singles as (
    select
        household_id,
        any_value(row_id) as row_id,
        any_value(person_id) as person_id,
        any_value(name) as name,
        any_value(is_certain) as is_certain,
        any_value(match_probability) as match_probability
    from {{ ref('int_unit__membered') }}
    where case_feed in ('dibao', 'application')
    group by household_id
    having count(*) = 1 and bool_and(is_member) and bool_and(is_living)
),

grades as ({{ in_force('heavy_disability') }}),

heavily_disabled as (
    select linked.person_id
    from {{ ref('stg_economic_status__disability') }} as disability
    inner join grades on disability.grade = grades.grade
    inner join {{ ref('int_row__linked') }} as linked on disability.row_id = linked.row_id and linked.role = 'self'
    where disability.disposition = 'accepted'
),

listed as (
    select
        linked.person_id,
        linked.row_id,
        linked.feed,
        mentioned.case_key,
        mentioned.name,
        linked.owns_id_number as is_certain,
        linked.match_probability,
        death.person_id is null as is_living
    from {{ ref('int_row__linked') }} as linked
    inner join {{ ref('int_person__mentioned') }} as mentioned on linked.mention_id = mentioned.mention_id
    left join {{ ref('int_person__died') }} as death on linked.person_id = death.person_id
    where
        linked.feed in ('poverty_household', 'fisher', 'application')
        and linked.role = 'self'
        and linked.disposition = 'accepted'
        and mentioned.case_key is not null
),

proofs as (
    select
        singles.household_id,
        singles.person_id,
        singles.name,
        singles.row_id,
        own.row_id as own_row_id,
        own.feed,
        own.case_key,
        other.row_id as other_row_id,
        other.person_id as other_id,
        other.name as other_name,
        singles.is_certain and own.is_certain and other.is_certain as is_certain,
        least(singles.match_probability, own.match_probability, other.match_probability) as match_probability
    from singles
    inner join {{ ref('int_unit__declared') }} as declared
        on singles.household_id = declared.household_id and declared.programme = 'dibao'
    inner join listed as own on singles.person_id = own.person_id and singles.household_id != own.case_key
    inner join listed as other
        on
            own.case_key = other.case_key
            and own.person_id != other.person_id
            and other.is_living
            and (other.is_certain or other.name is distinct from own.name)
    where
        {{ all_answer(['disability']) }}
        and singles.person_id not in (select heavily_disabled.person_id from heavily_disabled)
),

households as (
    select
        household_id,
        feed,
        case_key,
        any_value(person_id) as person_id,
        any_value(name) as name,
        list(distinct other_id) as other_ids,
        flatten(list([row_id, own_row_id, other_row_id])) as row_ids,
        bool_or(is_certain) as is_certain,
        max(match_probability) as match_probability,
        case feed when 'poverty_household' then '脱贫（监测）户名册' when 'fisher' then '退捕渔民名册' else '救助申请' end
        || '（' || split_part(case_key, ':', 2) || '）中与'
        || string_agg(distinct coalesce(other_name, '姓名缺失'), '、' order by coalesce(other_name, '姓名缺失'))
        || '共' || (count(distinct other_id) + 1) || '人同户' as sentence
    from proofs
    group by household_id, feed, case_key
),

finding as (
    select
        any_value(labelled.case_feed) as household_feed,
        any_value(labelled.case_number) as household_case,
        list_sort(list_distinct(list_append(flatten(list(households.other_ids)), any_value(households.person_id))))
            as person_ids,
        {{ evidence('households.row_ids') }} as evidence_row_ids,
        bool_or(households.is_certain) as certain,
        max(households.match_probability) as match_probability,
        null as amount,
        json_object('households', count(*)) as parameters,
        any_value(labelled.label) || case any_value(labelled.case_feed) when 'dibao' then '按单人户享受低保' else '按单人户申请低保' end
        || '，但' || coalesce(any_value(households.name), '（姓名缺失）') || '在'
        || string_agg(households.sentence, '，在' order by households.case_key)
        || '。请核实是否共同生活：共同生活的合并为一户重新核算；已经分户的更正对方名册；符合单独施保条件的注明理由。' as message,
        any_value(labelled.town) as town,
        any_value(labelled.village) as village
    from households
    inner join {{ ref('int_unit__labelled') }} as labelled on households.household_id = labelled.household_id
    group by households.household_id
)

{{ finding_of_household('single_person_household') }}
