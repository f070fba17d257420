-- Dibao cases that are in 渐退 (some row is, none is 在保), with the day of the first delivery from which on every
-- delivery has shown them so. No feed says when 渐退 began; it began on that day or earlier. A delivery that lacks
-- the case, or has it in another status, begins the count anew.
with

delivered as (
    select
        earlier.delivered_on,
        clean_identifier(earlier.case_number).value as case_number,
        clean_code(earlier.status, 'benefit_status').value as status
    from {{ source('raw', 'earlier_status') }} as earlier
    where earlier.feed = 'dibao'

    union all

    select
        answer.delivered_on,
        unit.case_number,
        unit.status
    from {{ ref('int_unit__delivered') }} as unit
    inner join {{ source('raw', 'feed_status') }} as answer on unit.case_feed = answer.feed
    where unit.case_feed = 'dibao'
),

seen as (
    select
        case_number,
        delivered_on,
        coalesce(bool_or(status = '渐退') and not bool_or(status = '在保'), false) as is_tapering
    from delivered
    where case_number is not null
    group by case_number, delivered_on
),

days as (
    select distinct delivered_on from delivered
),

newest as (
    select max(delivered_on) as delivered_on from days
),

tapering as (
    select seen.case_number
    from seen
    inner join newest on seen.delivered_on = newest.delivered_on
    where seen.is_tapering
),

interrupted as (
    select
        tapering.case_number,
        max(days.delivered_on) as otherwise_on
    from tapering
    cross join days
    left join seen on tapering.case_number = seen.case_number and days.delivered_on = seen.delivered_on
    where not coalesce(seen.is_tapering, false)
    group by tapering.case_number
)

select
    'dibao:' || tapering.case_number as household_id,
    min(seen.delivered_on) as first_seen_on,
    max(seen.delivered_on) as last_seen_on,
    count(*) as delivery_count
from tapering
inner join seen on tapering.case_number = seen.case_number
left join interrupted on tapering.case_number = interrupted.case_number
where interrupted.otherwise_on is null or seen.delivered_on > interrupted.otherwise_on
group by tapering.case_number
