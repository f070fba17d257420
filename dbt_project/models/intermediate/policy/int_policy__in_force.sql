-- The policy rows in force on the business date, from every dated seed: what a change of policy is read from.
{% set seeds = {
    'age_limit': ('applies_to', '年龄限制'), 'deciding_feed': ('feed', '决定结论的数据'),
    'exempt_vehicle_type': ('spelling', '豁免的车辆类型'), 'feed_not_applicable': ('feed', '本县不适用的数据'),
    'finding_rule': ('code', '核查规则'),
    'household_limit': ('limit_code', '家庭限额'), 'income_treatment': ('income_source', '收入计算口径'),
    'outcome_rule': ('code', '发现与结论'), 'programme_exclusion': ('programme', '互斥项目表'),
    'unit_programme': ('case_feed', '救助单元与适用标准'),
} %}
{% for seed, (key, title) in seeds.items() %}
    select
        '{{ seed }}' as seed,
        '{{ title }}' as seed_title,
        cast({{ key }} as varchar) as policy_key,
        cast(to_json(policy) as varchar) as content
    from (
        select in_force.* exclude (valid_from, valid_to, source, status)
        from ({{ in_force(seed) }}) as in_force
    ) as policy
    {% if not loop.last %}union all{% endif %}
{% endfor %}
