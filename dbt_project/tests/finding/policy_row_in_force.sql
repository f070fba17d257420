-- For every key of a dated policy seed exactly one row is in force on the business date: none would silence a rule
-- without a word, two would judge one month by two standards. The message says which seed and key to mend.
with

policies as (
    select
        'finding_rule' as seed,
        code as policy_key,
        valid_from,
        valid_to
    from {{ ref('finding_rule') }}

    union all

    select
        'age_limit' as seed,
        applies_to as policy_key,
        valid_from,
        valid_to
    from {{ ref('age_limit') }}

    union all

    select
        'programme_exclusion' as seed,
        least(programme, excluded_programme) || '–' || greatest(programme, excluded_programme) as policy_key,
        valid_from,
        valid_to
    from {{ ref('programme_exclusion') }}
)

select
    policies.seed,
    policies.policy_key,
    run.as_of,
    count(*) filter (
        where run.as_of >= policies.valid_from and (policies.valid_to is null or run.as_of <= policies.valid_to)
    ) as rows_in_force,
    '政策表 seeds/' || policies.seed || '.csv 中 ' || policies.policy_key || ' 在 ' || run.as_of
    || ' 应有且只有一行有效，请检查 valid_from 与 valid_to。' as message
from policies
cross join {{ source('raw', 'run_context') }} as run
group by policies.seed, policies.policy_key, run.as_of
having rows_in_force != 1
