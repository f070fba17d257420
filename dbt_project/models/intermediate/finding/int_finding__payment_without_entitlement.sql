-- A payment of a monthly programme has no active enrolment of that person in that programme.
-- An enrolment whose status cannot be read may be active: it keeps the finding from being made. An active enrolment of
-- the same name or account without a usable ID number may be this person's: it keeps the finding from being certain.
with

unreadable as (
    select distinct
        person_id,
        programme
    from {{ ref('int_enrolment__activated') }}
    where status is null
),

doubtful as (
    select
        programme,
        name,
        account_number
    from {{ ref('int_enrolment__activated') }}
    where not is_certain and (is_active or status is null)
),

proofs as (
    select
        payment.person_id,
        payment.row_id,
        payment.paid_month,
        payment.amount,
        payment.programme_title,
        payment.match_probability,
        payment.is_certain
        and not exists (
            select 1
            from doubtful
            where
                doubtful.programme = payment.programme
                and (doubtful.name = payment.name or doubtful.account_number = payment.account_number)
        ) as is_certain
    from {{ ref('int_payment__programmed') }} as payment
    left join {{ ref('int_enrolment__entitled') }} as entitled
        on payment.person_id = entitled.person_id and payment.programme = entitled.programme
    left join unreadable
        on payment.person_id = unreadable.person_id and payment.programme = unreadable.programme
    where
        payment.is_monthly
        and entitled.person_id is null
        and unreadable.person_id is null
),

finding as (
    select
        person_id,
        {{ evidence('[row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(amount) as amount,
        json_object('payments', count(*), 'first_paid_month', min(paid_month), 'last_paid_month', max(paid_month)) as parameters,
        '在' || case when min(paid_month) = max(paid_month) then min(paid_month) else min(paid_month) || '至' || max(paid_month) end
        || '领取' || string_agg(distinct programme_title, '、' order by programme_title) || '共' || count(*) || '笔、'
        || sum(amount) || '元，但现行名册中没有其在享记录。' as statement,
        '请核实是否已停保仍发、名册漏登或发错对象，核实前暂缓下次发放。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('payment_without_entitlement') }}
