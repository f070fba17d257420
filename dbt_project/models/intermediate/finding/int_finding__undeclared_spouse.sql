-- A declared member's latest marriage event is 结婚 with a living person who is not a declared member.
-- A row of the unit with the spouse's name and no usable ID number is taken for the spouse: declared.
with

declared as (
    select
        case_feed,
        case_number,
        row_id,
        person_id,
        name,
        is_certain,
        is_living,
        match_probability
    from {{ ref('int_unit__membered') }}
    where is_declared and case_feed in ('dibao', 'application')
),

proofs as (
    select
        member.case_feed,
        member.case_number,
        member.row_id,
        member.person_id,
        marriage.row_id as marriage_row_id,
        marriage.registered_on,
        marriage.spouse_id,
        coalesce(member.name, '（姓名缺失）') || '与' || coalesce(spouse.name, '（姓名缺失）') || '于'
        || strftime(marriage.registered_on, '%Y年%-m月%-d日') || '登记结婚，此后没有离婚登记' as marriage_sentence,
        member_profile.town,
        member_profile.village,
        member.is_certain and marriage.is_certain and spouse_marriage.row_id = marriage.row_id as is_certain,
        least(member.match_probability, marriage.match_probability) as match_probability
    from declared as member
    inner join {{ ref('int_person__married') }} as marriage
        on member.person_id = marriage.person_id and marriage.event = '结婚'
    inner join {{ ref('int_person__profiled') }} as spouse on marriage.spouse_id = spouse.person_id
    inner join {{ ref('int_person__profiled') }} as member_profile on member.person_id = member_profile.person_id
    left join {{ ref('int_person__married') }} as spouse_marriage on marriage.spouse_id = spouse_marriage.person_id
    left join {{ ref('int_person__died') }} as spouse_death on marriage.spouse_id = spouse_death.person_id
    where
        member.is_living
        and spouse_death.person_id is null
        and not exists (
            select 1
            from declared as other
            where
                other.case_feed = member.case_feed
                and other.case_number = member.case_number
                and other.row_id != member.row_id
                and (
                    other.person_id = marriage.spouse_id
                    or (not other.is_certain and other.name = spouse.name)
                )
        )
),

finding as (
    select
        case_feed as household_feed,
        case_number as household_case,
        list_sort(list_distinct(flatten(list([person_id, spouse_id])))) as person_ids,
        {{ evidence('[row_id, marriage_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        null as amount,
        json_object('registered_on', min(registered_on)) as parameters,
        coalesce(max(town), '') || coalesce(max(village), '')
        || string_agg(distinct marriage_sentence, '；' order by marriage_sentence)
        || '，但配偶未列入' || case case_feed when 'dibao' then '低保证' else '申请' end || case_number
        || '的家庭成员。请核实是否共同生活，应计入的补录配偶并核对其收入财产。' as message,
        max(town) as town,
        max(village) as village
    from proofs
    group by case_feed, case_number
)

{{ finding_of_household('undeclared_spouse') }}
