-- A household is ineligible only where one of its own excluding findings is certain or confirmed by a caseworker.
with

rules as ({{ in_force('outcome_rule') }})

select household.household_id
from {{ ref('verified_household') }} as household
left join {{ ref('finding') }} as finding
    on
        household.case_feed = finding.household_feed
        and household.case_number = finding.household_case
        and (finding.certain or finding.state = 'confirmed')
        and finding.state != 'cleared'
left join rules on finding.code = rules.code and rules.effect = 'ineligible'
where household.outcome = 'ineligible'
group by household.household_id
having count(rules.code) = 0
