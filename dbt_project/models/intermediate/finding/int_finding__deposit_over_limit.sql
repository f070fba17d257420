-- The living members' financial assets per member exceed the limit's multiple of the monthly standard in force.
with

measured as (
    select
        totalled.household_id,
        totalled.financial_assets,
        counted.living_count,
        cast(round(totalled.financial_assets / nullif(counted.living_count, 0), 2) as decimal(14, 2)) as per_member,
        cast(round(totalled.certain_financial_assets / nullif(counted.certain_divisor, 0), 2) as decimal(14, 2))
            as certain_per_member,
        standardised.standard,
        {{ limit_in_force('financial_asset') }} as multiple
    from {{ ref('int_asset__totalled') }} as totalled
    inner join {{ ref('int_unit__counted') }} as counted on totalled.household_id = counted.household_id
    inner join {{ ref('int_unit__standardised') }} as standardised on totalled.household_id = standardised.household_id
),

exceeding as (
    select
        *,
        certain_per_member > multiple * standard as certain
    from measured
    where per_member > multiple * standard
),

finding as (
    select
        any_value(labelled.case_feed) as household_feed,
        any_value(labelled.case_number) as household_case,
        list_sort(list(distinct items.person_id)) as person_ids,
        {{ evidence('[items.row_id, items.member_row_id]') }} as evidence_row_ids,
        any_value(exceeding.certain) as certain,
        min(items.match_probability) filter (where not exceeding.certain or items.is_certain) as match_probability,
        any_value(exceeding.financial_assets) as amount,
        json_object(
            'financial_assets', any_value(exceeding.financial_assets), 'members', any_value(exceeding.living_count),
            'per_member',
            any_value(exceeding.per_member),
            'standard',
            any_value(exceeding.standard),
            'multiple',
            any_value(exceeding.multiple)
        ) as parameters,
        any_value(labelled.label) || '的成员金融资产合计' || {{ yuan('any_value(exceeding.financial_assets)') }} || '，按'
        || any_value(exceeding.living_count) || '名在世成员计人均' || {{ yuan('any_value(exceeding.per_member)') }} || '，高于月标准'
        || {{ yuan('any_value(exceeding.standard)') }} || '的' || cast(any_value(exceeding.multiple) as integer) || '倍即'
        || {{ yuan('cast(any_value(exceeding.multiple * exceeding.standard) as decimal(14, 2))') }} || '（'
        || string_agg(
            coalesce(items.name, '姓名缺失') || '：' || items.item || {{ yuan('items.amount') }},
            '；' order by items.name, items.item, items.amount, items.row_id
        )
        || '）。请核实款项来源和用途（如赔偿款、代管款、医疗备用金），再作结论。' as message,
        any_value(labelled.town) as town,
        any_value(labelled.village) as village
    from exceeding
    inner join {{ ref('int_unit__labelled') }} as labelled on exceeding.household_id = labelled.household_id
    inner join {{ ref('int_asset__itemised') }} as items
        on exceeding.household_id = items.household_id and items.feed = 'deposit' and items.is_counted
    group by exceeding.household_id
)

{{ finding_of_household('deposit_over_limit') }}
