-- Every rule in force has exactly one row that says which document clears its finding, and every way to object has one
-- row in force: a report that could not say either would leave a family without an answer. The message says which seed
-- and key to mend.
with

keys as (
    select
        'clearing_document' as seed,
        code as policy_key
    from ({{ in_force('finding_rule') }}) as rules

    union all

    select distinct
        'objection_route' as seed,
        route as policy_key
    from {{ ref('objection_route') }}
),

rows_in_force as (
    select
        'clearing_document' as seed,
        code as policy_key
    from ({{ in_force('clearing_document') }}) as documents

    union all

    select
        'objection_route' as seed,
        route as policy_key
    from ({{ in_force('objection_route') }}) as routes
)

select
    keys.seed,
    keys.policy_key,
    '政策表 seeds/' || keys.seed || '.csv 中 ' || keys.policy_key || ' 在业务日期应有且只有一行有效，请补上该行或检查 valid_from 与 valid_to。'
        as message
from keys
left join rows_in_force on keys.seed = rows_in_force.seed and keys.policy_key = rows_in_force.policy_key
group by keys.seed, keys.policy_key
having count(rows_in_force.policy_key) != 1
