-- Every register row of a living member of an authorised unit on vehicles, homes, financial assets and
-- companies. `is_counted` says that the limit's rule counts it; `is_unreadable`, that a value the rule needs
-- could not be read: then it counts nowhere and the register's answer is open. What is registered twice (same
-- item_key) is one thing. A vehicle of a type that nobody knows counts, but is not certain (its owner may
-- be): it may be an exempt one.
with

exempt_vehicles as ({{ in_force('exempt_vehicle_type') }}),

linked as (
    select
        living.household_id,
        living.case_feed,
        living.case_number,
        living.person_id,
        living.row_id as member_row_id,
        living.name,
        register.row_id,
        living.is_certain and register.owns_id_number as is_certain,
        living.is_certain and register.owns_id_number as is_owner_certain,
        least(living.match_probability, register.match_probability) as match_probability
    from {{ ref('int_unit__living') }} as living
    inner join
        {{ ref('int_row__linked') }} as register
        on living.person_id = register.person_id and register.role = 'self'
),

vehicles as (
    select
        linked.* replace (
            linked.is_certain and coalesce({{ is_known_vehicle('vehicle.vehicle_type') }}, false) as is_certain
        ),
        'vehicle' as feed,
        coalesce(vehicle.plate, vehicle.row_id) as item_key,
        coalesce(
            vehicle.vehicle_type
            || case when {{ is_known_vehicle('vehicle.vehicle_type') }} then '' else '，不是已知的车辆类型，可能属于豁免' end,
            '车辆类型不明'
        ) as item,
        cast(null as decimal(14, 2)) as amount,
        coalesce(
            vehicle.status = '正常' and vehicle.vehicle_type is not null and exempt_vehicles.vehicle_type is null, false
        ) as is_counted,
        vehicle.status is null or (vehicle.status = '正常' and vehicle.vehicle_type is null) as is_unreadable
    from linked
    inner join {{ ref('stg_economic_status__vehicle') }} as vehicle on linked.row_id = vehicle.row_id
    left join exempt_vehicles
        on {{ bare_word('vehicle.vehicle_type') }} = exempt_vehicles.spelling
    where vehicle.disposition = 'accepted'
),

homes as (
    select
        linked.*,
        'real_estate' as feed,
        coalesce(estate.unit_number, estate.location, estate.row_id) as item_key,
        coalesce(estate.use, '用途不明') || coalesce(' ' || estate.location, '') as item,
        cast(null as decimal(14, 2)) as amount,
        coalesce(estate.status = '现势' and estate.use = '住宅', false) as is_counted,
        (estate.status is null and coalesce(estate.use = '住宅', true))
        or (estate.status = '现势' and estate.use is null) as is_unreadable
    from linked
    inner join {{ ref('stg_economic_status__real_estate') }} as estate on linked.row_id = estate.row_id
    where estate.disposition = 'accepted'
),

financial_assets as (
    select
        linked.*,
        'deposit' as feed,
        linked.person_id
        || coalesce(deposit.institution, deposit.row_id)
        || coalesce(deposit.asset_type, '')
        || deposit.balance as item_key,
        coalesce(deposit.asset_type, '金融资产') || coalesce('（' || deposit.institution || '）', '') as item,
        deposit.balance as amount,
        deposit.balance is not null as is_counted,
        deposit.balance is null as is_unreadable
    from linked
    inner join {{ ref('stg_economic_status__deposit') }} as deposit on linked.row_id = deposit.row_id
    where deposit.disposition = 'accepted'
),

companies as (
    select
        linked.*,
        'business' as feed,
        coalesce(business.company, business.row_id) as item_key,
        coalesce(business.company, '名称不明') || coalesce('（' || business.role || '）', '') as item,
        cast(null as decimal(14, 2)) as amount,
        coalesce(business.status = '存续' and business.entity_type = '企业' and business.role in ('法定代表人', '股东'), false)
            as is_counted,
        (business.status is null and coalesce(business.entity_type = '企业', true))
        or (business.status = '存续' and business.entity_type is null)
        or (business.status = '存续' and business.entity_type = '企业' and business.role is null) as is_unreadable
    from linked
    inner join {{ ref('stg_economic_status__business') }} as business on linked.row_id = business.row_id
    where business.disposition = 'accepted'
)

select * from vehicles
union all
select * from homes
union all
select * from financial_assets
union all
select * from companies
