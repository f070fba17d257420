{{ config(severity='warn', store_failures=true, schema='faults') }}
-- A status that cannot be read makes nobody active and stops nobody: what the roll was to say of these persons is
-- missing, and the office is told.
select
    feed_column.feed_title || '有' || count(*) || '行的状态无法识别，这些人暂不作为在享对象；位置：报送 ' || delivered.delivery
    || '，文件 ' || delivered.file || coalesce('，工作表 ' || delivered.sheet, '') || '，第 ' || min(delivered.row_number)
    || ' 行起；处理：请写明在保、渐退或停保后重新报送' as message
from {{ ref('int_enrolment__activated') }} as enrolment
inner join {{ ref('int_row__delivered') }} as delivered on enrolment.row_id = delivered.row_id
inner join {{ ref('feed_column') }} as feed_column
    on delivered.feed = feed_column.feed and feed_column.column_name = 'status'
where enrolment.status is null
group by feed_column.feed_title, delivered.delivery, delivered.file, delivered.sheet
order by message
