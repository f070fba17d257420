-- Rendered from the contracts by dbt_project/render_staging.py; change the contracts, not this.
{{ config(tags=['before_matching'], post_hook="{{ export_parquet_as(this, 'person_mention') }}") }}

with

mentions as (
    select
        row_id || '#child' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'child' as role,
        child_name as name,
        child_name_delivered as name_delivered,
        child_id_number as id_number,
        child_id_number_status as id_number_status,
        child_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        child_birth_date as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        registered_on as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__adoption') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#adopter' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'adopter' as role,
        adopter_name as name,
        adopter_name_delivered as name_delivered,
        adopter_id_number as id_number,
        adopter_id_number_status as id_number_status,
        adopter_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        registered_on as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__adoption') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'application:' || case_number as case_key,
        relation_to_head as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__application') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#head' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'head' as role,
        head_name as name,
        head_name_delivered as name_delivered,
        head_id_number as id_number,
        head_id_number_status as id_number_status,
        head_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'application:' || case_number as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__application') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__business') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        address as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        died_on as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__cremation') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__deposit') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        'dibao:' || case_number as case_key,
        relation_to_head as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__dibao') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#head' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'head' as role,
        head_name as name,
        head_name_delivered as name_delivered,
        head_id_number as id_number,
        head_id_number_status as id_number_status,
        head_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'dibao:' || case_number as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__dibao') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        cast(null as varchar) as account_number,
        certificate_number as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__disability') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__elderly_allowance') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'fisher:' || vessel_number as case_key,
        relation_to_head as relation_to_head,
        vessel_number as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_fishing_ban__fisher') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#head' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'head' as role,
        head_name as name,
        head_name_delivered as name_delivered,
        head_id_number as id_number,
        head_id_number_status as id_number_status,
        head_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'fisher:' || vessel_number as case_key,
        cast(null as varchar) as relation_to_head,
        vessel_number as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_fishing_ban__fisher') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        vessel_number as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_fishing_ban__fishing_compensation') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__homecare_subsidy') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#husband' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'husband' as role,
        husband_name as name,
        husband_name_delivered as name_delivered,
        husband_id_number as id_number,
        husband_id_number_status as id_number_status,
        husband_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        event as event,
        registered_on as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__marriage') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#wife' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'wife' as role,
        wife_name as name,
        wife_name_delivered as name_delivered,
        wife_id_number as id_number,
        wife_id_number_status as id_number_status,
        wife_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        event as event,
        registered_on as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__marriage') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__nursing_subsidy') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__orphan') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#guardian' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'guardian' as role,
        guardian_name as name,
        guardian_name_delivered as name_delivered,
        guardian_id_number as id_number,
        guardian_id_number_status as id_number_status,
        guardian_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__orphan') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#payee' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'payee' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        town as town,
        village as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        programme as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__payment') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'poverty_household:' || case_number as case_key,
        relation_to_head as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_rural_revitalisation__poverty_household') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#head' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'head' as role,
        head_name as name,
        head_name_delivered as name_delivered,
        head_id_number as id_number,
        head_id_number_status as id_number_status,
        head_id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        'poverty_household:' || case_number as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_rural_revitalisation__poverty_household') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        'real_estate:' || unit_number as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__real_estate') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        insurance_type as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__social_insurance') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        account_number as account_number,
        cast(null as varchar) as certificate_number,
        'tekun:' || case_number as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__tekun') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        sex as sex,
        birth_date as birth_date,
        town as town,
        village as village,
        group_no as group_no,
        address as address,
        phone as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_civil_affairs__temporary_assistance') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__vehicle') }}
    where disposition in ('accepted', 'repeat')

    union all

    select
        row_id || '#self' as mention_id,
        row_id,
        feed,
        delivery,
        file,
        sheet,
        row_number,
        'self' as role,
        name as name,
        name_delivered as name_delivered,
        id_number as id_number,
        id_number_status as id_number_status,
        id_number_delivered as id_number_delivered,
        cast(null as varchar) as sex,
        cast(null as date) as birth_date,
        cast(null as varchar) as town,
        cast(null as varchar) as village,
        cast(null as varchar) as group_no,
        cast(null as varchar) as address,
        cast(null as varchar) as phone,
        cast(null as varchar) as account_number,
        cast(null as varchar) as certificate_number,
        cast(null as varchar) as case_key,
        cast(null as varchar) as relation_to_head,
        cast(null as varchar) as vessel_number,
        cast(null as varchar) as shared_key,
        cast(null as varchar) as section,
        cast(null as varchar) as event,
        cast(null as date) as event_on,
        disposition = 'repeat' as is_repeat
    from {{ ref('stg_economic_status__wage') }}
    where disposition in ('accepted', 'repeat')
)

select *
from mentions
where name is not null or nullif(trim(id_number_delivered), '') is not null
