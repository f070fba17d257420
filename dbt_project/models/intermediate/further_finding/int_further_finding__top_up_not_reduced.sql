-- Two payments of one person and month of which the first may only top the second up to the standard in force in
-- that month, together exceed it. Without a delivered standard nothing is judged.
with

standards as (
    select
        paired.person_id,
        paired.paid_month,
        paired.standard_programme,
        max(dated.standard) as standard,
        arg_max(dated.row_id, (dated.standard, dated.row_id)) as row_id
    from {{ ref('int_payment__paired') }} as paired
    inner join {{ ref('int_standard__dated') }} as dated
        on
            paired.standard_programme = dated.programme
            and paired.paid_month >= dated.effective_from
            and (dated.superseded_from is null or paired.paid_month < dated.superseded_from)
    group by paired.person_id, paired.paid_month, paired.standard_programme
),

proofs as (
    select
        paired.*,
        standards.standard,
        least(paired.amount, paired.amount + paired.other_amount - standards.standard) as excess,
        list_append(paired.row_ids, standards.row_id) as proof_row_ids
    from {{ ref('int_payment__paired') }} as paired
    inner join standards
        on
            paired.person_id = standards.person_id
            and paired.paid_month = standards.paid_month
            and paired.standard_programme = standards.standard_programme
    where paired.treatment = 'top_up' and paired.amount + paired.other_amount > standards.standard
),

finding as (
    select
        person_id,
        {{ evidence('proof_row_ids') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(excess) as amount,
        json_object(
            'months', count(distinct paid_month), 'first_month', min(paid_month), 'last_month', max(paid_month),
            'standard', max(standard)
        ) as parameters,
        '自' || {{ month_words('min(paid_month)') }} || '至' || {{ month_words('max(paid_month)') }}
        || '有' || count(distinct paid_month) || '个月同时领取'
        || string_agg(distinct title || '和' || other_title, '；' order by title || '和' || other_title)
        || '，最近一个月为' || {{ yuan('arg_max(amount, paid_month)') }}
        || '和' || {{ yuan('arg_max(other_amount, paid_month)') }}
        || '，超过当月标准' || {{ yuan('arg_max(standard, paid_month)') }} || '，没有只补差额，合计多发' || {{ yuan('sum(excess)') }}
        || '。' as statement,
        '请核对补差口径，从次月起只发差额，多发的抵扣或追回。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('top_up_not_reduced') }}
