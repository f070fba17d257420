{{ config(severity='warn', store_failures=true, schema='faults') }}
-- Payments of a monthly programme are held against its roll. Where no delivery of the roll is in use and the county has
-- not declared that it does not apply, int_finding__payment_without_entitlement says nothing; the bureau is told here.
select
    programme.title || '没有可用的名册，' || count(distinct payment.person_id) || '人的发放无法核对是否在享；位置：'
    || any_value(feed_column.feed_title) || '（' || payment.programme
    || '）；处理：请报送该名册，退回的请按回执更正后重报；确无此项目的请在本县不适用的数据（feed_not_applicable）中说明' as message
from {{ ref('int_payment__programmed') }} as payment
inner join {{ ref('programme') }} as programme on payment.programme = programme.programme
inner join {{ ref('feed_column') }} as feed_column on payment.programme = feed_column.feed
inner join {{ source('raw', 'feed_status') }} as status on payment.programme = status.feed
left join {{ ref('int_policy__not_applicable') }} as absent on payment.programme = absent.feed
where payment.is_monthly and status.delivery is null and absent.feed is null
group by payment.programme, programme.title
order by message
