-- 机动车登记: one vehicle.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'vehicle') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.name) as name_read,
        clean_id_number(delivered.id_number) as id_number_read,
        clean_identifier(delivered.plate) as plate_read,
        clean_text(delivered.vehicle_type) as vehicle_type_read,
        clean_date(delivered.registered_on) as registered_on_read,
        clean_code(delivered.status, 'vehicle_status') as status_read,
        withdrawn_by(delivered._extra, 'register') as withdrawn
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
                'column_name': 'plate',
                'delivered': read.plate,
                'code': read.plate_read.problem
            },
            {
                'column_name': 'vehicle_type',
                'delivered': read.vehicle_type,
                'code': read.vehicle_type_read.problem
            },
            {
                'column_name': 'registered_on',
                'delivered': read.registered_on,
                'code': read.registered_on_read.problem
            },
            {
                'column_name': 'status',
                'delivered': read.status,
                'code': read.status_read.problem
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
                coalesce(read.name_read.value, upper(regexp_replace(read.name, '[\s''`‘’]', '', 'g'))),
                coalesce(read.id_number_read.value, upper(regexp_replace(read.id_number, '[\s''`‘’]', '', 'g'))),
                coalesce(read.plate_read.value, upper(regexp_replace(read.plate, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.vehicle_type_read.value,
                    upper(regexp_replace(read.vehicle_type, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.registered_on_read.value as varchar),
                    upper(regexp_replace(read.registered_on, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.status_read.value, upper(regexp_replace(read.status, '[\s''`‘’]', '', 'g')))
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
    plate_read.value as plate,
    vehicle_type_read.value as vehicle_type,
    registered_on_read.value as registered_on,
    status_read.value as status,
    numbered.status as status_delivered
from numbered
