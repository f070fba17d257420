-- 惠民惠农财政补贴一卡通发放明细: one payment.
-- Rendered from the contract by dbt_project/render_staging.py; change the contract, not this.
with

delivered as (
    select * from {{ source('raw', 'payment') }}
),

read as (
    select
        delivered.*,
        clean_person_name(delivered.name) as name_read,
        clean_id_number(delivered.id_number) as id_number_read,
        clean_text(delivered.bank) as bank_read,
        clean_account_number(delivered.account_number) as account_number_read,
        clean_code(delivered.programme, 'programme') as programme_read,
        clean_year_month(delivered.paid_month) as paid_month_read,
        clean_amount(delivered.amount) as amount_read,
        clean_place(delivered.town) as town_read,
        clean_place(delivered.village) as village_read,
        withdrawn_by(delivered._extra, 'payments') as withdrawn
    from delivered
),

judged as (
    select
        read.*,
        (
            read.withdrawn is not null
            or (read.name_read.value is null and read.id_number_read.value is null)
            or read.paid_month_read.value is null
            or read.amount_read.value is null
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
                'column_name': 'programme',
                'delivered': read.programme,
                'code': read.programme_read.problem
            },
            {
                'column_name': 'paid_month',
                'delivered': read.paid_month,
                'code': case
                    when read.paid_month_read.value is null
                        then coalesce(read.paid_month_read.problem, 'required_missing')
                end
            },
            {
                'column_name': 'amount',
                'delivered': read.amount,
                'code': case
                    when read.amount_read.value is null
                        then coalesce(read.amount_read.problem, 'required_missing')
                end
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
                    read.account_number_read.value,
                    upper(regexp_replace(read.account_number, '[\s''`‘’]', '', 'g'))
                ),
                coalesce(read.programme_read.value, upper(regexp_replace(read.programme, '[\s''`‘’]', '', 'g'))),
                coalesce(read.paid_month_read.value, upper(regexp_replace(read.paid_month, '[\s''`‘’]', '', 'g'))),
                coalesce(
                    cast(read.amount_read.value as varchar),
                    upper(regexp_replace(read.amount, '[\s''`‘’]', '', 'g'))
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
    bank_read.value as bank,
    account_number_read.value as account_number,
    programme_read.value as programme,
    numbered.programme as programme_delivered,
    paid_month_read.value as paid_month,
    amount_read.value as amount,
    town_read.value as town,
    village_read.value as village
from numbered
