-- For a person and programme the amount paid for a month differs from the enrolled monthly amount (sum against sum).
-- A sum that is short is uncertain while a payment to the same people could not be read; so is one that is too high
-- only because two deliveries name a payment, which may be one that was corrected and sent again.
-- Dibao is paid once a household and month: what was paid to all who stand in one case alone is compared with the case.
with

enrolled as (
    select
        person_id,
        programme,
        case when programme = 'dibao' and count(*) = 1 then any_value(entitlement_key) else person_id end as paid_unit,
        list(row_id) as row_ids,
        case when bool_or(monthly_amount is null) then null else sum(monthly_amount) end as enrolled_amount,
        bool_and(is_certain) as is_certain,
        min(match_probability) as match_probability
    from {{ ref('int_enrolment__entitled') }}
    group by person_id, programme
),

payments as (
    select
        payment.*,
        enrolled.paid_unit,
        enrolled.enrolled_amount,
        enrolled.row_ids as enrolled_row_ids,
        enrolled.is_certain as is_enrolment_certain,
        enrolled.match_probability as enrolment_probability,
        sum(payment.amount) over (
            partition by
                enrolled.programme, enrolled.paid_unit, payment.paid_month, split_part(payment.row_id, '/', 2)
        ) as delivered_amount
    from {{ ref('int_payment__programmed') }} as payment
    inner join enrolled on payment.person_id = enrolled.person_id and payment.programme = enrolled.programme
    where payment.is_monthly and payment.amount is not null
),

paid as (
    select
        programme,
        paid_unit,
        paid_month,
        any_value(programme_title) as programme_title,
        sum(amount) as paid_amount,
        max(delivered_amount) as largest_delivered_amount,
        any_value(enrolled_amount) as enrolled_amount,
        list(distinct person_id) as person_ids,
        flatten(list(list_append(enrolled_row_ids, row_id))) as row_ids,
        bool_and(is_certain and is_enrolment_certain) as is_certain,
        min(least(match_probability, enrolment_probability)) as match_probability
    from payments
    group by programme, paid_unit, paid_month
    having sum(amount) != any_value(enrolled_amount)
),

-- A payment that was held back may be what is short.
held as (
    select
        enrolled.programme,
        enrolled.paid_unit,
        payment.paid_month
    from {{ ref('int_row__held') }} as held
    inner join {{ ref('stg_civil_affairs__payment') }} as payment on held.row_id = payment.row_id
    inner join enrolled
        on held.person_id = enrolled.person_id and coalesce(payment.programme = enrolled.programme, true)
),

proofs as (
    select
        unnest(paid.person_ids) as person_id,
        paid.* exclude (person_ids, is_certain),
        paid.is_certain and (
            paid.largest_delivered_amount > paid.enrolled_amount
            or paid.paid_amount < paid.enrolled_amount
        ) and (
            paid.paid_amount > paid.enrolled_amount
            or not exists (
                select 1
                from held
                where
                    held.programme = paid.programme
                    and held.paid_unit = paid.paid_unit
                    and coalesce(held.paid_month = paid.paid_month, true)
            )
        ) as is_certain
    from paid
),

finding as (
    select
        person_id,
        {{ evidence('row_ids') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(paid_amount - enrolled_amount) as amount,
        json_object('months', count(distinct paid_month)) as parameters,
        '，' || string_agg(
            {{ month_words('paid_month') }} || '发放' || programme_title || {{ yuan('paid_amount') }}
            || '，名册核定每月' || {{ yuan('enrolled_amount') }} || '，'
            || case when paid_amount > enrolled_amount then '多发' else '少发' end
            || {{ yuan('abs(paid_amount - enrolled_amount)') }},
            '；' order by paid_month, programme
        ) || '。' as statement,
        '请核对核定金额与发放清单，多发的追回或抵扣，少发的补发。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('payment_amount_mismatch') }}
