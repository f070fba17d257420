-- A living person of the allowance's age who is known to have little, is not active in elderly_allowance and was
-- not paid it in the recent months. Nothing is concluded while the roll or the payments give no answer; an
-- enrolment whose status cannot be read may be active.
with

limits as ({{ in_force('age_limit') }}),

allowances as (
    select
        person_id,
        name,
        is_certain
    from {{ ref('int_enrolment__activated') }}
    where programme = 'elderly_allowance' and (is_active or status is null)

    union all

    select
        person_id,
        name,
        is_certain
    from {{ ref('int_payment__programmed') }}
    where programme = 'elderly_allowance' and {{ within_months('paid_month', 'recent_payment') }}
),

doubtful as (
    select distinct name from allowances
    where not is_certain
),

proofs as (
    select
        poor.person_id,
        poor.row_id,
        poor.reason,
        date_sub('year', profile.birth_date, run.as_of) as age,
        limits.minimum_age,
        poor.is_certain
        and profile.has_own_id_number
        and not coalesce(poor.name in (select doubtful.name from doubtful), false) as is_certain,
        poor.match_probability
    from {{ ref('int_person__impoverished') }} as poor
    inner join {{ ref('int_person__profiled') }} as profile on poor.person_id = profile.person_id
    inner join limits on limits.applies_to = 'elderly_allowance'
    cross join {{ source('raw', 'run_context') }} as run
    where
        date_sub('year', profile.birth_date, run.as_of) >= limits.minimum_age
        and poor.person_id not in (select allowances.person_id from allowances)
        and {{ all_answer(['elderly_allowance', 'payment']) }}
),

finding as (
    select
        person_id,
        {{ evidence('[row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        null as amount,
        json_object(
            'age', max(age), 'minimum_age', max(minimum_age),
            'recent_months', cast({{ limit_in_force('recent_payment') }} as integer)
        ) as parameters,
        '现年' || max(age) || '周岁，' || string_agg(distinct reason, '，' order by reason)
        || '，但不在高龄津贴在享名册中，近' || cast({{ limit_in_force('recent_payment') }} as integer) || '个月也没有领取。'
            as statement,
        '请核实年龄和户籍，符合条件的协助申请高龄津贴。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('elderly_without_allowance', meanwhile='核实后及时告知本人') }}
