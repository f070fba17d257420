-- 救助标准: one standard from one month on.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'assistance_standard') }}
),

read as (
    select
        delivered.*,
        clean_code(delivered.programme, 'programme') as programme_read,
        clean_code(delivered.area_type, 'area_type') as area_type_read,
        clean_amount(delivered.monthly_standard) as monthly_standard_read,
        clean_year_month(delivered.effective_from) as effective_from_read,
        withdrawn_by(delivered._extra, '') as withdrawn
    from delivered
),

judged as (
    select
        read.*,
        (
            read.withdrawn is not null
            or read.programme_read.value is null
            or read.monthly_standard_read.value is null
            or read.effective_from_read.value is null
        ) as is_unusable,
        [
            {
                'column_name': cast(null as varchar),
                'delivered': read.withdrawn,
                'code': case when read.withdrawn is not null then 'withdrawn' end
            },
            {
                'column_name': 'programme',
                'delivered': read.programme,
                'code': case
                    when read.programme_read.value is null
                        then coalesce(read.programme_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'area_type',
                'delivered': read.area_type,
                'code': read.area_type_read.problem
            },
            {
                'column_name': 'monthly_standard',
                'delivered': read.monthly_standard,
                'code': case
                    when read.monthly_standard_read.value is null
                        then coalesce(read.monthly_standard_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'effective_from',
                'delivered': read.effective_from,
                'code': case
                    when read.effective_from_read.value is null
                        then coalesce(read.effective_from_read.problem, 'required_missing')
                end
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
                coalesce(read.programme_read.value, upper(regexp_replace(read.programme, '[\s''`‘’]', '', 'g'))),
                coalesce(read.area_type_read.value, upper(regexp_replace(read.area_type, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.monthly_standard_read.value as varchar),
                    upper(regexp_replace(read.monthly_standard, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.effective_from_read.value,
                    upper(regexp_replace(read.effective_from, '[\s''`‘’]', '', 'g'))
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
    programme_read.value as programme,
    numbered.programme as programme_delivered,
    area_type_read.value as area_type,
    numbered.area_type as area_type_delivered,
    monthly_standard_read.value as monthly_standard,
    effective_from_read.value as effective_from
from numbered
