-- 过渡期生活补助 was paid later than the period in force after the day of retirement: the person's own, else that of the
-- vessel that the payment names. Of several days the latest speaks: it accuses least. Without one nothing is
-- judged.
with

retirements as (
    select
        linked.person_id,
        fisher.row_id,
        fisher.vessel_number,
        fisher.retired_on,
        linked.owns_id_number as is_certain,
        linked.match_probability
    from {{ ref('stg_fishing_ban__fisher') }} as fisher
    inner join {{ ref('int_row__linked') }} as linked on fisher.row_id = linked.row_id and linked.role = 'self'
    where fisher.disposition = 'accepted' and fisher.retired_on is not null
),

of_persons as (
    select * from retirements
    qualify row_number() over (partition by person_id order by retired_on desc, is_certain desc, row_id asc) = 1
),

of_vessels as (
    select * from retirements
    where vessel_number is not null
    qualify row_number() over (partition by vessel_number order by retired_on desc, row_id asc) = 1
),

proofs as (
    select
        linked.person_id,
        compensation.row_id,
        coalesce(own.row_id, vessel.row_id) as retirement_row_id,
        coalesce(own.retired_on, vessel.retired_on) as retired_on,
        compensation.amount,
        compensation.paid_on,
        linked.owns_id_number and coalesce(own.is_certain, true) as is_certain,
        least(linked.match_probability, coalesce(own.match_probability, 1)) as match_probability
    from {{ ref('stg_fishing_ban__fishing_compensation') }} as compensation
    inner join {{ ref('int_row__linked') }} as linked on compensation.row_id = linked.row_id and linked.role = 'self'
    left join of_persons as own on linked.person_id = own.person_id
    left join of_vessels as vessel on compensation.vessel_number = vessel.vessel_number
    cross join {{ source('raw', 'run_context') }} as run
    where
        compensation.disposition = 'accepted'
        and compensation.fund_type = '过渡期生活补助'
        and compensation.paid_on <= run.as_of
        and compensation.paid_on
        > coalesce(own.retired_on, vessel.retired_on)
        + to_months(cast({{ limit_in_force('transition_period') }} as integer))
),

finding as (
    select
        person_id,
        {{ evidence('[row_id, retirement_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(amount) as amount,
        json_object(
            'retired_on', max(retired_on), 'months', cast({{ limit_in_force('transition_period') }} as integer),
            'payments', count(*), 'first_paid_on', min(paid_on), 'last_paid_on', max(paid_on)
        ) as parameters,
        '的退捕日期为' || strftime(max(retired_on), '%Y年%-m月%-d日') || '，过渡期'
        || cast({{ limit_in_force('transition_period') }} as integer) || '个月已满，其后仍发放过渡期生活补助' || count(*)
        || '笔共' || {{ yuan('sum(amount)') }} || '（' || strftime(min(paid_on), '%Y年%-m月%-d日')
        || case when count(*) > 1 then '至' || strftime(max(paid_on), '%Y年%-m月%-d日') else '' end || '）。' as statement,
        '请核对当地规定的过渡期限：已到期的停发并核算多发金额，经批准延长的注明依据。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('transition_subsidy_overrun') }}
