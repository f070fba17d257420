-- What was delivered and not used: rows held back, single values of rows that are used, and whole files.
with

problems as (
    select
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        disposition,
        unnest(problems) as problem
    from {{ ref('int_row__delivered') }}
    where disposition <> 'repeat'
),

row_problems as (
    select
        problems.row_id,
        problems.feed,
        problems.delivery,
        problems.file,
        problems.sheet,
        problems.row_number,
        case
            when problems.problem.code <> 'no_identity' then problems.problem.column_name
        end as column_name,
        problems.problem.delivered as delivered_value,
        problems.problem.code as code,
        case problems.disposition when 'quarantined' then 'row_held' else 'value_not_used' end as disposition,
        coalesce(
            feed_column.header, problems.problem.column_name, split_part(problems.problem.delivered, '：', 1)
        ) as header,
        coalesce(feed_column.feed_title, problems.feed) as feed_title,
        coalesce(problem_code.what, problems.problem.code) as what,
        coalesce(problem_code.remedy, '请联系核对中心') as remedy
    from problems
    left join {{ ref('feed_column') }} as feed_column
        on problems.feed = feed_column.feed and problems.problem.column_name = feed_column.column_name
    left join {{ ref('problem_code') }} as problem_code on problems.problem.code = problem_code.code
),

file_messages as (
    select
        feed,
        delivery,
        file,
        disposition,
        unnest(messages) as message
    from {{ source('raw', 'delivered_file') }}
    where disposition in ('rejected', 'held')
)

select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    column_name,
    delivered_value,
    code,
    header || '：' || what
    || case disposition when 'row_held' then '，本行暂不采用' else '，该值不采用，本行其余内容照常使用' end
    || '；位置：' || feed_title || '，文件 ' || file || coalesce('，工作表 ' || sheet, '')
    || '，第 ' || row_number || ' 行，“' || header || '”列'
    || '；处理：' || remedy as message,
    disposition
from row_problems
union all
select
    null as row_id,
    feed,
    delivery,
    file,
    null as sheet,
    null as row_number,
    null as column_name,
    null as delivered_value,
    message.code,
    message.what || '；位置：' || coalesce(message.where, file) || '；处理：' || message.remedy as message,
    case disposition when 'held' then 'file_held' else 'file_rejected' end as disposition
from file_messages
