-- Every source row that a unit's published figures rest on, and the step that used it.
select
    household_id,
    row_id,
    'member' as step
from {{ ref('int_unit__membered') }}

union

select
    household_id,
    cremation_row_id as row_id,
    'death' as step
from {{ ref('int_unit__membered') }}
where cremation_row_id is not null

union

select
    household_id,
    standard_row_id as row_id,
    'standard' as step
from {{ ref('int_unit__standardised') }}
where standard_row_id is not null

union

select
    household_id,
    row_id,
    'income:' || income_source as step
from {{ ref('int_income__itemised') }}

union

select
    household_id,
    row_id,
    'asset:' || feed as step
from {{ ref('int_asset__itemised') }}
