-- A living person with a certificate of heavy disability who is known to have little, is active in no programme
-- and was paid none of them, nor a subsidy for the disabled, in the recent months. Nothing is concluded while one
-- of the rolls or the payments gives no answer; an enrolment whose status cannot be read may be active.
{% set rolls = ['dibao', 'tekun', 'orphan', 'elderly_allowance', 'homecare_subsidy', 'nursing_subsidy'] %}
with

grades as ({{ in_force('heavy_disability') }}),

benefits as (
    select
        person_id,
        name,
        is_certain
    from {{ ref('int_enrolment__activated') }}
    where is_active or status is null

    union all

    select
        person_id,
        name,
        is_certain
    from {{ ref('int_payment__programmed') }}
    where
        (is_monthly or programme in ('disabled_living', 'disabled_nursing'))
        and {{ within_months('paid_month', 'recent_payment') }}
),

doubtful as (
    select distinct name from benefits
    where not is_certain
),

proofs as (
    select
        linked.person_id,
        disability.row_id,
        disability.grade,
        poor.row_id as poor_row_id,
        poor.reason,
        linked.owns_id_number
        and poor.is_certain
        and not coalesce(disability.name in (select doubtful.name from doubtful), false) as is_certain,
        least(linked.match_probability, poor.match_probability) as match_probability
    from {{ ref('stg_economic_status__disability') }} as disability
    inner join grades on disability.grade = grades.grade
    inner join {{ ref('int_row__linked') }} as linked on disability.row_id = linked.row_id and linked.role = 'self'
    inner join {{ ref('int_person__impoverished') }} as poor on linked.person_id = poor.person_id
    where
        disability.disposition = 'accepted'
        and linked.person_id not in (select benefits.person_id from benefits)
        and {{ all_answer(rolls + ['payment']) }}
),

finding as (
    select
        person_id,
        {{ evidence('[row_id, poor_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        null as amount,
        json_object('grade', min(grade), 'recent_months', cast({{ limit_in_force('recent_payment') }} as integer))
            as parameters,
        '持' || min(grade) || '残疾人证，' || string_agg(distinct reason, '，' order by reason)
        || '，但各项名册中都没有在享待遇，近' || cast({{ limit_in_force('recent_payment') }} as integer)
        || '个月也没有领取残疾人两项补贴。' as statement,
        '请上门了解，符合条件的协助申请困难残疾人生活补贴、重度残疾人护理补贴，或单独纳入低保。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('disabled_without_benefit', meanwhile='核实后及时告知本人') }}
