-- Rendered from the contracts by dbt_project/render_staging.py; change the contracts, not this.
-- A row that its office took back is none of these: nothing is missing.
with

held as (
    select
        row_id,
        feed,
        'child' as role,
        child_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__adoption') }}
    where disposition = 'quarantined' and child_id_number is not null

    union all

    select
        row_id,
        feed,
        'adopter' as role,
        adopter_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__adoption') }}
    where disposition = 'quarantined' and adopter_id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__application') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'head' as role,
        head_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__application') }}
    where disposition = 'quarantined' and head_id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__business') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__cremation') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__deposit') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__dibao') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'head' as role,
        head_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__dibao') }}
    where disposition = 'quarantined' and head_id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__disability') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__elderly_allowance') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_fishing_ban__fisher') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'head' as role,
        head_id_number as id_number,
        problems
    from {{ ref('stg_fishing_ban__fisher') }}
    where disposition = 'quarantined' and head_id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_fishing_ban__fishing_compensation') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__homecare_subsidy') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'husband' as role,
        husband_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__marriage') }}
    where disposition = 'quarantined' and husband_id_number is not null

    union all

    select
        row_id,
        feed,
        'wife' as role,
        wife_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__marriage') }}
    where disposition = 'quarantined' and wife_id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__nursing_subsidy') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__orphan') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'guardian' as role,
        guardian_id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__orphan') }}
    where disposition = 'quarantined' and guardian_id_number is not null

    union all

    select
        row_id,
        feed,
        'payee' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__payment') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_rural_revitalisation__poverty_household') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'head' as role,
        head_id_number as id_number,
        problems
    from {{ ref('stg_rural_revitalisation__poverty_household') }}
    where disposition = 'quarantined' and head_id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__real_estate') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__social_insurance') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__tekun') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_civil_affairs__temporary_assistance') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__vehicle') }}
    where disposition = 'quarantined' and id_number is not null

    union all

    select
        row_id,
        feed,
        'self' as role,
        id_number as id_number,
        problems
    from {{ ref('stg_economic_status__wage') }}
    where disposition = 'quarantined' and id_number is not null
)

select
    held.row_id,
    held.feed,
    held.role,
    own.person_id
from held
inner join {{ source('matched', 'person_id_number') }} as own on held.id_number = own.id_number
where not {{ is_withdrawn('held.problems') }}
