-- A payment's 发放月份 is later than the month of the payee's 死亡日期.
with

proofs as (
    select
        payment.person_id,
        payment.row_id,
        payment.paid_month,
        payment.amount,
        coalesce(payment.programme_title, payment.programme_delivered) as programme_title,
        death.row_id as cremation_row_id,
        death.died_on,
        payment.is_certain and death.is_certain as is_certain,
        least(payment.match_probability, death.match_probability) as match_probability
    from {{ ref('int_payment__programmed') }} as payment
    inner join {{ ref('int_person__died') }} as death on payment.person_id = death.person_id
    where payment.paid_month > strftime(death.died_on, '%Y-%m')
),

finding as (
    select
        person_id,
        {{ evidence('[row_id, cremation_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(amount) as amount,
        json_object('died_on', min(died_on), 'payments', count(*), 'last_paid_month', max(paid_month)) as parameters,
        '已于' || strftime(min(died_on), '%Y年%-m月%-d日') || '死亡（有火化登记），其后仍发放'
        || string_agg(distinct programme_title, '、' order by programme_title) || '共' || count(*) || '笔、'
        || {{ yuan('sum(amount)') }} || '，最近一笔属于' || {{ month_words('max(paid_month)') }} || '。' as statement,
        '请立即停发，查明由谁领取，并追回死亡次月起的金额。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('payment_after_death') }}
