-- 脱贫户及防返贫监测对象家庭成员信息: one household member.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'poverty_household') }}
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
        clean_identifier(delivered.member_number) as member_number_read,
        clean_code(delivered.household_type, 'household_type') as household_type_read,
        clean_code(delivered.risk_cleared, 'yes_no') as risk_cleared_read,
        clean_signed_amount(delivered.income_per_capita) as income_per_capita_read,
        clean_declared_amount(delivered.wage_income) as wage_income_read,
        clean_declared_signed_amount(delivered.business_income) as business_income_read,
        clean_declared_amount(delivered.property_income) as property_income_read,
        clean_declared_amount(delivered.transfer_income) as transfer_income_read,
        clean_text(delivered.work_ability) as work_ability_read,
        clean_text(delivered.health) as health_read,
        clean_code(delivered.is_dibao, 'yes_no') as is_dibao_read,
        clean_code(delivered.is_tekun, 'yes_no') as is_tekun_read,
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
                'column_name': 'member_number',
                'delivered': read.member_number,
                'code': read.member_number_read.problem
            },
            {
                'column_name': 'household_type',
                'delivered': read.household_type,
                'code': read.household_type_read.problem
            },
            {
                'column_name': 'risk_cleared',
                'delivered': read.risk_cleared,
                'code': read.risk_cleared_read.problem
            },
            {
                'column_name': 'income_per_capita',
                'delivered': read.income_per_capita,
                'code': read.income_per_capita_read.problem
            },
            {
                'column_name': 'wage_income',
                'delivered': read.wage_income,
                'code': read.wage_income_read.problem
            },
            {
                'column_name': 'business_income',
                'delivered': read.business_income,
                'code': read.business_income_read.problem
            },
            {
                'column_name': 'property_income',
                'delivered': read.property_income,
                'code': read.property_income_read.problem
            },
            {
                'column_name': 'transfer_income',
                'delivered': read.transfer_income,
                'code': read.transfer_income_read.problem
            },
            {
                'column_name': 'work_ability',
                'delivered': read.work_ability,
                'code': read.work_ability_read.problem
            },
            {
                'column_name': 'health',
                'delivered': read.health,
                'code': read.health_read.problem
            },
            {
                'column_name': 'is_dibao',
                'delivered': read.is_dibao,
                'code': read.is_dibao_read.problem
            },
            {
                'column_name': 'is_tekun',
                'delivered': read.is_tekun,
                'code': read.is_tekun_read.problem
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
                coalesce(
                    read.member_number_read.value,
                    upper(regexp_replace(read.member_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.household_type_read.value,
                    upper(regexp_replace(read.household_type, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.risk_cleared_read.value,
                    upper(regexp_replace(read.risk_cleared, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.income_per_capita_read.value as varchar),
                    upper(regexp_replace(read.income_per_capita, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.wage_income_read.value as varchar),
                    upper(regexp_replace(read.wage_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.business_income_read.value as varchar),
                    upper(regexp_replace(read.business_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.property_income_read.value as varchar),
                    upper(regexp_replace(read.property_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    cast(read.transfer_income_read.value as varchar),
                    upper(regexp_replace(read.transfer_income, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(
                    read.work_ability_read.value,
                    upper(regexp_replace(read.work_ability, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.health_read.value, upper(regexp_replace(read.health, '[\s''`‘’]', '', 'g'))),
                coalesce(read.is_dibao_read.value, upper(regexp_replace(read.is_dibao, '[\s''`‘’]', '', 'g'))),
                coalesce(read.is_tekun_read.value, upper(regexp_replace(read.is_tekun, '[\s''`‘’]', '', 'g')))
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
    member_number_read.value as member_number,
    household_type_read.value as household_type,
    numbered.household_type as household_type_delivered,
    risk_cleared_read.value as risk_cleared,
    numbered.risk_cleared as risk_cleared_delivered,
    income_per_capita_read.value as income_per_capita,
    wage_income_read.value as wage_income,
    business_income_read.value as business_income,
    property_income_read.value as property_income,
    transfer_income_read.value as transfer_income,
    work_ability_read.value as work_ability,
    health_read.value as health,
    is_dibao_read.value as is_dibao,
    numbered.is_dibao as is_dibao_delivered,
    is_tekun_read.value as is_tekun,
    numbered.is_tekun as is_tekun_delivered
from numbered
