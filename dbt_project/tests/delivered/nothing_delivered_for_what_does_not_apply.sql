{{ config(severity='warn', store_failures=true, schema='faults') }}
-- A register that the county declares not applicable was delivered all the same. Its rows are used as those of any
-- other feed; one of the two, the declaration or the delivery, is wrong, and the bureau is told.
select
    '《' || away.title || '》已申明本县不适用（' || away.reason || '，' || away.declared_by || '），却收到报送，其中'
    || away.delivered_rows || '行照常使用；位置：' || away.feed || '，报送 ' || away.delivery
    || '；处理：确有此项的，请在政策表 seeds/feed_not_applicable.csv 中为该申明写上止日；误报的，请登记撤回' as message
from {{ ref('int_policy__not_applicable') }} as away
where away.delivery is not null
order by message
