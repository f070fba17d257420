-- Rows read = header + title + total + blank + accepted + quarantined + repeat + not in force, for every file.
with

rows_of_file as (
    select
        feed,
        delivery,
        file,
        split_part(row_id, '/', 3) as sha256_start,
        count(*) filter (where disposition = 'accepted') as rows_accepted,
        count(*) filter (where disposition = 'quarantined') as rows_quarantined,
        count(*) filter (where disposition = 'repeat') as rows_repeat,
        count(*) as rows_staged
    from {{ ref('int_row__delivered') }}
    group by all
)

select
    delivered.feed,
    delivered.delivery,
    delivered.file,
    delivered.sha256,
    cast(delivered.size as bigint) as size,
    delivered.detected_type,
    delivered.encoding,
    cast(delivered.sheets as varchar[]) as sheets,
    cast(delivered.header_row as varchar) as header_row,
    cast(delivered.column_mapping as varchar) as column_mapping,
    cast(coalesce(delivered.rows_read, 0) as bigint) as rows_read,
    cast(coalesce(delivered.rows_header, 0) as bigint) as rows_header,
    cast(coalesce(delivered.rows_title, 0) as bigint) as rows_title,
    cast(coalesce(delivered.rows_total, 0) as bigint) as rows_total,
    cast(coalesce(delivered.rows_blank, 0) as bigint) as rows_blank,
    cast(coalesce(rows_of_file.rows_accepted, 0) as bigint) as rows_accepted,
    cast(coalesce(rows_of_file.rows_quarantined, 0) as bigint) as rows_quarantined,
    cast(coalesce(rows_of_file.rows_repeat, 0) as bigint) as rows_repeat,
    -- Data rows of a file that this run does not use: superseded, held, rejected or received before.
    cast(case when delivered.in_force then 0 else coalesce(delivered.rows_data, 0) end as bigint) as rows_not_in_force,
    delivered.disposition,
    coalesce(delivered.in_force, false) as in_force,
    cast(
        list_transform(
            coalesce(delivered.messages, []),
            lambda message: message.what
            || '；位置：' || coalesce(message.where, delivered.file)
            || '；处理：' || message.remedy
        ) as varchar[]
    ) as messages
from {{ source('raw', 'delivered_file') }} as delivered
left join rows_of_file
    on
        delivered.feed = rows_of_file.feed
        and delivered.delivery = rows_of_file.delivery
        and delivered.file = rows_of_file.file
        and left(delivered.sha256, 8) = rows_of_file.sha256_start
