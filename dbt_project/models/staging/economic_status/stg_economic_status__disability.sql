-- 残疾人证: one certified person.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'disability') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.name) as name_read,
        clean_id_number(delivered.id_number) as id_number_read,
        clean_code(delivered.sex, 'sex') as sex_read,
        clean_date(delivered.birth_date) as birth_date_read,
        clean_place(delivered.town) as town_read,
        clean_place(delivered.village) as village_read,
        clean_group(delivered.group_no) as group_no_read,
        clean_text(delivered.address) as address_read,
        clean_phone(delivered.phone) as phone_read,
        clean_certificate_number(delivered.certificate_number) as certificate_number_read,
        clean_text(delivered.category) as category_read,
        clean_code(delivered.grade, 'disability_level') as grade_read,
        withdrawn_by(delivered._extra, '') as withdrawn
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
                'column_name': 'birth_date',
                'delivered': read.birth_date,
                'code': read.birth_date_read.problem
            },
            {
                'column_name': 'town',
                'delivered': read.town,
                'code': read.town_read.problem
            },
            {
                'column_name': 'village',
                'delivered': read.village,
                'code': read.village_read.problem
            },
            {
                'column_name': 'group_no',
                'delivered': read.group_no,
                'code': read.group_no_read.problem
            },
            {
                'column_name': 'address',
                'delivered': read.address,
                'code': read.address_read.problem
            },
            {
                'column_name': 'phone',
                'delivered': case
                    when read.phone_read.problem is not null then mask_number(read.phone)
                end,
                'code': read.phone_read.problem
            },
            {
                'column_name': 'certificate_number',
                'delivered': case
                    when read.certificate_number_read.problem is not null then mask_number(read.certificate_number)
                end,
                'code': read.certificate_number_read.problem
            },
            {
                'column_name': 'category',
                'delivered': read.category,
                'code': read.category_read.problem
            },
            {
                'column_name': 'grade',
                'delivered': read.grade,
                'code': read.grade_read.problem
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
                coalesce(read.sex_read.value, upper(regexp_replace(read.sex, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.birth_date_read.value as varchar),
                    upper(regexp_replace(read.birth_date, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.town_read.value, upper(regexp_replace(read.town, '[\s''`‘’]', '', 'g'))),
                coalesce(read.village_read.value, upper(regexp_replace(read.village, '[\s''`‘’]', '', 'g'))),
                coalesce(read.group_no_read.value, upper(regexp_replace(read.group_no, '[\s''`‘’]', '', 'g'))),
                coalesce(read.address_read.value, upper(regexp_replace(read.address, '[\s''`‘’]', '', 'g'))),
                coalesce(read.phone_read.value, upper(regexp_replace(read.phone, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.certificate_number_read.value,
                    upper(regexp_replace(read.certificate_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.category_read.value, upper(regexp_replace(read.category, '[\s''`‘’]', '', 'g'))),
                coalesce(read.grade_read.value, upper(regexp_replace(read.grade, '[\s''`‘’]', '', 'g')))
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
    birth_date_read.value as birth_date,
    town_read.value as town,
    village_read.value as village,
    group_no_read.value as group_no,
    address_read.value as address,
    phone_read.value as phone,
    certificate_number_read.value as certificate_number,
    category_read.value as category,
    grade_read.value as grade,
    numbered.grade as grade_delivered
from numbered
