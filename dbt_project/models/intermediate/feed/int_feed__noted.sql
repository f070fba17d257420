-- Feeds of which this run uses other than the newest delivery, or one that is too old; what rests on them says so.
with

titles as (
    select
        feed,
        any_value(feed_title) as title
    from {{ ref('feed_column') }}
    group by feed
),

limits as ({{ in_force('deciding_feed') }}),

used as (
    select
        status.feed,
        titles.title,
        status.delivery,
        status.unused_delivery,
        coalesce(limits.freshness_days, status.freshness_days) as limit_days,
        status.age_days > coalesce(limits.freshness_days, status.freshness_days) as is_stale
    from {{ source('raw', 'feed_status') }} as status
    inner join titles on status.feed = titles.feed
    left join limits on status.feed = limits.feed
    where status.delivery is not null
)

select
    used.feed,
    used.title || '：' || concat_ws(
        '，',
        used.unused_delivery || '的报送暂未采用',
        '数据只到' || used.delivery || '的报送',
        case when used.is_stale then '已超过' || used.limit_days || '天的时效' end
    ) as sentence
from used
where used.unused_delivery is not null or used.is_stale
