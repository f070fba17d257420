-- For every key of a dated policy seed exactly one row is in force on the business date: none would silence a rule
-- without a word, two would judge one month by two standards. The message says which seed and key to mend.
{% set keys = {
    'finding_rule': 'code', 'further_finding_rule': 'code', 'age_limit': 'applies_to', 'review_period': 'benefit_class',
    'heavy_disability': 'grade',
    'programme_exclusion': "least(programme, excluded_programme) || '–' || greatest(programme, excluded_programme)",
    'benefit_reduction': "least(programme, other_programme) || '–' || greatest(programme, other_programme)",
} %}
with

policies as (
    {% for seed, key in keys.items() %}
        select
            '{{ seed }}' as seed,
            {{ key }} as policy_key,
            valid_from,
            valid_to
        from {{ ref(seed) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
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
