-- What a unit declares stands on every one of its rows. Where rows disagree, the value on more than half of them
-- speaks, else the head's row, else the most frequent (ties: the value that sorts first); the disagreement is
-- counted.
with

{% set robust_columns = {
    'area_type': 'varchar', 'town': 'varchar', 'village': 'varchar', 'programme': 'varchar',
    'applied_on': 'date', 'authorised_on': 'date', 'covered_count': 'bigint',
    'declared_income_per_capita': 'decimal(14, 2)', 'declared_wage_income': 'decimal(14, 2)',
    'declared_business_income': 'decimal(14, 2)', 'declared_property_income': 'decimal(14, 2)',
    'declared_transfer_income': 'decimal(14, 2)', 'declared_vehicles': 'bigint', 'declared_properties': 'bigint',
    'declared_deposit': 'decimal(14, 2)',
} %}

heads as (
    select
        membered.household_id,
        membered.row_id,
        membered.person_id,
        membered.name
    from {{ ref('int_unit__membered') }} as membered
    inner join {{ ref('int_unit__delivered') }} as delivered on membered.row_id = delivered.row_id
    where delivered.is_head or delivered.name = delivered.head_name
    qualify row_number() over (
        partition by membered.household_id
        order by
            delivered.id_number = delivered.head_id_number desc nulls last,
            delivered.is_head desc,
            membered.is_member desc,
            membered.row_id asc
    ) = 1
),

-- The head that the rows name without being one of them.
named_heads as (
    select
        delivered.household_id,
        linked.person_id,
        min(delivered.head_name) as name
    from {{ ref('int_unit__delivered') }} as delivered
    inner join {{ ref('int_row__linked') }} as linked on delivered.row_id = linked.row_id and linked.role = 'head'
    group by delivered.household_id, linked.person_id
    qualify row_number() over (partition by delivered.household_id order by count(*) desc, linked.person_id) = 1
),

-- A unit's members declare for it; rows that have left it (停保) speak only where nobody else is left.
speaking as (
    select
        delivered.*,
        coalesce(delivered.row_id = heads.row_id, false) as is_head_row
    from {{ ref('int_unit__delivered') }} as delivered
    left join heads on delivered.household_id = heads.household_id
    qualify delivered.is_member or not bool_or(delivered.is_member) over (partition by delivered.household_id)
),

statements as (
    {% for column in robust_columns %}
        select
            household_id,
            '{{ column }}' as attribute,
            cast({{ column }} as varchar) as stated,
            is_head_row
        from speaking
        where {{ column }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select
        household_id,
        attribute,
        stated,
        count(*) as times,
        sum(count(*)) over (partition by household_id, attribute) as statement_count,
        bool_or(is_head_row) as is_said_by_head
    from statements
    group by household_id, attribute, stated
),

chosen as (
    select
        household_id,
        attribute,
        stated,
        count(*) over (partition by household_id, attribute) > 1 as is_conflicting
    from counted
    qualify row_number() over (
        partition by household_id, attribute
        order by 2 * times > statement_count desc, is_said_by_head desc, times desc, stated asc
    ) = 1
),

units as (
    select
        household_id,
        any_value(case_feed) as case_feed,
        any_value(case_number) as case_number
    from {{ ref('int_unit__delivered') }}
    group by household_id
),

described as (
    select
        household_id,
        {% for column, type in robust_columns.items() %}
            cast(max(stated) filter (where attribute = '{{ column }}') as {{ type }}) as {{ column }},
        {% endfor %}
        list(attribute order by attribute) filter (where is_conflicting) as conflicting_columns
    from chosen
    group by household_id
),

-- Declared values that no row of the unit has in a readable form, though one tried.
unreadable as (
    select
        problems.household_id,
        list(distinct problems.column_name order by problems.column_name) as unreadable_columns
    from (
        select
            household_id,
            unnest(list_transform(problems, lambda problem: problem.column_name)) as column_name
        from speaking
    ) as problems
    left join chosen on problems.household_id = chosen.household_id and problems.column_name = chosen.attribute
    where
        chosen.household_id is null
        and problems.column_name in (
            '{{ robust_columns | join("', '") }}'
        )
    group by problems.household_id
),

counts as (
    select
        household_id,
        count(distinct person_id) filter (where is_member) as declared_count
    from {{ ref('int_unit__membered') }}
    group by household_id
)

select
    units.case_feed,
    units.case_number,
    units.household_id,
    coalesce(heads.person_id, named_heads.person_id) as head_person_id,
    heads.row_id as head_row_id,
    coalesce(heads.name, named_heads.name) as head_name,
    described.area_type,
    described.town,
    described.village,
    described.programme,
    described.applied_on,
    described.authorised_on,
    units.case_feed != 'application' or coalesce(described.authorised_on <= run.as_of, false) as is_authorised,
    described.declared_income_per_capita,
    described.declared_wage_income,
    described.declared_business_income,
    described.declared_property_income,
    described.declared_transfer_income,
    described.declared_vehicles,
    described.declared_properties,
    described.declared_deposit,
    described.covered_count,
    coalesce(counts.declared_count, 0) as declared_count,
    coalesce(described.conflicting_columns, cast([] as varchar[])) as conflicting_columns,
    coalesce(unreadable.unreadable_columns, cast([] as varchar[])) as unreadable_columns
from units
left join described on units.household_id = described.household_id
left join heads on units.household_id = heads.household_id
left join named_heads on units.household_id = named_heads.household_id
left join unreadable on units.household_id = unreadable.household_id
left join counts on units.household_id = counts.household_id
cross join {{ source('raw', 'run_context') }} as run
