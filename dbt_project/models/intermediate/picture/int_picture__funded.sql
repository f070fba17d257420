-- Money by programme: paid in the latest month and in the twelve months up to the business date; of the latter what
-- stands in the evidence of an open 红 finding; and what such findings would pay again next month.
with

open_findings as (
    select
        certain,
        unnest(evidence_row_ids) as row_id
    from {{ ref('finding') }}
    where severity = '红' and state != 'cleared'
),

suspect_rows as (
    select
        row_id,
        bool_or(certain) as is_certain
    from open_findings
    group by row_id
),

payments as (
    select
        payment.programme,
        coalesce(payment.programme_title, '名称无法识别的项目') as title,
        payment.person_id,
        payment.paid_month,
        payment.amount,
        suspect_rows.row_id is not null as is_suspect,
        coalesce(suspect_rows.is_certain, false) as is_certain,
        payment.paid_month = max(payment.paid_month) over () as is_latest
    from {{ ref('int_payment__programmed') }} as payment
    left join suspect_rows on payment.row_id = suspect_rows.row_id
    cross join {{ source('raw', 'run_context') }} as run
    where
        payment.paid_month <= strftime(run.as_of, '%Y-%m')
        and payment.paid_month > strftime(run.as_of - interval 12 month, '%Y-%m')
),

paid as (
    select
        title,
        any_value(programme) as programme,
        max(paid_month) filter (where is_latest) as latest_month,
        count(distinct person_id) filter (where is_latest) as latest_persons,
        coalesce(sum(amount) filter (where is_latest), 0) as latest_amount,
        coalesce(sum(amount), 0) as year_amount,
        coalesce(sum(amount) filter (where is_suspect), 0) as suspect_amount,
        coalesce(sum(amount) filter (where is_certain), 0) as certain_amount
    from payments
    group by title
),

-- A household's amount stands on the row of each of its members and is paid once.
next_payments as (
    select
        enrolment.programme,
        coalesce(enrolment.case_number, enrolment.row_id) as payee,
        max(enrolment.monthly_amount) as amount
    from {{ ref('int_enrolment__activated') }} as enrolment
    inner join suspect_rows on enrolment.row_id = suspect_rows.row_id
    where enrolment.is_active
    group by enrolment.programme, coalesce(enrolment.case_number, enrolment.row_id)
),

next_month as (
    select
        next_payments.programme,
        any_value(programme.title) as title,
        count(*) as payees,
        coalesce(sum(next_payments.amount), 0) as amount
    from next_payments
    left join {{ ref('programme') }} as programme on next_payments.programme = programme.programme
    group by next_payments.programme
)

select
    coalesce(paid.title, next_month.title) as title,
    paid.latest_month,
    coalesce(paid.latest_persons, 0) as latest_persons,
    cast(coalesce(paid.latest_amount, 0) as decimal(16, 2)) as latest_amount,
    cast(coalesce(paid.year_amount, 0) as decimal(16, 2)) as year_amount,
    cast(coalesce(paid.suspect_amount, 0) as decimal(16, 2)) as suspect_amount,
    cast(coalesce(paid.certain_amount, 0) as decimal(16, 2)) as certain_amount,
    coalesce(next_month.payees, 0) as next_payees,
    cast(coalesce(next_month.amount, 0) as decimal(16, 2)) as next_amount
from paid
full outer join next_month on paid.programme = next_month.programme
order by year_amount desc, title asc
