-- Four answers to each economic question about a unit: found, nothing_found, not_asked (no authorisation, never
-- delivered, nobody left alive, or a question on income where none is verified), stale. Only nothing_found is evidence
-- of absence: where a row of a member was held back and no other found, the question counts as not asked.
-- `is_deciding`: the unit's outcome depends on this answer; it does not on a register that the county declares not
-- applicable, whose answer stays what it is.
with

feeds as ({{ in_force('deciding_feed') }}),

questions as (
    select
        feeds.feed,
        feeds.title,
        feeds.question,
        feeds.decides,
        status.delivered_on,
        status.age_days,
        declared_away.reason as not_applicable_reason,
        case
            when status.feed is null or status.state = 'never' then 'never'
            when status.age_days > feeds.freshness_days then 'stale'
            else 'fresh'
        end as state
    from feeds
    left join {{ source('raw', 'feed_status') }} as status on feeds.feed = status.feed
    left join {{ ref('int_policy__not_applicable') }} as declared_away on feeds.feed = declared_away.feed
),

items as (
    select
        household_id,
        feed,
        row_id
    from {{ ref('int_asset__itemised') }}
    union all
    select
        household_id,
        income_source as feed,
        row_id
    from {{ ref('int_income__itemised') }}
),

found as (
    select
        household_id,
        feed,
        count(*) as item_count
    from items
    group by household_id, feed
),

-- Nobody's data are looked at without authorisation, or where nobody is left; income only where it is verified.
asked as (
    select
        declared.household_id,
        declared.is_authorised and counted.living_count > 0 as is_asked,
        standardised.is_income_verified,
        standardised.is_income_verified
        and coalesce(declared.programme, standardised.standard_programme)
        = standardised.standard_programme as is_income_limited
    from {{ ref('int_unit__declared') }} as declared
    inner join {{ ref('int_unit__standardised') }} as standardised on declared.household_id = standardised.household_id
    inner join {{ ref('int_unit__counted') }} as counted on declared.household_id = counted.household_id
)

select
    asked.household_id,
    questions.feed,
    questions.title,
    questions.question,
    questions.delivered_on,
    case
        when not asked.is_asked or questions.state = 'never' then 'not_asked'
        when questions.decides in ('income', 'fishing') and not asked.is_income_verified then 'not_asked'
        when questions.state = 'stale' then 'stale'
        when found.item_count > 0 then 'found'
        when held.row_count > 0 then 'not_asked'
        else 'nothing_found'
    end as answer,
    questions.not_applicable_reason,
    asked.is_asked and questions.not_applicable_reason is null and case questions.decides
        when 'income' then asked.is_income_limited
        when 'fishing' then asked.is_income_verified
        else true
    end as is_deciding
from asked
cross join questions
left join found on asked.household_id = found.household_id and questions.feed = found.feed
left join {{ ref('int_unit__held') }} as held on asked.household_id = held.household_id and questions.feed = held.feed
