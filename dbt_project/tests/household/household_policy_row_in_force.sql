-- For every key of a policy seed on households exactly one row is in force on the business date, and every row
-- says where it comes from and whether the bureau has confirmed it. The message says which seed and key to mend.
{% set keys = {
    'unit_programme': 'case_feed', 'household_limit': 'limit_code', 'deciding_feed': 'feed', 'outcome_rule': 'code',
    'exempt_vehicle_type': 'spelling', 'income_treatment': "income_source || coalesce(' ' || item, '')",
} %}
with

policies as (
    {% for seed, key in keys.items() %}
        select
            '{{ seed }}' as seed,
            {{ key }} as policy_key,
            valid_from,
            valid_to,
            source,
            status
        from {{ ref(seed) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    policies.seed,
    policies.policy_key,
    '政策表 seeds/' || policies.seed || '.csv 中 ' || policies.policy_key || ' 在 ' || run.as_of
    || ' 应有且只有一行有效，并写明来源和是否已确认，请检查 valid_from、valid_to、source、status。' as message
from policies
cross join {{ source('raw', 'run_context') }} as run
group by policies.seed, policies.policy_key, run.as_of
having
    count(*) filter (
        where run.as_of >= policies.valid_from and (policies.valid_to is null or run.as_of <= policies.valid_to)
    ) != 1
    or bool_or(
        policies.source is null or policies.status is null or policies.status not in ('to be confirmed', 'confirmed')
    )
