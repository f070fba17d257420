-- Living persons of whom it is known that they have little, without any look at economic data that nobody has
-- authorised: they are in dibao or tekun; their household of poverty_household is at risk, or has declared an
-- income (of a year, and compared with a year's standard) within the margin; or they stand in an authorised unit
-- whose income questions were all answered and whose verified income is within the margin. One row per person and
-- source row that says so.
with

rural_standard as (
    select max(dated.standard) as standard
    from {{ ref('int_standard__dated') }} as dated
    cross join {{ source('raw', 'run_context') }} as run
    where
        dated.programme = 'dibao'
        and dated.area_type = '农村'
        and dated.effective_from <= strftime(run.as_of, '%Y-%m')
        and coalesce(dated.superseded_from > strftime(run.as_of, '%Y-%m'), true)
),

covered as (
    select
        person_id,
        row_id,
        name,
        'covered' as basis,
        case programme when 'dibao' then '在享低保' else '在享特困供养' end as reason,
        cast(null as varchar) as poverty_case,
        false as is_below_standard,
        is_certain,
        match_probability
    from {{ ref('int_enrolment__activated') }}
    where programme in ('dibao', 'tekun') and is_active
),

monitored as (
    select
        linked.person_id,
        poverty.row_id,
        poverty.name,
        'monitored' as basis,
        case
            when poverty.income_per_capita <= 12 * {{ limit_in_force('low_income_margin') }} * rural_standard.standard
                then
                    '所在脱贫（监测）户（户编号' || poverty.case_number || '）登记的全年人均纯收入为'
                    || {{ yuan('poverty.income_per_capita') }} || '，属低收入'
            else '所在脱贫（监测）户（户编号' || poverty.case_number || '）风险尚未消除'
        end as reason,
        poverty.case_number as poverty_case,
        coalesce(
            poverty.income_per_capita < 12 * {{ limit_in_force('income') }} * rural_standard.standard, false
        ) as is_below_standard,
        linked.owns_id_number as is_certain,
        linked.match_probability
    from {{ ref('stg_rural_revitalisation__poverty_household') }} as poverty
    inner join {{ ref('int_row__linked') }} as linked on poverty.row_id = linked.row_id and linked.role = 'self'
    cross join rural_standard
    where
        poverty.disposition = 'accepted'
        and (
            poverty.risk_cleared = '否'
            or poverty.income_per_capita <= 12 * {{ limit_in_force('low_income_margin') }} * rural_standard.standard
        )
),

unanswered as (
    select distinct household_id
    from {{ ref('int_unit__answered') }}
    where feed in ('wage', 'social_insurance', 'fishing_compensation') and answer in ('not_asked', 'stale')
),

verified as (
    select
        living.person_id,
        living.row_id,
        living.name,
        'verified' as basis,
        '所在家庭经授权核对，人均月收入为' || {{ yuan('income.income_per_capita') }} || '，属低收入' as reason,
        cast(null as varchar) as poverty_case,
        income.income_per_capita < {{ limit_in_force('income') }} * standardised.standard as is_below_standard,
        living.is_certain,
        living.match_probability
    from {{ ref('int_unit__living') }} as living
    inner join {{ ref('int_income__verified') }} as income on living.household_id = income.household_id
    inner join {{ ref('int_unit__standardised') }} as standardised on living.household_id = standardised.household_id
    where
        living.case_feed = 'application'
        and income.income_per_capita <= {{ limit_in_force('low_income_margin') }} * standardised.standard
        and living.household_id not in (select unanswered.household_id from unanswered)
),

known as (
    select * from covered
    union all
    select * from monitored
    union all
    select * from verified
)

select known.*
from known
left join {{ ref('int_person__died') }} as death on known.person_id = death.person_id
where death.person_id is null
