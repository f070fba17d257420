-- Whom a public notice names: who is being paid by the roll (在保, 渐退), whatever an open verification says, since that
-- is nobody else's business. What a notice shows of an entry is decided by the seed notice_column; here stand the
-- columns that it may choose from, and among them no number, address, reason or member by name.
with

rules as ({{ in_force('notice_rule') }}),

-- What the household is paid stands on the rows of its case, or on its head's alone.
dibao_cases as (
    select
        'dibao:' || case_number as household_id,
        monthly_amount,
        min(start_month) as start_month
    from {{ ref('int_enrolment__activated') }}
    where programme = 'dibao' and is_active and case_number is not null
    group by case_number, monthly_amount
    qualify row_number() over (
        partition by case_number
        order by monthly_amount is null, count(*) desc, monthly_amount desc
    ) = 1
),

rolled as (
    select
        household_id,
        bool_or(is_member) as is_active
    from {{ ref('int_unit__membered') }}
    group by household_id
),

-- A household by its head, a person by himself.
entries as (
    select
        declared.case_feed as programme,
        declared.household_id,
        declared.head_person_id as person_id,
        declared.head_name as delivered_name,
        rolled.is_active,
        coalesce(declared.covered_count, declared.declared_count) as member_count,
        dibao_cases.monthly_amount,
        dibao_cases.start_month,
        declared.area_type,
        cast(null as varchar) as support_mode,
        declared.declared_income_per_capita
    from {{ ref('int_unit__declared') }} as declared
    inner join rolled on declared.household_id = rolled.household_id
    left join dibao_cases on declared.household_id = dibao_cases.household_id
    where declared.case_feed = 'dibao'

    union all

    select
        membered.case_feed as programme,
        membered.household_id,
        membered.person_id,
        membered.name as delivered_name,
        membered.is_member as is_active,
        1 as member_count,
        tekun.monthly_amount,
        tekun.start_month,
        cast(null as varchar) as area_type,
        tekun.support_mode,
        cast(null as decimal(14, 2)) as declared_income_per_capita
    from {{ ref('int_unit__membered') }} as membered
    inner join {{ ref('stg_civil_affairs__tekun') }} as tekun on membered.row_id = tekun.row_id
    where membered.case_feed = 'tekun' and (membered.is_member or membered.has_unreadable_status)
    qualify row_number() over (
        partition by membered.household_id, membered.person_id
        order by membered.is_member desc, membered.is_certain desc, membered.row_id asc
    ) = 1
)

select
    entries.programme,
    entries.household_id,
    labelled.case_number,
    entries.person_id,
    placed.town,
    placed.village,
    coalesce(entries.delivered_name, profiled.name) as head_name,
    entries.member_count,
    entries.monthly_amount,
    entries.start_month,
    entries.area_type,
    entries.support_mode,
    entries.declared_income_per_capita,
    case
        when not entries.is_active then 'status_unreadable'
        when placed.town is null or placed.village is null then 'no_place'
        when coalesce(entries.delivered_name, profiled.name) is null then 'no_name'
        when profiled.birth_date is null then 'age_unknown'
        when profiled.birth_date > run.as_of - to_years(cast(rules.minor_below_age as integer)) then 'minor'
    end as left_out_because
from entries
inner join rules on entries.programme = rules.programme
inner join {{ ref('int_unit__labelled') }} as labelled on entries.household_id = labelled.household_id
left join {{ ref('int_person__profiled') }} as profiled on entries.person_id = profiled.person_id
left join {{ ref('int_notice__placed') }} as placed
    on labelled.town = placed.town_delivered and labelled.village is not distinct from placed.village_delivered
cross join {{ source('raw', 'run_context') }} as run
order by entries.programme, entries.household_id, entries.person_id
