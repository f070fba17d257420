-- An active recipient of a monthly benefit has a cremation record whose 死亡日期 lies before the first day of the month.
with

proofs as (
    select
        enrolment.person_id,
        enrolment.row_id,
        death.row_id as cremation_row_id,
        death.died_on,
        programme.title as programme_title,
        enrolment.monthly_amount,
        enrolment.is_certain and death.is_certain as is_certain,
        least(enrolment.match_probability, death.match_probability) as match_probability
    from {{ ref('int_enrolment__activated') }} as enrolment
    inner join {{ ref('int_person__died') }} as death on enrolment.person_id = death.person_id
    inner join {{ ref('programme') }} as programme on enrolment.programme = programme.programme
    cross join {{ source('raw', 'run_context') }} as run
    where
        enrolment.is_active
        and death.died_on < date_trunc('month', run.as_of)
),

finding as (
    select
        person_id,
        {{ evidence('[row_id, cremation_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(monthly_amount) as amount,
        json_object('died_on', min(died_on)) as parameters,
        '已于' || strftime(min(died_on), '%Y年%-m月%-d日') || '死亡（有火化登记），但仍在'
        || string_agg(distinct programme_title, '、' order by programme_title) || '名册中享受待遇。' as statement,
        '请核实死亡情况，从次月起停发或核减，并追回多发金额。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('deceased_recipient') }}
