-- 收养登记: one adoption.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'adoption') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.child_name) as child_name_read,
        clean_id_number(delivered.child_id_number) as child_id_number_read,
        clean_date(delivered.child_birth_date) as child_birth_date_read,
        clean_person_name(delivered.adopter_name) as adopter_name_read,
        clean_id_number(delivered.adopter_id_number) as adopter_id_number_read,
        clean_date(delivered.registered_on) as registered_on_read,
        withdrawn_by(delivered._extra, 'payments') as withdrawn
    from delivered
),

judged as (
    select
        read.*,
        (
            read.withdrawn is not null
            or (read.child_name_read.value is null and read.child_id_number_read.value is null)
            or read.registered_on_read.value is null
        ) as is_unusable,
        [
            {
                'column_name': cast(null as varchar),
                'delivered': read.withdrawn,
                'code': case when read.withdrawn is not null then 'withdrawn' end
            },
            {
                'column_name': 'child_name',
                'delivered': cast(null as varchar),
                'code': case
                    when read.child_name_read.value is null and read.child_id_number_read.value is null
                        then 'no_identity'
                end
            },
            {
                'column_name': 'child_name',
                'delivered': read.child_name,
                'code': read.child_name_read.problem
            },
            {
                'column_name': 'child_id_number',
                'delivered': case
                    when read.child_id_number_read.status <> 'valid' then mask_number(read.child_id_number)
                end,
                'code': nullif(nullif(read.child_id_number_read.status, 'valid'), 'missing')
            },
            {
                'column_name': 'child_birth_date',
                'delivered': read.child_birth_date,
                'code': read.child_birth_date_read.problem
            },
            {
                'column_name': 'adopter_name',
                'delivered': read.adopter_name,
                'code': read.adopter_name_read.problem
            },
            {
                'column_name': 'adopter_id_number',
                'delivered': case
                    when read.adopter_id_number_read.status <> 'valid' then mask_number(read.adopter_id_number)
                end,
                'code': nullif(nullif(read.adopter_id_number_read.status, 'valid'), 'missing')
            },
            {
                'column_name': 'registered_on',
                'delivered': read.registered_on,
                'code': case
                    when read.registered_on_read.value is null
                        then coalesce(read.registered_on_read.problem, 'required_missing')
                end
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
                coalesce(read.child_name_read.value, upper(regexp_replace(read.child_name, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.child_id_number_read.value,
                    upper(regexp_replace(read.child_id_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.adopter_name_read.value,
                    upper(regexp_replace(read.adopter_name, '[\s''`‘’]', '', 'g'))
                ),
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
    child_name_read.value as child_name,
    numbered.child_name as child_name_delivered,
    child_id_number_read.value as child_id_number,
    child_id_number_read.status as child_id_number_status,
    numbered.child_id_number as child_id_number_delivered,
    child_birth_date_read.value as child_birth_date,
    adopter_name_read.value as adopter_name,
    numbered.adopter_name as adopter_name_delivered,
    adopter_id_number_read.value as adopter_id_number,
    adopter_id_number_read.status as adopter_id_number_status,
    numbered.adopter_id_number as adopter_id_number_delivered,
    registered_on_read.value as registered_on
from numbered
