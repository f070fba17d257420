-- 社会救助家庭经济状况核对申请: one declared member of an application.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'application') }}
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
        clean_person_name(delivered.head_name) as head_name_read,
        clean_id_number(delivered.head_id_number) as head_id_number_read,
        clean_text(delivered.relation_to_head) as relation_to_head_read,
        clean_identifier(delivered.case_number) as case_number_read,
        clean_code(delivered.programme, 'programme') as programme_read,
        clean_date(delivered.applied_on) as applied_on_read,
        clean_date(delivered.authorised_on) as authorised_on_read,
        clean_code(delivered.area_type, 'area_type') as area_type_read,
        clean_signed_amount(delivered.declared_income_per_capita) as declared_income_per_capita_read,
        clean_declared_amount(delivered.declared_wage_income) as declared_wage_income_read,
        clean_declared_signed_amount(delivered.declared_business_income) as declared_business_income_read,
        clean_declared_amount(delivered.declared_property_income) as declared_property_income_read,
        clean_declared_amount(delivered.declared_transfer_income) as declared_transfer_income_read,
        clean_declared_count(delivered.declared_vehicles) as declared_vehicles_read,
        clean_declared_count(delivered.declared_properties) as declared_properties_read,
        clean_declared_amount(delivered.declared_deposit) as declared_deposit_read,
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
                'column_name': 'head_name',
                'delivered': read.head_name,
                'code': read.head_name_read.problem
            },
            {
                'column_name': 'head_id_number',
                'delivered': case
                    when read.head_id_number_read.status <> 'valid' then mask_number(read.head_id_number)
                end,
                'code': nullif(nullif(read.head_id_number_read.status, 'valid'), 'missing')
            },
            {
                'column_name': 'relation_to_head',
                'delivered': read.relation_to_head,
                'code': read.relation_to_head_read.problem
            },
            {
                'column_name': 'case_number',
                'delivered': read.case_number,
                'code': read.case_number_read.problem
            },
            {
                'column_name': 'programme',
                'delivered': read.programme,
                'code': read.programme_read.problem
            },
            {
                'column_name': 'applied_on',
                'delivered': read.applied_on,
                'code': read.applied_on_read.problem
            },
            {
                'column_name': 'authorised_on',
                'delivered': read.authorised_on,
                'code': read.authorised_on_read.problem
            },
            {
                'column_name': 'area_type',
                'delivered': read.area_type,
                'code': read.area_type_read.problem
            },
            {
                'column_name': 'declared_income_per_capita',
                'delivered': read.declared_income_per_capita,
                'code': read.declared_income_per_capita_read.problem
            },
            {
                'column_name': 'declared_wage_income',
                'delivered': read.declared_wage_income,
                'code': read.declared_wage_income_read.problem
            },
            {
                'column_name': 'declared_business_income',
                'delivered': read.declared_business_income,
                'code': read.declared_business_income_read.problem
            },
            {
                'column_name': 'declared_property_income',
                'delivered': read.declared_property_income,
                'code': read.declared_property_income_read.problem
            },
            {
                'column_name': 'declared_transfer_income',
                'delivered': read.declared_transfer_income,
                'code': read.declared_transfer_income_read.problem
            },
            {
                'column_name': 'declared_vehicles',
                'delivered': read.declared_vehicles,
                'code': read.declared_vehicles_read.problem
            },
            {
                'column_name': 'declared_properties',
                'delivered': read.declared_properties,
                'code': read.declared_properties_read.problem
            },
            {
                'column_name': 'declared_deposit',
                'delivered': read.declared_deposit,
                'code': read.declared_deposit_read.problem
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
                coalesce(read.head_name_read.value, upper(regexp_replace(read.head_name, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.head_id_number_read.value,
                    upper(regexp_replace(read.head_id_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.relation_to_head_read.value,
                    upper(regexp_replace(read.relation_to_head, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.case_number_read.value,
                    upper(regexp_replace(read.case_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.programme_read.value, upper(regexp_replace(read.programme, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.applied_on_read.value as varchar),
                    upper(regexp_replace(read.applied_on, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.authorised_on_read.value as varchar),
                    upper(regexp_replace(read.authorised_on, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.area_type_read.value, upper(regexp_replace(read.area_type, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.declared_income_per_capita_read.value as varchar),
                    upper(regexp_replace(read.declared_income_per_capita, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_wage_income_read.value as varchar),
                    upper(regexp_replace(read.declared_wage_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_business_income_read.value as varchar),
                    upper(regexp_replace(read.declared_business_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_property_income_read.value as varchar),
                    upper(regexp_replace(read.declared_property_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_transfer_income_read.value as varchar),
                    upper(regexp_replace(read.declared_transfer_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_vehicles_read.value as varchar),
                    upper(regexp_replace(read.declared_vehicles, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_properties_read.value as varchar),
                    upper(regexp_replace(read.declared_properties, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.declared_deposit_read.value as varchar),
                    upper(regexp_replace(read.declared_deposit, '[\s''`‘’]', '', 'g'))
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
    birth_date_read.value as birth_date,
    town_read.value as town,
    village_read.value as village,
    group_no_read.value as group_no,
    address_read.value as address,
    phone_read.value as phone,
    head_name_read.value as head_name,
    numbered.head_name as head_name_delivered,
    head_id_number_read.value as head_id_number,
    head_id_number_read.status as head_id_number_status,
    numbered.head_id_number as head_id_number_delivered,
    relation_to_head_read.value as relation_to_head,
    case_number_read.value as case_number,
    programme_read.value as programme,
    numbered.programme as programme_delivered,
    applied_on_read.value as applied_on,
    authorised_on_read.value as authorised_on,
    area_type_read.value as area_type,
    numbered.area_type as area_type_delivered,
    declared_income_per_capita_read.value as declared_income_per_capita,
    declared_wage_income_read.value as declared_wage_income,
    declared_business_income_read.value as declared_business_income,
    declared_property_income_read.value as declared_property_income,
    declared_transfer_income_read.value as declared_transfer_income,
    declared_vehicles_read.value as declared_vehicles,
    declared_properties_read.value as declared_properties,
    declared_deposit_read.value as declared_deposit
from numbered
