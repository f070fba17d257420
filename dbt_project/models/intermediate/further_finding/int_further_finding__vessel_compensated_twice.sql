-- One vessel's boat and nets, or its licence, were paid for twice: to two persons, or to one person the same
-- amount on two days. Different amounts to one person may be instalments and are in order. Of two payees of one
-- name of whom one has no usable ID number it is assumed that they are one person.
with

payments as (
    select
        compensation.row_id,
        compensation.vessel_number,
        compensation.fund_type,
        compensation.amount,
        compensation.paid_on,
        compensation.name,
        linked.person_id,
        linked.owns_id_number as is_certain,
        linked.match_probability
    from {{ ref('stg_fishing_ban__fishing_compensation') }} as compensation
    inner join {{ ref('int_row__linked') }} as linked on compensation.row_id = linked.row_id and linked.role = 'self'
    where
        compensation.disposition = 'accepted'
        and compensation.vessel_number is not null
        and compensation.fund_type in ('船网回收补偿', '证书回收补偿')
),

doubled as (
    select
        one.vessel_number,
        one.fund_type,
        bool_or(one.is_certain and other.is_certain) as is_certain,
        max(least(one.match_probability, other.match_probability)) as match_probability
    from payments as one
    inner join payments as other
        on one.vessel_number = other.vessel_number and one.fund_type = other.fund_type and one.row_id < other.row_id
    where
        case
            when
                one.person_id = other.person_id
                or (one.name = other.name and not (one.is_certain and other.is_certain))
                then one.amount = other.amount and one.paid_on != other.paid_on
            else true
        end
    group by one.vessel_number, one.fund_type
),

funds as (
    select
        payments.vessel_number,
        payments.fund_type,
        bool_or(doubled.is_certain) as is_certain,
        max(doubled.match_probability) as match_probability,
        list(payments.row_id) as row_ids,
        list(payments.person_id) as person_ids,
        sum(payments.amount) - max(payments.amount) as excess,
        '渔船' || payments.vessel_number || '的' || payments.fund_type || '发放了' || count(*) || '笔（'
        || string_agg(
            coalesce(payments.name, '姓名缺失') || strftime(payments.paid_on, '%Y年%-m月%-d日')
            || {{ yuan('payments.amount') }},
            '，' order by payments.paid_on, payments.row_id
        ) || '）' as sentence
    from payments
    inner join doubled
        on payments.vessel_number = doubled.vessel_number and payments.fund_type = doubled.fund_type
    group by payments.vessel_number, payments.fund_type
),

vessels as (
    select
        vessel_number,
        list_sort(list_distinct(flatten(list(person_ids)))) as person_ids,
        flatten(list(row_ids)) as row_ids,
        bool_or(is_certain) as is_certain,
        max(match_probability) as match_probability,
        sum(excess) as excess,
        string_agg(sentence, '；' order by fund_type) as sentence
    from funds
    group by vessel_number
),

finding as (
    select
        vessels.person_ids,
        {{ evidence('vessels.row_ids') }} as evidence_row_ids,
        bool_or(vessels.is_certain) as certain,
        max(vessels.match_probability) as match_probability,
        sum(vessels.excess) as amount,
        json_object('vessels', count(*), 'persons', len(vessels.person_ids)) as parameters,
        coalesce(any_value(profile.town), '') || coalesce(any_value(profile.village), '')
        || string_agg(vessels.sentence, '；' order by vessels.vessel_number)
        || '。请核对渔船归属和补偿协议：属共有分摊或分期发放的补齐依据，重复发放的追回。' as message,
        any_value(profile.town) as town,
        any_value(profile.village) as village
    from vessels
    inner join {{ ref('int_person__profiled') }} as profile on vessels.person_ids[1] = profile.person_id
    group by vessels.person_ids
)

{{ finding_of_persons('vessel_compensated_twice') }}
