{{ config(severity='warn', store_failures=true, schema='faults') }}
-- A standard or a place that could not be read is missing for the whole county, not for one household: the bureau is
-- told, row by row in the receipt and in one line here.
select
    any_value(feed_column.feed_title) || '有' || count(distinct held.row_id) || '行未能采用，本次按其余的行计算；位置：报送 '
    || held.delivery || '，文件 ' || held.file || '，第 ' || min(held.row_number) || ' 行起；处理：请按回执更正后重新报送' as message
from {{ ref('int_row__delivered') }} as held
inner join {{ ref('feed_column') }} as feed_column on held.feed = feed_column.feed
where
    held.feed in ('assistance_standard', 'admin_division')
    and held.disposition = 'quarantined'
    and not {{ is_withdrawn('held.problems') }}
group by held.feed, held.delivery, held.file
order by message
