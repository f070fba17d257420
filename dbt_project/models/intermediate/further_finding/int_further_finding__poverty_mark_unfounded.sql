-- A household of poverty_household is marked as dibao or tekun, and none of its members is active in that
-- programme. Many counties mark the whole household, so one member who is active justifies every mark. Nothing is
-- concluded while the roll gives no answer, or where a member's status cannot be read.
with

doubtful as (
    select distinct
        programme,
        name
    from {{ ref('int_enrolment__activated') }}
    where programme in ('dibao', 'tekun') and (is_active or status is null) and not is_certain
),

households as (
    select
        marked.case_number,
        marked.programme,
        any_value(marked.programme_title) as programme_title,
        any_value(marked.town) as town,
        any_value(marked.village) as village,
        list(marked.person_id) filter (where marked.mark = '是') as person_ids,
        list(marked.row_id) as row_ids,
        bool_and(marked.is_certain) and not bool_or(doubtful.name is not null) as is_certain,
        min(marked.match_probability) as match_probability,
        string_agg(
            coalesce(marked.name, '（姓名缺失）'), '、' order by marked.row_id
        ) filter (where marked.mark = '是') as names
    from {{ ref('int_person__marked') }} as marked
    left join doubtful on marked.programme = doubtful.programme and marked.name = doubtful.name
    group by marked.case_number, marked.programme
    having
        bool_or(marked.mark = '是')
        and bool_and(coalesce(not marked.is_enrolled, false))
        and case marked.programme
            when 'dibao' then {{ all_answer(['dibao']) }} else {{ all_answer(['tekun']) }}
        end
),

finding as (
    select
        'poverty_household' as household_feed,
        case_number as household_case,
        list_sort(list_distinct(flatten(list(person_ids)))) as person_ids,
        {{ evidence('row_ids') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        null as amount,
        json_object('programmes', list(programme order by programme)) as parameters,
        coalesce(any_value(town), '') || coalesce(any_value(village), '') || '户编号' || case_number || '的'
        || string_agg(names || '标注为享受' || programme_title || '，而全家在该项名册中都没有在享', '；' order by programme)
        || '。请核对：已停保的更正标注；停保后生活仍有困难的，协助重新申请。' as message,
        any_value(town) as town,
        any_value(village) as village
    from households
    group by case_number
)

{{ finding_of_household('poverty_mark_unfounded', meanwhile='核实后再更正数据') }}
