-- Rendered from the contracts by dbt_project/render_staging.py; change the contracts, not this.
{{ config(tags=['before_matching']) }}
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_reference__admin_division') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__adoption') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__application') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_reference__assistance_standard') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__business') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__cremation') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__deposit') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__dibao') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__disability') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__elderly_allowance') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_fishing_ban__fisher') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_fishing_ban__fishing_compensation') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__homecare_subsidy') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__marriage') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__nursing_subsidy') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__orphan') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__payment') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_rural_revitalisation__poverty_household') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__real_estate') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__social_insurance') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__tekun') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_civil_affairs__temporary_assistance') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__vehicle') }}
union all
select
    row_id,
    feed,
    delivery,
    file,
    sheet,
    row_number,
    row_sha256,
    disposition,
    problems
from {{ ref('stg_economic_status__wage') }}
