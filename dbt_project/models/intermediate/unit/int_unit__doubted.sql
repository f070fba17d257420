-- What keeps a unit's outcome open apart from findings: an answer that is missing, stale or not complete, a value that
-- cannot be read and could decide, nobody left alive. One row per unit and reason; each sentence names what would
-- settle it.
with

limits as (
    select
        {{ limit_in_force('income') }} as income,
        {{ limit_in_force('vehicle') }} as vehicle,
        {{ limit_in_force('home') }} as home,
        {{ limit_in_force('company') }} as company
),

-- Whether it was to be declared as income cannot be said of a compensation of unknown kind, however small it is.
unknown_funds as (
    select distinct household_id
    from {{ ref('int_income__itemised') }}
    where income_source = 'fishing_compensation' and item is null
),

authorised as (
    select
        declared.*,
        unknown_funds.household_id is not null as has_unknown_fund,
        counted.living_count,
        counted.unreadable_status_count,
        standardised.standard_programme,
        standardised.area_type as standard_area_type,
        programme.title as programme_title,
        standardised.standard,
        standardised.effective_from as standard_effective_from,
        standardised.is_income_verified,
        standardised.is_standard_ambiguous,
        income.income_per_capita,
        income.household_income,
        income.unreadable_amount,
        totalled.vehicle_count,
        totalled.home_count,
        totalled.company_count,
        totalled.financial_assets,
        totalled.unreadable_vehicle_count,
        totalled.unreadable_home_count,
        totalled.unreadable_company_count,
        standardised.is_income_verified
        and coalesce(declared.programme, standardised.standard_programme)
        = standardised.standard_programme as is_income_limited
    from {{ ref('int_unit__declared') }} as declared
    inner join {{ ref('int_unit__standardised') }} as standardised on declared.household_id = standardised.household_id
    inner join {{ ref('int_unit__counted') }} as counted on declared.household_id = counted.household_id
    inner join {{ ref('int_asset__totalled') }} as totalled on declared.household_id = totalled.household_id
    left join {{ ref('int_income__verified') }} as income on declared.household_id = income.household_id
    left join unknown_funds on declared.household_id = unknown_funds.household_id
    left join {{ ref('programme') }} as programme on standardised.standard_programme = programme.programme
    where declared.is_authorised
),

-- A standard that might be the newer one, were it readable; who is entitled under a lower one is so under a higher.
held_standards as (
    select
        standard.programme,
        standard.area_type,
        standard.monthly_standard,
        standard.effective_from
    from {{ ref('stg_reference__assistance_standard') }} as standard
    cross join {{ source('raw', 'run_context') }} as run
    where
        standard.disposition = 'quarantined'
        and standard.programme is not null
        and coalesce(standard.effective_from <= strftime({{ policy_date() }}, '%Y-%m'), true)
        and not {{ is_withdrawn('standard.problems') }}
),

reasons as (
    select
        household_id,
        'no_living_member' as reason,
        1 as place,
        '没有在世的在册成员，请核实死亡情况和名册' as sentence
    from authorised
    where living_count = 0

    union all

    select
        household_id,
        'unreadable_status' as reason,
        2 as place,
        unreadable_status_count || '名成员的状态无法识别，请在名册中写明在保、渐退或停保' as sentence
    from authorised
    where unreadable_status_count > 0

    union all

    select
        membered.household_id,
        'unreadable_enrolment' as reason,
        3 as place,
        string_agg(distinct programme.title, '、' order by programme.title)
        || '名册中有本户成员的状态无法识别，是否同时享受还不能确定，请在名册中写明在保、渐退或停保' as sentence
    from authorised
    inner join {{ ref('int_unit__membered') }} as membered on authorised.household_id = membered.household_id
    inner join {{ ref('int_enrolment__activated') }} as enrolment
        on membered.person_id = enrolment.person_id and membered.case_feed != enrolment.programme
    inner join {{ ref('programme') }} as programme on enrolment.programme = programme.programme
    where membered.is_member and membered.is_living and enrolment.status is null
    group by membered.household_id

    union all

    select
        answered.household_id,
        'not_asked' as reason,
        4 as place,
        concat_ws(
            '；',
            '缺少' || string_agg(answered.title || '（' || answered.question || '）', '、' order by answered.feed)
            filter (where status.unused_delivery is null) || '数据，从未报送，请向报送部门索取',
            string_agg(answered.title || '（' || answered.question || '）', '、' order by answered.feed)
            filter (where status.unused_delivery is not null) || '数据已报送但未能采用，请报送部门更正'
        ) as sentence
    from {{ ref('int_unit__answered') }} as answered
    left join {{ source('raw', 'feed_status') }} as status on answered.feed = status.feed
    anti join {{ ref('int_unit__held') }} as held
        on answered.household_id = held.household_id and answered.feed = held.feed
    where answered.is_deciding and answered.answer = 'not_asked'
    group by answered.household_id

    union all

    select
        household_id,
        'stale' as reason,
        5 as place,
        string_agg(title || '（' || question || '）', '、' order by feed) || '数据已过期，最近一次报送为'
        || strftime(min(delivered_on), '%Y年%-m月%-d日') || '，请报送部门更新' as sentence
    from {{ ref('int_unit__answered') }}
    where is_deciding and answer = 'stale'
    group by household_id

    union all

    select
        answered.household_id,
        'held_row' as reason,
        6 as place,
        string_agg(
            answered.title || '（' || answered.question || '）有' || held.row_count || '行写到本户成员而未能采用', '、'
            order by answered.feed
        ) || '，请报送部门按回执更正' as sentence
    from {{ ref('int_unit__answered') }} as answered
    inner join {{ ref('int_unit__held') }} as held
        on answered.household_id = held.household_id and answered.feed = held.feed
    where answered.is_deciding
    group by answered.household_id

    union all

    select
        household_id,
        'no_standard' as reason,
        7 as place,
        case
            when area_type is null and case_feed != 'tekun' then '城乡类别缺失，无法确定适用的救助标准，请在名册中补填'
            else
                '没有' || coalesce(standard_area_type, '') || programme_title || '的现行标准，请补报救助标准'
        end as sentence
    from authorised
    where standard is null and (is_income_limited or financial_assets > 0)

    union all

    select
        household_id,
        'ambiguous_standard' as reason,
        8 as place,
        '救助标准同一月份有两个数，暂按较高的计算，请核对救助标准' as sentence
    from authorised
    where is_standard_ambiguous

    union all

    select
        authorised.household_id,
        'held_standard' as reason,
        9 as place,
        '救助标准有' || count(*) || '行未能采用，暂按'
        || coalesce({{ month_words('any_value(authorised.standard_effective_from)') }} || '起的标准', '没有标准')
        || '计算，请报送部门按回执更正' as sentence
    from authorised
    inner join held_standards
        on
            authorised.standard_programme = held_standards.programme
            and coalesce(authorised.standard_area_type = held_standards.area_type, true)
            and coalesce(authorised.standard_effective_from < held_standards.effective_from, true)
            and coalesce(authorised.standard > held_standards.monthly_standard, true)
    where authorised.is_income_limited or authorised.financial_assets > 0
    group by authorised.household_id

    union all

    select
        household_id,
        'unreadable_declaration' as reason,
        10 as place,
        '申报的家庭收入有不能使用的数（负数或无法识别），请更正后重新报送' as sentence
    from authorised
    where
        is_income_limited
        and list_has_any(
            unreadable_columns,
            ['declared_wage_income', 'declared_business_income', 'declared_property_income', 'declared_transfer_income']
        )

    union all

    select
        household_id,
        'unknown_programme' as reason,
        11 as place,
        '申请事项无法识别，收入是否超过限额取决于申请的救助项目，请补填' as sentence
    from authorised
    where programme is null and income_per_capita > standard

    union all

    select
        authorised.household_id,
        'unreadable_register' as reason,
        12 as place,
        '登记数据中有项目无法判断是否计入（'
        || concat_ws(
            '、',
            case
                when
                    unreadable_vehicle_count > 0 and vehicle_count + unreadable_vehicle_count > limits.vehicle
                    then '机动车登记'
            end,
            case when unreadable_home_count > 0 and home_count + unreadable_home_count > limits.home then '不动产登记' end,
            case
                when
                    unreadable_company_count > 0 and company_count + unreadable_company_count > limits.company
                    then '市场主体登记'
            end,
            case
                when has_unknown_fund then '禁捕补偿'
                when
                    is_income_limited
                    and household_income + unreadable_amount > living_count * limits.income * standard
                    and unreadable_amount > 0
                    then '养老金'
            end
        ) || '），请核对其类型和状态' as sentence
    from authorised
    cross join limits
    where
        (unreadable_vehicle_count > 0 and vehicle_count + unreadable_vehicle_count > limits.vehicle)
        or (unreadable_home_count > 0 and home_count + unreadable_home_count > limits.home)
        or (unreadable_company_count > 0 and company_count + unreadable_company_count > limits.company)
        or has_unknown_fund
        or (
            is_income_limited
            and household_income + unreadable_amount > living_count * limits.income * standard
            and unreadable_amount > 0
        )
)

select * from reasons
