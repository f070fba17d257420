-- Months in which one person was paid both programmes of a pair that reduce each other, within the months looked
-- at. A payment made to a household is not one person's and stands in no pair.
with

rules as ({{ in_force('benefit_reduction') }}),

paid as (
    select
        payment.person_id,
        payment.programme,
        payment.paid_month,
        any_value(payment.programme_title) as title,
        sum(payment.amount) as amount,
        list(payment.row_id) as row_ids,
        bool_and(payment.is_certain) as is_certain,
        min(payment.match_probability) as match_probability
    from {{ ref('int_payment__programmed') }} as payment
    inner join {{ ref('programme') }} as programme
        on payment.programme = programme.programme and programme.paid_to = 'person'
    where payment.amount > 0 and {{ within_months('payment.paid_month', 'reduction_window') }}
    group by payment.person_id, payment.programme, payment.paid_month
)

select
    one.person_id,
    one.paid_month,
    rules.treatment,
    rules.standard_programme,
    one.title,
    other.title as other_title,
    one.amount,
    other.amount as other_amount,
    list_concat(one.row_ids, other.row_ids) as row_ids,
    one.is_certain and other.is_certain as is_certain,
    least(one.match_probability, other.match_probability) as match_probability
from rules
inner join paid as one on rules.programme = one.programme
inner join paid as other
    on rules.other_programme = other.programme and one.person_id = other.person_id and one.paid_month = other.paid_month
