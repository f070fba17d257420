-- The standard in force for a unit: of the programme that its kind is measured by, by area type. A unit whose area
-- type is missing has a standard only where town and country have the same one.
with

programmes as ({{ in_force('unit_programme') }}),

measured as (
    select
        declared.household_id,
        programmes.standard_programme,
        programmes.is_income_verified and declared.is_authorised as is_income_verified,
        coalesce(programmes.standard_area_type, declared.area_type) as area_type
    from {{ ref('int_unit__declared') }} as declared
    left join programmes on declared.case_feed = programmes.case_feed
),

-- More than one row per unit only where the area type is missing.
possible as (
    select
        measured.household_id,
        min(standards.standard) as lowest,
        max(standards.standard) as standard,
        max(standards.effective_from) as effective_from,
        min(standards.row_id) as row_id,
        bool_or(standards.is_ambiguous) as is_ambiguous
    from measured
    inner join {{ ref('int_standard__selected') }} as standards
        on
            measured.standard_programme = standards.programme
            and coalesce(measured.area_type, standards.area_type) = standards.area_type
    group by measured.household_id
)

select
    measured.household_id,
    measured.standard_programme,
    measured.area_type,
    coalesce(measured.is_income_verified, false) as is_income_verified,
    possible.standard,
    possible.effective_from,
    possible.row_id as standard_row_id,
    coalesce(possible.is_ambiguous, false) as is_standard_ambiguous
from measured
left join possible on measured.household_id = possible.household_id and possible.lowest = possible.standard
