-- Every figure of a register that enters a living member's verified income, with the period it speaks of. Money that is
-- exempt stays here with nothing counted, so that the report can say so. A yearly figure keeps its window.
-- The same figure delivered twice (same person and same particulars) counts once.
with

treatments as ({{ in_force('income_treatment') }}),

fishing_window as (
    select cast(limit_value as integer) as months
    from ({{ in_force('household_limit') }}) as limits
    where limit_code = 'fishing_window'
),

-- Only an authorised unit whose income is verified.
members as (
    select
        living.household_id,
        living.person_id,
        living.row_id as member_row_id,
        living.name,
        living.is_certain,
        living.match_probability
    from {{ ref('int_unit__living') }} as living
    inner join {{ ref('int_unit__standardised') }} as standardised on living.household_id = standardised.household_id
    where standardised.is_income_verified
),

linked as (
    select
        members.household_id,
        members.person_id,
        members.member_row_id,
        members.name,
        register.row_id,
        register.feed,
        members.is_certain and register.owns_id_number as is_certain,
        least(members.match_probability, register.match_probability) as match_probability
    from members
    inner join
        {{ ref('int_row__linked') }} as register
        on members.person_id = register.person_id and register.role = 'self'
),

latest_wages as (
    select
        linked.*,
        wage.monthly_amount,
        wage.period,
        row_number() over (
            partition by
                linked.household_id, linked.person_id, coalesce(wage.employer, wage.row_id), wage.monthly_amount
            order by linked.is_certain desc, linked.match_probability desc, linked.row_id asc
        ) as occurrence
    from linked
    inner join {{ ref('stg_economic_status__wage') }} as wage on linked.row_id = wage.row_id
    cross join {{ source('raw', 'run_context') }} as run
    where wage.disposition = 'accepted' and coalesce(wage.period <= strftime(run.as_of, '%Y-%m'), true)
    qualify wage.period is not distinct from max(wage.period) over (partition by linked.household_id, linked.person_id)
),

wages as (
    select
        *,
        'wage' as income_source,
        cast(null as varchar) as item,
        monthly_amount as delivered_amount,
        cast(monthly_amount as decimal(18, 6)) as monthly_share
    from latest_wages
    where occurrence = 1
),

-- A register that lists every month counts by its latest one.
latest_pensions as (
    select
        linked.*,
        pension.insurance_type,
        pension.monthly_amount,
        pension.period
    from linked
    inner join {{ ref('stg_economic_status__social_insurance') }} as pension on linked.row_id = pension.row_id
    cross join {{ source('raw', 'run_context') }} as run
    where pension.disposition = 'accepted' and coalesce(pension.period <= strftime(run.as_of, '%Y-%m'), true)
    qualify pension.period is not distinct from max(pension.period) over (
        partition by linked.household_id, linked.person_id, pension.insurance_type
    )
),

pensions as (
    select
        * exclude (insurance_type, monthly_amount),
        'social_insurance' as income_source,
        insurance_type as item,
        monthly_amount as delivered_amount,
        cast(monthly_amount as decimal(18, 6)) as monthly_share
    from latest_pensions
    qualify row_number() over (
        partition by household_id, person_id, insurance_type, monthly_amount
        order by is_certain desc, match_probability desc, row_id asc
    ) = 1
),

fishing_payments as (
    select
        linked.*,
        'fishing_compensation' as income_source,
        compensation.fund_type as item,
        cast(compensation.paid_on as varchar) as period,
        compensation.amount as delivered_amount,
        cast(compensation.amount / fishing_window.months as decimal(18, 6)) as monthly_share
    from linked
    inner join {{ ref('stg_fishing_ban__fishing_compensation') }} as compensation on linked.row_id = compensation.row_id
    cross join fishing_window
    cross join {{ source('raw', 'run_context') }} as run
    where
        compensation.disposition = 'accepted'
        and compensation.paid_on > run.as_of - to_months(fishing_window.months)
        and compensation.paid_on <= run.as_of
    qualify row_number() over (
        partition by
            linked.household_id, linked.person_id, compensation.fund_type, compensation.vessel_number,
            compensation.amount, compensation.paid_on
        order by linked.is_certain desc, linked.match_probability desc, linked.row_id asc
    ) = 1
),

{% set columns = [
    'household_id', 'person_id', 'member_row_id', 'name', 'row_id', 'is_certain', 'match_probability', 'income_source',
    'item', 'period', 'delivered_amount', 'monthly_share',
] | join(', ') %}

items as (
    select {{ columns }} from wages
    union all
    select {{ columns }} from pensions
    union all
    select {{ columns }} from fishing_payments
),

-- The exempt amount belongs to the person, not to the row: certain rows use it up first, so that the part
-- that is certainly counted is the least.
treated as (
    select
        items.*,
        treatments.treatment,
        treatments.exempt_up_to,
        sum(items.monthly_share) over (
            partition by items.household_id, items.person_id, items.income_source, items.item
            order by items.is_certain desc, items.row_id asc
        ) as running_share
    from items
    left join treatments
        on items.income_source = treatments.income_source and items.item is not distinct from treatments.item
)

select
    household_id,
    person_id,
    member_row_id,
    row_id,
    name,
    income_source,
    item,
    period,
    delivered_amount,
    monthly_share,
    coalesce(treatment, 'unknown') as treatment,
    cast(case
        when treatment = 'counted' then monthly_share
        when treatment = 'exempt_up_to' then least(monthly_share, greatest(0, running_share - exempt_up_to))
        else 0
    end as decimal(18, 6)) as counted_amount,
    treatment is null as is_unreadable,
    is_certain,
    match_probability
from treated
