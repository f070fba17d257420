-- The person's age at the business date lies outside the programme's limits in force.
-- The own ID number says the birth date; without one the roll's own birth date does, and the finding is uncertain.
with

limits as ({{ in_force('age_limit') }}),

ages as (
    select
        enrolment.person_id,
        enrolment.row_id,
        enrolment.programme,
        enrolment.monthly_amount,
        enrolment.match_probability,
        enrolment.is_certain and profile.has_own_id_number as is_certain,
        case
            when profile.has_own_id_number then profile.birth_date
            else coalesce(enrolment.birth_date, profile.birth_date)
        end as birth_date,
        run.as_of
    from {{ ref('int_enrolment__activated') }} as enrolment
    inner join {{ ref('int_person__profiled') }} as profile on enrolment.person_id = profile.person_id
    cross join {{ source('raw', 'run_context') }} as run
    where enrolment.is_active
),

proofs as (
    select
        ages.*,
        programme.title as programme_title,
        date_sub('year', ages.birth_date, ages.as_of) as age,
        limits.minimum_age,
        limits.below_age,
        case
            when limits.minimum_age is not null then '须年满' || limits.minimum_age || '周岁'
            else '须未满' || limits.below_age || '周岁'
        end as limit_sentence
    from ages
    inner join limits on ages.programme = limits.applies_to
    inner join {{ ref('programme') }} as programme on ages.programme = programme.programme
    where
        date_sub('year', ages.birth_date, ages.as_of) < limits.minimum_age
        or date_sub('year', ages.birth_date, ages.as_of) >= limits.below_age
),

finding as (
    select
        person_id,
        {{ evidence('[row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(monthly_amount) as amount,
        json_object('age', max(age), 'minimum_age', max(minimum_age), 'below_age', max(below_age)) as parameters,
        -- The age, not the birth date: beside a masked ID number a birth date would give the whole number away.
        '现年' || max(age) || '周岁，与'
        || string_agg(programme_title || limit_sentence, '、' order by programme) || '的年龄规定不符，但仍在享受。' as statement,
        '请核对出生日期和身份证件，年龄确实不符的停发，日期登记有误的更正名册。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('age_mismatch') }}
