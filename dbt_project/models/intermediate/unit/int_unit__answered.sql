-- Four answers to each economic question about a unit: found, nothing_found, not_asked (no authorisation, or
-- never delivered), stale. Only nothing_found is evidence of absence. `is_deciding`: the unit's outcome depends
-- on this answer.
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
        case
            when status.feed is null or status.state = 'never' then 'never'
            when status.age_days > feeds.freshness_days then 'stale'
            else 'fresh'
        end as state
    from feeds
    left join {{ source('raw', 'feed_status') }} as status on feeds.feed = status.feed
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
)

select
    declared.household_id,
    questions.feed,
    questions.title,
    questions.question,
    questions.delivered_on,
    case
        when not declared.is_authorised or questions.state = 'never' then 'not_asked'
        when questions.state = 'stale' then 'stale'
        when found.item_count > 0 then 'found'
        else 'nothing_found'
    end as answer,
    declared.is_authorised and case questions.decides
        when 'income'
            then
                standardised.is_income_verified
                and coalesce(declared.programme, standardised.standard_programme) = standardised.standard_programme
        when 'fishing' then standardised.is_income_verified
        else true
    end as is_deciding
from {{ ref('int_unit__declared') }} as declared
inner join {{ ref('int_unit__standardised') }} as standardised on declared.household_id = standardised.household_id
cross join questions
left join found on declared.household_id = found.household_id and questions.feed = found.feed
