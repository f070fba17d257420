-- 不动产登记: one owner of one unit.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'real_estate') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.name) as name_read,
        clean_id_number(delivered.id_number) as id_number_read,
        clean_identifier(delivered.unit_number) as unit_number_read,
        clean_text(delivered.location) as location_read,
        clean_code(delivered.use, 'property_use') as use_read,
        clean_number(delivered.area_m2) as area_m2_read,
        clean_date(delivered.registered_on) as registered_on_read,
        clean_code(delivered.status, 'registration_status') as status_read,
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
                'column_name': 'unit_number',
                'delivered': read.unit_number,
                'code': read.unit_number_read.problem
            },
            {
                'column_name': 'location',
                'delivered': read.location,
                'code': read.location_read.problem
            },
            {
                'column_name': 'use',
                'delivered': read.use,
                'code': read.use_read.problem
            },
            {
                'column_name': 'area_m2',
                'delivered': read.area_m2,
                'code': read.area_m2_read.problem
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
                coalesce(
                    read.unit_number_read.value,
                    upper(regexp_replace(read.unit_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.location_read.value, upper(regexp_replace(read.location, '[\s''`‘’]', '', 'g'))),
                coalesce(read.use_read.value, upper(regexp_replace(read.use, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.area_m2_read.value as varchar),
                    upper(regexp_replace(read.area_m2, '[\s''`‘’]', '', 'g'))
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
    unit_number_read.value as unit_number,
    location_read.value as location,
    use_read.value as use,
    numbered.use as use_delivered,
    area_m2_read.value as area_m2,
    registered_on_read.value as registered_on,
    status_read.value as status,
    numbered.status as status_delivered
from numbered
