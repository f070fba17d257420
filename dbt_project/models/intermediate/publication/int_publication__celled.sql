-- The cells of the public tables with what makes one unfit to be shown. A total leaves the column it runs over null.
with

rules as ({{ in_force('publication_rule') }}),

limits as (
    select
        max(rule_value) filter (where rule_code = 'smallest_count') as smallest_count,
        max(rule_value) filter (where rule_code = 'dominant_share') as dominant_share,
        max(rule_value) filter (where rule_code = 'estimate_margin') as estimate_margin
    from rules
),

-- Which tables are published: by which columns each of their cells is counted.
shapes as (
    select
        shape.breakdown,
        shape.by_town,
        shape.by_group,
        shape.by_item
    from (
        values
        ('benefit', true, false, true), ('benefit', true, false, false), ('benefit', false, false, true),
        ('benefit', false, false, false),
        ('at_risk', true, false, true), ('at_risk', true, false, false), ('at_risk', false, false, true),
        ('at_risk', false, false, false),
        ('finding', true, true, true), ('finding', true, true, false), ('finding', true, false, false),
        ('finding', false, true, true), ('finding', false, true, false), ('finding', false, false, false),
        ('outcome', true, false, true), ('outcome', true, false, false), ('outcome', false, true, true),
        ('outcome', false, true, false), ('outcome', false, false, true), ('outcome', false, false, false)
    ) as shape (breakdown, by_town, by_group, by_item)
),

placed as (
    select
        contributed.breakdown,
        case when shapes.by_town then contributed.town end as town,
        case when shapes.by_group then contributed.item_group end as item_group,
        case when shapes.by_item then contributed.item end as item,
        contributed.household_key,
        contributed.amount
    from {{ ref('int_publication__contributed') }} as contributed
    inner join shapes on contributed.breakdown = shapes.breakdown
),

households as (
    select
        breakdown,
        town,
        item_group,
        item,
        household_key,
        count(*) as unit_count,
        sum(amount) as amount
    from placed
    group by breakdown, town, item_group, item, household_key
),

cells as (
    select
        breakdown,
        town,
        item_group,
        item,
        sum(unit_count) as unit_count,
        count(*) as household_count,
        sum(amount) as amount,
        max(amount, 2) as largest
    from households
    group by breakdown, town, item_group, item
)

select
    cells.breakdown,
    cells.town,
    cells.item_group,
    cells.item,
    cast(cells.unit_count as bigint) as unit_count,
    cells.household_count,
    cells.amount,
    cells.largest[1] as largest_amount,
    -- Fewer households than the smallest count that is shown.
    least(cells.unit_count, cells.household_count) < limits.smallest_count as is_small,
    -- One household has most of the sum, or the second largest could tell the largest too closely.
    cells.largest[1] > 0
    and (
        cells.largest[1] > cells.amount * limits.dominant_share / 100
        or cells.amount - cells.largest[1] - coalesce(cells.largest[2], 0)
        < cells.largest[1] * limits.estimate_margin / 100
    ) as is_dominated
from cells
cross join limits
order by cells.breakdown, cells.town nulls first, cells.item_group nulls first, cells.item nulls first
