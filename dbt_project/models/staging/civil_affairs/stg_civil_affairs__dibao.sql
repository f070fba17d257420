-- 最低生活保障对象花名册: one covered member.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'dibao') }}
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
        clean_text(delivered.bank) as bank_read,
        clean_account_number(delivered.account_number) as account_number_read,
        clean_identifier(delivered.case_number) as case_number_read,
        clean_code(delivered.area_type, 'area_type') as area_type_read,
        clean_code(delivered.benefit_class, 'benefit_class') as benefit_class_read,
        clean_count(delivered.covered_count) as covered_count_read,
        clean_signed_amount(delivered.declared_income_per_capita) as declared_income_per_capita_read,
        clean_declared_amount(delivered.declared_wage_income) as declared_wage_income_read,
        clean_declared_signed_amount(delivered.declared_business_income) as declared_business_income_read,
        clean_declared_amount(delivered.declared_property_income) as declared_property_income_read,
        clean_declared_amount(delivered.declared_transfer_income) as declared_transfer_income_read,
        clean_amount(delivered.monthly_amount) as monthly_amount_read,
        clean_year_month(delivered.start_month) as start_month_read,
        clean_code(delivered.status, 'benefit_status') as status_read,
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
                'column_name': 'bank',
                'delivered': read.bank,
                'code': read.bank_read.problem
            },
            {
                'column_name': 'account_number',
                'delivered': case
                    when read.account_number_read.problem is not null then mask_number(read.account_number)
                end,
                'code': read.account_number_read.problem
            },
            {
                'column_name': 'case_number',
                'delivered': read.case_number,
                'code': read.case_number_read.problem
            },
            {
                'column_name': 'area_type',
                'delivered': read.area_type,
                'code': read.area_type_read.problem
            },
            {
                'column_name': 'benefit_class',
                'delivered': read.benefit_class,
                'code': read.benefit_class_read.problem
            },
            {
                'column_name': 'covered_count',
                'delivered': read.covered_count,
                'code': read.covered_count_read.problem
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
                'column_name': 'monthly_amount',
                'delivered': read.monthly_amount,
                'code': read.monthly_amount_read.problem
            },
            {
                'column_name': 'start_month',
                'delivered': read.start_month,
                'code': read.start_month_read.problem
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
                coalesce(read.bank_read.value, upper(regexp_replace(read.bank, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.account_number_read.value,
                    upper(regexp_replace(read.account_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.case_number_read.value,
                    upper(regexp_replace(read.case_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.area_type_read.value, upper(regexp_replace(read.area_type, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    read.benefit_class_read.value,
                    upper(regexp_replace(read.benefit_class, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.covered_count_read.value as varchar),
                    upper(regexp_replace(read.covered_count, '[\s''`‘’]', '', 'g'))
                ),
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
                    cast(read.monthly_amount_read.value as varchar),
                    upper(regexp_replace(read.monthly_amount, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.start_month_read.value,
                    upper(regexp_replace(read.start_month, '[\s''`‘’]', '', 'g'))
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
    bank_read.value as bank,
    account_number_read.value as account_number,
    case_number_read.value as case_number,
    area_type_read.value as area_type,
    numbered.area_type as area_type_delivered,
    benefit_class_read.value as benefit_class,
    numbered.benefit_class as benefit_class_delivered,
    covered_count_read.value as covered_count,
    declared_income_per_capita_read.value as declared_income_per_capita,
    declared_wage_income_read.value as declared_wage_income,
    declared_business_income_read.value as declared_business_income,
    declared_property_income_read.value as declared_property_income,
    declared_transfer_income_read.value as declared_transfer_income,
    monthly_amount_read.value as monthly_amount,
    start_month_read.value as start_month,
    status_read.value as status,
    numbered.status as status_delivered
from numbered
