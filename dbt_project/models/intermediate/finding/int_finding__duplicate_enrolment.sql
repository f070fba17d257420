-- One person is active more than once in one programme.
with

active as (
    select
        enrolment.person_id,
        enrolment.programme,
        programme.title as programme_title,
        count(*) as times,
        count(*) filter (where enrolment.is_certain) as certain_times,
        list(enrolment.row_id) as row_ids,
        list(enrolment.match_probability order by enrolment.match_probability desc)[2] as match_probability,
        sum(enrolment.monthly_amount) - max(enrolment.monthly_amount) as amount,
        string_agg(distinct enrolment.case_number, '、' order by enrolment.case_number) as case_numbers
    from {{ ref('int_enrolment__activated') }} as enrolment
    inner join {{ ref('programme') }} as programme on enrolment.programme = programme.programme
    where enrolment.is_active
    group by enrolment.person_id, enrolment.programme, programme.title
    having count(*) > 1
),

finding as (
    select
        person_id,
        {{ evidence('row_ids') }} as evidence_row_ids,
        bool_or(certain_times > 1) as certain,
        max(match_probability) as match_probability,
        sum(amount) as amount,
        json_object('times', max(times)) as parameters,
        '在' || string_agg(
            programme_title || '名册中同时在享' || times || '次' || coalesce('（证号' || case_numbers || '）', ''),
            '；在' order by programme
        ) || '。' as statement,
        '请核对名册，只保留一处，追回重复发放的金额。' as remedy
    from active
    group by person_id
)

{{ finding_of_person('duplicate_enrolment') }}
