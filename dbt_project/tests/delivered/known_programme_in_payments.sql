{{ config(severity='warn', store_failures=true, schema='faults') }}
-- A payment of a programme that no code list knows is kept and takes part in no rule on entitlement. The spelling is in
-- the extract quarantine; here is how many there are and where the first one stands.
select
    count(*) || '笔发放的补贴项目无法识别，不参与资格方面的判断；位置：' || any_value(feed_column.feed_title) || '，报送 '
    || payment.delivery || '，文件 ' || payment.file || '，第 ' || min(payment.row_number) || ' 行起；处理：'
    || '核对补贴项目的写法，确属新项目的请联系核对中心补入项目清单' as message
from {{ ref('stg_civil_affairs__payment') }} as payment
inner join {{ ref('feed_column') }} as feed_column
    on feed_column.feed = 'payment' and feed_column.column_name = 'programme'
where
    payment.disposition = 'accepted'
    and payment.programme is null
    and nullif(trim(payment.programme_delivered), '') is not null
group by payment.delivery, payment.file
order by message
