{{ config(severity='warn', store_failures=true, schema='faults') }}
-- A household has one head. Without one, or with two, it is judged all the same (its figures rest on its members), its
-- data quality is marked C, and the office that keeps the roll is told.
with

units as (
    select
        declared.case_feed,
        declared.household_id,
        case
            when declared.head_person_id is null then '没有户主'
            when counted.head_count > 1 then '有两个以上的户主'
        end as fault
    from {{ ref('int_unit__declared') }} as declared
    inner join {{ ref('int_unit__counted') }} as counted on declared.household_id = counted.household_id
),

feeds as (
    select distinct
        feed,
        feed_title
    from {{ ref('feed_column') }}
),

placed as (
    select
        units.case_feed,
        units.fault,
        units.household_id,
        delivered.delivery,
        delivered.file || coalesce('，工作表 ' || delivered.sheet, '') || '，第 ' || delivered.row_number || ' 行' as place
    from units
    inner join {{ ref('int_unit__membered') }} as membered on units.household_id = membered.household_id
    inner join {{ ref('int_row__delivered') }} as delivered on membered.row_id = delivered.row_id
    where units.fault is not null
    qualify row_number() over (
        partition by units.household_id order by delivered.file, delivered.sheet nulls first, delivered.row_number
    ) = 1
)

select
    count(*) || '户' || placed.fault || '；位置：' || any_value(feeds.feed_title) || '，文件 ' || min(placed.place)
    || case when count(*) > 1 then ' 等' else '' end || '；处理：请在名册中写明每户唯一的户主后重新报送' as message
from placed
inner join feeds on placed.case_feed = feeds.feed
group by placed.case_feed, placed.fault
order by message
