-- 行政区划: one division.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'admin_division') }}
),

read as (
    select
        delivered.*,
        clean_identifier(delivered.code) as code_read,
        clean_text(delivered.name) as name_read,
        clean_code(delivered.level, 'division_level') as level_read,
        clean_identifier(delivered.parent_code) as parent_code_read,
        withdrawn_by(delivered._extra, '') as withdrawn
    from delivered
),

judged as (
    select
        read.*,
        (
            read.withdrawn is not null
            or read.code_read.value is null
            or read.name_read.value is null
        ) as is_unusable,
        [
            {
                'column_name': cast(null as varchar),
                'delivered': read.withdrawn,
                'code': case when read.withdrawn is not null then 'withdrawn' end
            },
            {
                'column_name': 'code',
                'delivered': read.code,
                'code': case
                    when read.code_read.value is null
                        then coalesce(read.code_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'name',
                'delivered': read.name,
                'code': case
                    when read.name_read.value is null
                        then coalesce(read.name_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'level',
                'delivered': read.level,
                'code': read.level_read.problem
            },
            {
                'column_name': 'parent_code',
                'delivered': read.parent_code,
                'code': read.parent_code_read.problem
            }
        ] as readings
    from read
),

-- A snapshot holds a row once: one that equals an earlier one in every value is a repeat.
numbered as (
    select
        read.*,
        row_number() over (
            partition by
                read.is_unusable,
                coalesce(read.code_read.value, upper(regexp_replace(read.code, '[\s''`‘’]', '', 'g'))),
                coalesce(read.name_read.value, upper(regexp_replace(read.name, '[\s''`‘’]', '', 'g'))),
                coalesce(read.level_read.value, upper(regexp_replace(read.level, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.parent_code_read.value,
                    upper(regexp_replace(read.parent_code, '[\s''`‘’]', '', 'g'))
                )
            order by read._delivery, read._file, cast(split_part(read._row_id, '/', 4) as integer), read._row
        ) as occurrence
    from judged as read
)

select
    _row_id as row_id,
    _feed as feed,
    _delivery as delivery,
    _file as file,
    _sheet as sheet,
    _row as row_number,
    _row_sha256 as row_sha256,
    case when is_unusable then 'quarantined' when occurrence > 1 then 'repeat' else 'accepted' end as disposition,
    list_filter(readings, lambda reading: reading.code is not null) as problems,
    code_read.value as code,
    name_read.value as name,
    level_read.value as level,
    numbered.level as level_delivered,
    parent_code_read.value as parent_code
from numbered
