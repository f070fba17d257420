-- 火化登记: one deceased person.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'cremation') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.name) as name_read,
        clean_id_number(delivered.id_number) as id_number_read,
        clean_code(delivered.sex, 'sex') as sex_read,
        clean_date(delivered.died_on) as died_on_read,
        clean_date(delivered.cremated_on) as cremated_on_read,
        clean_text(delivered.address) as address_read,
        withdrawn_by(delivered._extra, 'payments') as withdrawn
    from delivered
),

judged as (
    select
        read.*,
        (
            read.withdrawn is not null
            or (read.name_read.value is null and read.id_number_read.value is null)
        ) as is_unusable,
        [
            {
                'column_name': cast(null as varchar),
                'delivered': read.withdrawn,
                'code': case when read.withdrawn is not null then 'withdrawn' end
            },
            {
                'column_name': 'name',
                'delivered': cast(null as varchar),
                'code': case
                    when read.name_read.value is null and read.id_number_read.value is null
                        then 'no_identity'
                end
            },
            {
                'column_name': 'name',
                'delivered': read.name,
                'code': read.name_read.problem
            },
            {
                'column_name': 'id_number',
                'delivered': case
                    when read.id_number_read.status <> 'valid' then mask_number(read.id_number)
                end,
                'code': nullif(nullif(read.id_number_read.status, 'valid'), 'missing')
            },
            {
                'column_name': 'sex',
                'delivered': read.sex,
                'code': read.sex_read.problem
            },
            {
                'column_name': 'died_on',
                'delivered': read.died_on,
                'code': read.died_on_read.problem
            },
            {
                'column_name': 'cremated_on',
                'delivered': read.cremated_on,
                'code': read.cremated_on_read.problem
            },
            {
                'column_name': 'address',
                'delivered': read.address,
                'code': read.address_read.problem
            }
        ] as readings
    from read
),

-- A later delivery adds rows: a row whose key stood in an earlier one (delivery, file, sheet, row) counts once.
numbered as (
    select
        read.*,
        row_number() over (
            partition by
                read.is_unusable,
                coalesce(read.name_read.value, upper(regexp_replace(read.name, '[\s''`‘’]', '', 'g'))),
                coalesce(read.id_number_read.value, upper(regexp_replace(read.id_number, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.died_on_read.value as varchar),
                    upper(regexp_replace(read.died_on, '[\s''`‘’]', '', 'g'))
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
    name_read.value as name,
    numbered.name as name_delivered,
    id_number_read.value as id_number,
    id_number_read.status as id_number_status,
    numbered.id_number as id_number_delivered,
    sex_read.value as sex,
    numbered.sex as sex_delivered,
    died_on_read.value as died_on,
    cremated_on_read.value as cremated_on,
    address_read.value as address
from numbered
