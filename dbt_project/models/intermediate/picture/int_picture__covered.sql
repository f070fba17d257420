-- How far help reaches the households on the poverty lists: by town, kind of household, whether the risk is cleared,
-- and what its living members receive (the first that holds of dibao, tekun, applied, none).
with

members as (
    select
        poverty.case_number,
        poverty.household_type,
        poverty.risk_cleared,
        poverty.town,
        linked.person_id
    from {{ ref('stg_rural_revitalisation__poverty_household') }} as poverty
    inner join {{ ref('int_row__linked') }} as linked on poverty.row_id = linked.row_id and linked.role = 'self'
    left join {{ ref('int_person__died') }} as death on linked.person_id = death.person_id
    where poverty.disposition = 'accepted' and death.person_id is null
),

applicants as (
    select distinct linked.person_id
    from {{ ref('stg_civil_affairs__application') }} as application
    inner join {{ ref('int_row__linked') }} as linked on application.row_id = linked.row_id and linked.role = 'self'
    where application.disposition = 'accepted'
),

households as (
    select
        case_number,
        coalesce(max(household_type), '类型不明') as household_type,
        coalesce(max(town), '未注明乡镇') as town,
        case
            when bool_or(risk_cleared = '否') then '风险未消除'
            when bool_or(risk_cleared = '是') then '风险已消除'
            else '未填写'
        end as risk,
        case
            when
                bool_or(person_id in (
                    select person_id from {{ ref('int_enrolment__activated') }}
                    where is_active and programme = 'dibao'
                )) then 'dibao'
            when
                bool_or(person_id in (
                    select person_id from {{ ref('int_enrolment__activated') }}
                    where is_active and programme = 'tekun'
                )) then 'tekun'
            when bool_or(person_id in (select person_id from applicants)) then 'applied'
            else 'none'
        end as coverage
    from members
    group by case_number
)

select
    town,
    household_type,
    risk,
    coverage,
    count(*) as household_count
from households
group by town, household_type, risk, coverage
order by town, household_type, risk, coverage
