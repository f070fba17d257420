-- A payment of an unknown programme stays here with is_monthly false and takes part in no rule on entitlement.
select
    payment.row_id,
    payment.programme,
    payment.programme_delivered,
    programme.title as programme_title,
    coalesce(programme.is_monthly, false) as is_monthly,
    linked.person_id,
    linked.match_probability,
    linked.owns_id_number as is_certain,
    payment.name,
    payment.paid_month,
    payment.amount,
    payment.account_number,
    payment.bank,
    payment.town,
    payment.village
from {{ ref('stg_civil_affairs__payment') }} as payment
inner join {{ ref('int_row__linked') }} as linked
    on payment.row_id = linked.row_id and linked.role = 'payee'
left join {{ ref('programme') }} as programme on payment.programme = programme.programme
where payment.disposition = 'accepted'
