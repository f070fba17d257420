-- Verified income of a unit a month: wages (else the declared wage), declared business and property income, and
-- the larger of the declared transfer income and pensions + fishing-ban living subsidy; over the living members.
-- The same sum made of certain rows alone says what stands without any uncertain match. Amounts are rounded to
-- cents as they are published.
with

{% set incomes = ['wage', 'business', 'property', 'transfer'] %}
{% set sums = [('', 'true'), ('certain_', 'is_certain')] %}

found as (
    select
        household_id,
        {% for prefix, condition in sums %}
            round(sum(counted_amount) filter (where income_source = 'wage' and {{ condition }}), 2) as {{ prefix }}wage,
            round(sum(counted_amount) filter (where income_source = 'social_insurance' and {{ condition }}), 2)
                as {{ prefix }}pension,
            round(sum(counted_amount) filter (where income_source = 'fishing_compensation' and {{ condition }}), 2)
                as {{ prefix }}fishing_subsidy,
        {% endfor %}
        max(period) filter (where income_source = 'wage') as wage_period,
        round(sum(monthly_share - counted_amount) filter (where treatment != 'unknown'), 2) as exempt_amount,
        round(sum(monthly_share) filter (where is_unreadable), 2) as unreadable_amount,
        min(match_probability) filter (where counted_amount > 0) as match_probability
    from {{ ref('int_income__itemised') }}
    group by household_id
),

components as (
    select
        declared.household_id,
        counted.living_count,
        counted.certain_divisor,
        coalesce(declared.declared_business_income, 0) as business_income,
        coalesce(declared.declared_property_income, 0) as property_income,
        {% for prefix, _ in sums %}
            cast(coalesce(found.{{ prefix }}wage, declared.declared_wage_income, 0) as decimal(14, 2))
                as {{ prefix }}wage_income,
            cast(coalesce(found.{{ prefix }}pension, 0) as decimal(14, 2)) as {{ prefix }}pension_income,
            cast(coalesce(found.{{ prefix }}fishing_subsidy, 0) as decimal(14, 2)) as {{ prefix }}fishing_subsidy,
            cast(greatest(
                coalesce(declared.declared_transfer_income, 0),
                coalesce(found.{{ prefix }}pension, 0) + coalesce(found.{{ prefix }}fishing_subsidy, 0)
            ) as decimal(14, 2)) as {{ prefix }}transfer_income,
        {% endfor %}
        found.wage is not null as is_wage_verified,
        {% for income in incomes %}
            case when declared.declared_{{ income }}_income is null then '（未申报）' else '（申报）' end
                as {{ income }}_origin,
        {% endfor %}
        coalesce(found.pension, 0) + coalesce(found.fishing_subsidy, 0)
        > coalesce(declared.declared_transfer_income, 0) as is_transfer_verified,
        found.wage_period,
        cast({{ limit_in_force('fishing_window') }} as integer) as fishing_months,
        cast(coalesce(found.exempt_amount, 0) as decimal(14, 2)) as exempt_amount,
        cast(coalesce(found.unreadable_amount, 0) as decimal(14, 2)) as unreadable_amount,
        coalesce(found.match_probability, 1) as match_probability
    from {{ ref('int_unit__declared') }} as declared
    inner join {{ ref('int_unit__standardised') }} as standardised
        on declared.household_id = standardised.household_id and standardised.is_income_verified
    inner join {{ ref('int_unit__counted') }} as counted on declared.household_id = counted.household_id
    left join found on declared.household_id = found.household_id
)

select
    * exclude (wage_origin, business_origin, property_origin, transfer_origin),
    '构成（每月）：工资' || {{ yuan('wage_income') }} || case
        when is_wage_verified then coalesce('（' || wage_period || '工资登记）', '（工资登记）') else wage_origin
    end
    || '、经营' || {{ yuan('business_income') }} || business_origin || '、财产' || {{ yuan('property_income') }}
    || property_origin || '、转移'
    || {{ yuan('transfer_income') }} || case
        when is_transfer_verified
            then
                '（计入的养老金'
                || {{ yuan('pension_income') }}
                || '，近'
                || fishing_months
                || '个月过渡期生活补助月均'
                || {{ yuan('fishing_subsidy') }}
                || '）'
        else transfer_origin
    end
    || '，合计'
    || {{ yuan('wage_income + business_income + property_income + transfer_income') }}
    || '，由'
    || living_count
    || '名在世成员分摊。' as composition,
    cast(wage_income + business_income + property_income + transfer_income as decimal(14, 2)) as household_income,
    cast(round(
        (wage_income + business_income + property_income + transfer_income) / nullif(living_count, 0), 2
    ) as decimal(14, 2)) as income_per_capita,
    cast(round(
        (certain_wage_income + business_income + property_income + certain_transfer_income)
        / nullif(certain_divisor, 0),
        2
    ) as decimal(14, 2)) as certain_income_per_capita
from components
