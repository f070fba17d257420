-- Two payments of one person and month of which only the higher one is due.
with

proofs as (
    select
        *,
        least(amount, other_amount) as excess
    from {{ ref('int_payment__paired') }}
    where treatment = 'higher'
),

finding as (
    select
        person_id,
        {{ evidence('row_ids') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        sum(excess) as amount,
        json_object(
            'months', count(distinct paid_month), 'first_month', min(paid_month), 'last_month', max(paid_month)
        ) as parameters,
        '自' || {{ month_words('min(paid_month)') }} || '至' || {{ month_words('max(paid_month)') }}
        || '有' || count(distinct paid_month) || '个月同时领取'
        || string_agg(distinct title || '和' || other_title, '；' order by title || '和' || other_title)
        || '，最近一个月为' || {{ yuan('arg_max(amount, paid_month)') }}
        || '和' || {{ yuan('arg_max(other_amount, paid_month)') }}
        || '，按规定只能享受较高的一项，较低一项合计' || {{ yuan('sum(excess)') }} || '。' as statement,
        '请由本人选定一项，停发另一项，并核算多发金额。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('higher_benefit_not_taken') }}
