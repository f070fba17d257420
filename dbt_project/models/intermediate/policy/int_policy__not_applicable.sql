-- Feeds that the county declares not applicable on the business date: why, by whom, and what came all the same.
with

declared as ({{ in_force('feed_not_applicable') }}),

titles as (
    select
        feed,
        any_value(feed_title) as title
    from {{ ref('feed_column') }}
    group by feed
)

select
    declared.feed,
    titles.title,
    declared.reason,
    declared.declared_by,
    declared.valid_from,
    declared.source,
    declared.status,
    feed_status.delivery,
    coalesce(feed_status.rows, 0) as delivered_rows
from declared
left join titles on declared.feed = titles.feed
left join {{ source('raw', 'feed_status') }} as feed_status on declared.feed = feed_status.feed
