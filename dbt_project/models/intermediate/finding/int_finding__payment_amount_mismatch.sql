-- For a person and programme the amount paid for a month differs from the enrolled monthly amount (sum against sum).
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

paid as (
    select
        enrolled.programme,
        enrolled.paid_unit,
        payment.paid_month,
        any_value(payment.programme_title) as programme_title,
        sum(payment.amount) as paid_amount,
        any_value(enrolled.enrolled_amount) as enrolled_amount,
        list(distinct payment.person_id) as person_ids,
        flatten(list(list_append(enrolled.row_ids, payment.row_id))) as row_ids,
        bool_and(payment.is_certain and enrolled.is_certain) as is_certain,
        min(least(payment.match_probability, enrolled.match_probability)) as match_probability
    from {{ ref('int_payment__programmed') }} as payment
    inner join enrolled on payment.person_id = enrolled.person_id and payment.programme = enrolled.programme
    where payment.is_monthly and payment.amount is not null
    group by enrolled.programme, enrolled.paid_unit, payment.paid_month
    having sum(payment.amount) != any_value(enrolled.enrolled_amount)
),

proofs as (
    select
        unnest(person_ids) as person_id,
        paid.* exclude (person_ids)
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
