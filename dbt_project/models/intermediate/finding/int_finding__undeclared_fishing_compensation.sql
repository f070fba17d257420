-- A living member was paid 过渡期生活补助 within the window, and its monthly share exceeds the unit's declared transfer
-- income.
with

paid as (
    select
        household_id,
        list_sort(list(distinct person_id)) as person_ids,
        {{ evidence('[row_id, member_row_id]') }} as evidence_row_ids,
        sum(delivered_amount) as paid_amount,
        round(sum(counted_amount), 2) as monthly_share,
        round(sum(counted_amount) filter (where is_certain), 2) as certain_monthly_share,
        min(match_probability) as match_probability,
        string_agg(distinct coalesce(name, '姓名缺失'), '、' order by coalesce(name, '姓名缺失')) as names,
        min(period) as first_paid_on,
        max(period) as last_paid_on
    from {{ ref('int_income__itemised') }}
    where income_source = 'fishing_compensation' and counted_amount > 0
    group by household_id
),

finding as (
    select
        labelled.case_feed as household_feed,
        labelled.case_number as household_case,
        paid.person_ids,
        paid.evidence_row_ids,
        coalesce(paid.certain_monthly_share > coalesce(declared.declared_transfer_income, 0), false) as certain,
        case
            when paid.certain_monthly_share > coalesce(declared.declared_transfer_income, 0) then 1.0
            else paid.match_probability
        end as match_probability,
        paid.paid_amount as amount,
        json_object(
            'paid_amount', paid.paid_amount, 'monthly_share', paid.monthly_share,
            'declared_transfer_income', declared.declared_transfer_income,
            'first_paid_on', paid.first_paid_on, 'last_paid_on', paid.last_paid_on
        ) as parameters,
        labelled.label || '的成员' || paid.names || '在'
        || strftime(cast(paid.first_paid_on as date), '%Y年%-m月%-d日') || '至'
        || strftime(cast(paid.last_paid_on as date), '%Y年%-m月%-d日') || '领取禁捕过渡期生活补助共'
        || {{ yuan('paid.paid_amount') }} || '，月均' || {{ yuan('paid.monthly_share') }} || '，高于申报的转移性收入每月'
        || coalesce({{ yuan('declared.declared_transfer_income') }}, '（未填）') || '。请核实是否漏报，并更正申报收入。' as message,
        labelled.town,
        labelled.village
    from paid
    inner join {{ ref('int_unit__declared') }} as declared on paid.household_id = declared.household_id
    inner join {{ ref('int_unit__labelled') }} as labelled on paid.household_id = labelled.household_id
    where
        paid.monthly_share > coalesce(declared.declared_transfer_income, 0)
        and not list_contains(declared.unreadable_columns, 'declared_transfer_income')
)

{{ finding_of_household('undeclared_fishing_compensation') }}
