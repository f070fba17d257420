-- 婚姻登记: one registration.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'marriage') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.husband_name) as husband_name_read,
        clean_id_number(delivered.husband_id_number) as husband_id_number_read,
        clean_person_name(delivered.wife_name) as wife_name_read,
        clean_id_number(delivered.wife_id_number) as wife_id_number_read,
        clean_code(delivered.event, 'marriage_event') as event_read,
        clean_date(delivered.registered_on) as registered_on_read,
        clean_text(delivered.office) as office_read,
        withdrawn_by(delivered._extra, 'payments') as withdrawn
    from delivered
),

judged as (
    select
        read.*,
        (
            read.withdrawn is not null
            or (read.husband_name_read.value is null and read.husband_id_number_read.value is null)
            or (read.wife_name_read.value is null and read.wife_id_number_read.value is null)
            or read.event_read.value is null
            or read.registered_on_read.value is null
        ) as is_unusable,
        [
            {
                'column_name': cast(null as varchar),
                'delivered': read.withdrawn,
                'code': case when read.withdrawn is not null then 'withdrawn' end
            },
            {
                'column_name': 'husband_name',
                'delivered': cast(null as varchar),
                'code': case
                    when read.husband_name_read.value is null and read.husband_id_number_read.value is null
                        then 'no_identity'
                end
            },
            {
                'column_name': 'wife_name',
                'delivered': cast(null as varchar),
                'code': case
                    when read.wife_name_read.value is null and read.wife_id_number_read.value is null
                        then 'no_identity'
                end
            },
            {
                'column_name': 'husband_name',
                'delivered': read.husband_name,
                'code': read.husband_name_read.problem
            },
            {
                'column_name': 'husband_id_number',
                'delivered': case
                    when read.husband_id_number_read.status <> 'valid' then mask_number(read.husband_id_number)
                end,
                'code': nullif(nullif(read.husband_id_number_read.status, 'valid'), 'missing')
            },
            {
                'column_name': 'wife_name',
                'delivered': read.wife_name,
                'code': read.wife_name_read.problem
            },
            {
                'column_name': 'wife_id_number',
                'delivered': case
                    when read.wife_id_number_read.status <> 'valid' then mask_number(read.wife_id_number)
                end,
                'code': nullif(nullif(read.wife_id_number_read.status, 'valid'), 'missing')
            },
            {
                'column_name': 'event',
                'delivered': read.event,
                'code': case
                    when read.event_read.value is null
                        then coalesce(read.event_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'registered_on',
                'delivered': read.registered_on,
                'code': case
                    when read.registered_on_read.value is null
                        then coalesce(read.registered_on_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'office',
                'delivered': read.office,
                'code': read.office_read.problem
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
                coalesce(
                    read.husband_name_read.value,
                    upper(regexp_replace(read.husband_name, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.husband_id_number_read.value,
                    upper(regexp_replace(read.husband_id_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.wife_name_read.value, upper(regexp_replace(read.wife_name, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.wife_id_number_read.value,
                    upper(regexp_replace(read.wife_id_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.event_read.value, upper(regexp_replace(read.event, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.registered_on_read.value as varchar),
                    upper(regexp_replace(read.registered_on, '[\s''`‘’]', '', 'g'))
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
    husband_name_read.value as husband_name,
    numbered.husband_name as husband_name_delivered,
    husband_id_number_read.value as husband_id_number,
    husband_id_number_read.status as husband_id_number_status,
    numbered.husband_id_number as husband_id_number_delivered,
    wife_name_read.value as wife_name,
    numbered.wife_name as wife_name_delivered,
    wife_id_number_read.value as wife_id_number,
    wife_id_number_read.status as wife_id_number_status,
    numbered.wife_id_number as wife_id_number_delivered,
    event_read.value as event,
    numbered.event as event_delivered,
    registered_on_read.value as registered_on,
    office_read.value as office
from numbered
