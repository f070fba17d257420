-- A payment of a monthly programme has no active enrolment of that person in that programme.
-- An enrolment whose status cannot be read may be active: it keeps the finding from being made. So does an active
-- enrolment by the same name with the same account, or, for a payment without a usable ID number, in the same town: the
-- payment is most likely that person's, and what is wrong is a number. Any other enrolment that may be this person's
-- (same name in the same town, or same name or account without a usable number) keeps it from being certain.
-- A roll whose newest delivery is not in use, or in which a row of this person was held back, proves nothing certainly.
-- A programme whose roll has no delivery in use says nothing of anybody: what could not be looked at is no evidence.
with

rolls as (
    select
        feed as programme,
        unused_delivery is null as is_newest
    from {{ source('raw', 'feed_status') }}
    where delivery is not null
    union all
    select
        feed as programme,
        true as is_newest
    from {{ ref('int_policy__not_applicable') }}
    where delivery is null
),

held as (
    select distinct
        person_id,
        feed as programme
    from {{ ref('int_row__held') }}
),

unreadable as (
    select distinct
        person_id,
        programme
    from {{ ref('int_enrolment__activated') }}
    where status is null
),

possible as (
    select
        programme,
        name,
        account_number,
        town,
        is_certain
    from {{ ref('int_enrolment__activated') }}
    where is_active or status is null
),

unentitled as (
    select
        payment.*,
        rolls.is_newest and held.person_id is null as is_roll_complete
    from {{ ref('int_payment__programmed') }} as payment
    inner join rolls on payment.programme = rolls.programme
    left join {{ ref('int_enrolment__entitled') }} as entitled
        on payment.person_id = entitled.person_id and payment.programme = entitled.programme
    left join held
        on payment.person_id = held.person_id and payment.programme = held.programme
    left join unreadable
        on payment.person_id = unreadable.person_id and payment.programme = unreadable.programme
    where
        payment.is_monthly
        and entitled.person_id is null
        and unreadable.person_id is null
),

compared as (
    select
        unentitled.row_id,
        bool_or(
            possible.name = unentitled.name
            and (
                possible.account_number = unentitled.account_number
                or (not unentitled.is_certain and possible.town = unentitled.town)
            )
        ) as is_most_likely_enrolled,
        bool_or(
            (possible.name = unentitled.name and possible.town = unentitled.town)
            or (
                not possible.is_certain
                and (possible.name = unentitled.name or possible.account_number = unentitled.account_number)
            )
        ) as is_possibly_enrolled
    from unentitled
    inner join possible
        on
            unentitled.programme = possible.programme
            and (unentitled.name = possible.name or unentitled.account_number = possible.account_number)
    group by unentitled.row_id
),

proofs as (
    select
        unentitled.person_id,
        unentitled.row_id,
        unentitled.paid_month,
        unentitled.amount,
        unentitled.programme_title,
        unentitled.match_probability,
        unentitled.is_certain
        and unentitled.is_roll_complete
        and not coalesce(compared.is_possibly_enrolled, false) as is_certain
    from unentitled
    left join compared on unentitled.row_id = compared.row_id
    where not coalesce(compared.is_most_likely_enrolled, false)
),

finding as (
    select
        person_id,
        {{ evidence('[row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(amount) as amount,
        json_object(
            'payments', count(*), 'first_paid_month', min(paid_month), 'last_paid_month', max(paid_month)
        ) as parameters,
        '在' || {{ month_words('min(paid_month)') }}
        || case when min(paid_month) < max(paid_month) then '至' || {{ month_words('max(paid_month)') }} else '' end
        || '领取' || string_agg(distinct programme_title, '、' order by programme_title) || '共' || count(*) || '笔、'
        || {{ yuan('sum(amount)') }} || '，但现行名册中没有其在享记录。' as statement,
        '请核实是否已停保仍发、名册漏登或发错对象，核实前暂缓下次发放。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('payment_without_entitlement') }}
