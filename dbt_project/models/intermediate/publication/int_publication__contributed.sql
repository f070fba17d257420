-- What each household adds to the public statistics, before anything is added up. Breakdowns: benefit (paid in the
-- twelve months up to the business date), at_risk (what of it stands in the evidence of an open 红 finding), finding
-- (open ones) and outcome (of assistance units). A member of a unit belongs to it, anybody else stands for himself.
with

units as (
    select
        membered.person_id,
        labelled.household_id,
        coalesce(labelled.town, '未注明乡镇') as town
    from {{ ref('int_unit__membered') }} as membered
    inner join {{ ref('int_unit__labelled') }} as labelled on membered.household_id = labelled.household_id
    qualify row_number() over (
        partition by membered.person_id
        order by
            membered.is_member desc,
            array_position(['dibao', 'tekun', 'application'], labelled.case_feed) asc,
            labelled.household_id asc
    ) = 1
),

belonging as (
    select
        profiled.person_id,
        coalesce(units.household_id, 'person:' || profiled.person_id) as household_key,
        coalesce(units.town, profiled.town, '未注明乡镇') as town
    from {{ ref('int_person__profiled') }} as profiled
    left join units on profiled.person_id = units.person_id
),

suspect_rows as (
    select distinct unnest(evidence_row_ids) as row_id
    from {{ ref('finding') }}
    where severity = '红' and state != 'cleared'
),

payments as (
    select
        coalesce(payment.programme, 'unknown') as item,
        case when programme.paid_to = 'household' then belonging.household_key else payment.person_id end as unit_key,
        belonging.household_key,
        belonging.town,
        coalesce(payment.amount, 0) as amount,
        suspect_rows.row_id is not null as is_suspect
    from {{ ref('int_payment__programmed') }} as payment
    inner join belonging on payment.person_id = belonging.person_id
    left join {{ ref('programme') }} as programme on payment.programme = programme.programme
    left join suspect_rows on payment.row_id = suspect_rows.row_id
    cross join {{ source('raw', 'run_context') }} as run
    where
        payment.paid_month <= strftime(run.as_of, '%Y-%m')
        and payment.paid_month > strftime(run.as_of - interval 12 month, '%Y-%m')
),

open_findings as (
    select
        finding.finding_id,
        finding.severity,
        finding.code,
        finding.town,
        coalesce(finding.household_feed || ':' || finding.household_case, belonging.household_key) as household_key
    from {{ ref('finding') }} as finding
    left join belonging on finding.person_ids[1] = belonging.person_id
    where finding.state != 'cleared'
)

select
    'benefit' as breakdown,
    town,
    cast(null as varchar) as item_group,
    item,
    unit_key,
    household_key,
    sum(amount) as amount
from payments
group by town, item, unit_key, household_key

union all

select
    'at_risk' as breakdown,
    town,
    cast(null as varchar) as item_group,
    item,
    unit_key,
    household_key,
    sum(amount) as amount
from payments
where is_suspect
group by town, item, unit_key, household_key

union all

select
    'finding' as breakdown,
    coalesce(town, '未注明乡镇') as town,
    severity as item_group,
    code as item,
    finding_id as unit_key,
    household_key,
    0 as amount
from open_findings

union all

select
    'outcome' as breakdown,
    coalesce(town, '未注明乡镇') as town,
    case_feed as item_group,
    outcome as item,
    household_id as unit_key,
    household_id as household_key,
    0 as amount
from {{ ref('verified_household') }}
