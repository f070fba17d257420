-- Two grades of a unit, A to D. evidence_grade, how well identities and figures are supported: A, every member
-- row and every register row carries that person's own ID number · B, every member row does, but a register or
-- cremation row was matched without · C, some member row was matched without one, though the person owns a
-- number by other rows · D, some member owns no ID number in any feed, or there is no member.
-- data_quality_grade, how well the unit's rows are filled in: A, nothing to say · B, a cell that could not be
-- read, a blank declared income, a covered count that does not fit or rows that disagree in something that
-- decides nothing, or a member graded B · C, rows disagree in a declared income, the area type, programme or
-- authorisation, or there is not one head, or a member graded C or D · D, one of these or a status cannot be read or is
-- missing altogether.
with

{% set income_columns = [
    'declared_wage_income', 'declared_business_income', 'declared_property_income', 'declared_transfer_income',
] %}
{% set incomes = "'" ~ income_columns | join("', '") ~ "'" %}

members as (
    select
        membered.household_id,
        count(*) as row_count,
        count(*) filter (where not membered.is_certain) as uncertain_count,
        count(*) filter (where own.person_id is null) as numberless_count,
        count(*) filter (where membered.cremation_row_id is not null and not membered.is_death_certain)
            as uncertain_death_count
    from {{ ref('int_unit__membered') }} as membered
    left join {{ source('matched', 'person_id_number') }} as own on membered.person_id = own.person_id
    where membered.is_member
    group by membered.household_id
),

register_rows as (
    select
        household_id,
        is_certain
    from {{ ref('int_income__itemised') }}
    union all
    select
        household_id,
        is_certain
    from {{ ref('int_asset__itemised') }}
),

uncertain_registers as (
    select
        household_id,
        count(*) as row_count
    from register_rows
    where not is_certain
    group by household_id
),

problem_rows as (
    select
        household_id,
        count(*) filter (where len(problems) > 0) as problem_count
    from {{ ref('int_unit__delivered') }}
    group by household_id
),

member_grades as (
    select
        household_id,
        max(data_quality_grade) as worst
    from {{ ref('int_unit__member_graded') }}
    group by household_id
)

select
    declared.household_id,
    case
        when coalesce(members.row_count, 0) = 0 or members.numberless_count > 0 then 'D'
        when members.uncertain_count > 0 then 'C'
        when members.uncertain_death_count > 0 or uncertain_registers.row_count > 0 then 'B'
        else 'A'
    end as evidence_grade,
    case
        when
            counted.unreadable_status_count > 0
            or list_has_any(declared.unreadable_columns, [{{ incomes }}, 'area_type', 'programme', 'authorised_on'])
            or (declared.case_feed != 'tekun' and (declared.area_type is null or declared.programme is null))
            then 'D'
        when
            list_has_any(declared.conflicting_columns, [{{ incomes }}, 'area_type', 'programme', 'authorised_on'])
            or declared.head_person_id is null
            or counted.head_count > 1
            or member_grades.worst in ('C', 'D')
            then 'C'
        when
            problem_rows.problem_count > 0
            or len(declared.conflicting_columns) > 0
            or declared.covered_count != declared.declared_count
            or (
                declared.case_feed != 'tekun'
                and (
                    declared.declared_wage_income is null
                    or declared.declared_business_income is null
                    or declared.declared_property_income is null
                    or declared.declared_transfer_income is null
                )
            )
            or member_grades.worst = 'B'
            then 'B'
        else 'A'
    end as data_quality_grade
from {{ ref('int_unit__declared') }} as declared
inner join {{ ref('int_unit__counted') }} as counted on declared.household_id = counted.household_id
left join members on declared.household_id = members.household_id
left join uncertain_registers on declared.household_id = uncertain_registers.household_id
left join problem_rows on declared.household_id = problem_rows.household_id
left join member_grades on declared.household_id = member_grades.household_id
