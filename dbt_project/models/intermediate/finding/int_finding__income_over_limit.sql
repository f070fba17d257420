-- The verified income per member a month exceeds the standard in force (dibao households and applications for dibao).
with

exceeding as (
    select
        income.*,
        standardised.standard,
        standardised.area_type,
        standardised.standard_row_id,
        {{ limit_in_force('income') }} * standardised.standard as income_limit,
        income.certain_income_per_capita > {{ limit_in_force('income') }} * standardised.standard as certain
    from {{ ref('int_income__verified') }} as income
    inner join {{ ref('int_unit__standardised') }} as standardised on income.household_id = standardised.household_id
    inner join {{ ref('int_unit__declared') }} as declared on income.household_id = declared.household_id
    where
        declared.programme = standardised.standard_programme
        and income.income_per_capita > {{ limit_in_force('income') }} * standardised.standard
),

proofs as (
    select
        household_id,
        list(row_id) as row_ids
    from {{ ref('int_income__itemised') }}
    where counted_amount > 0
    group by household_id
),

finding as (
    select
        labelled.case_feed as household_feed,
        labelled.case_number as household_case,
        counted.member_person_ids as person_ids,
        list_sort(list_distinct(list_concat(
            counted.member_row_ids, coalesce(proofs.row_ids, cast([] as varchar[])), [exceeding.standard_row_id]
        ))) as evidence_row_ids,
        exceeding.certain,
        case when exceeding.certain then 1.0 else exceeding.match_probability end as match_probability,
        exceeding.income_per_capita as amount,
        json_object(
            'income_per_capita',
            exceeding.income_per_capita,
            'standard',
            exceeding.standard,
            'members',
            exceeding.living_count,
            'wage_income',
            exceeding.wage_income,
            'wage_period',
            exceeding.wage_period,
            'business_income',
            exceeding.business_income,
            'property_income', exceeding.property_income, 'transfer_income', exceeding.transfer_income
        ) as parameters,
        labelled.label
        || '核实的人均月收入为'
        || {{ yuan('exceeding.income_per_capita') }}
        || '，高于'
        || coalesce(exceeding.area_type, '')
        || '低保标准' || {{ yuan('exceeding.standard') }} || '。' || exceeding.composition
        || '请核对工资、养老金等是否属实、是否已停发，再作结论；各项金额只说明其所属期间，不得据此推算追缴。' as message,
        labelled.town,
        labelled.village
    from exceeding
    inner join {{ ref('int_unit__labelled') }} as labelled on exceeding.household_id = labelled.household_id
    inner join {{ ref('int_unit__counted') }} as counted on exceeding.household_id = counted.household_id
    left join proofs on exceeding.household_id = proofs.household_id
)

{{ finding_of_household('income_over_limit') }}
