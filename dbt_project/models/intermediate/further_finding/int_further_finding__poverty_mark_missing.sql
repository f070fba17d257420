-- A member of poverty_household is active in dibao or tekun, and the household's roll says 否 of that member.
with

finding as (
    select
        'poverty_household' as household_feed,
        case_number as household_case,
        list(distinct person_id order by person_id) as person_ids,
        {{ evidence('[row_id, enrolment_row_id]') }} as evidence_row_ids,
        bool_or(is_certain and is_enrolment_certain) as certain,
        max(least(match_probability, enrolment_match_probability)) as match_probability,
        null as amount,
        json_object('marks', count(*)) as parameters,
        coalesce(any_value(town), '') || coalesce(any_value(village), '') || '户编号' || case_number || '的'
        || string_agg(
            coalesce(name, '（姓名缺失）') || '在享' || programme_title || '，户名册却标注为否', '；' order by row_id, programme
        ) || '。请由乡村振兴部门更正标注，并核对家庭收入中是否计入了相应待遇。' as message,
        any_value(town) as town,
        any_value(village) as village
    from {{ ref('int_person__marked') }}
    where mark = '否' and is_enrolled
    group by case_number
)

{{ finding_of_household('poverty_mark_missing', meanwhile='核实后再更正数据') }}
