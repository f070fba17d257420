-- The living members own more distinct 住宅 units in status 现势 than the limit (two or more by default).
{{ finding_of_things(
    'property_over_limit', 'real_estate', 'home', 'home', '的成员名下有现势住宅', '套',
    '请核实房屋是否为共有、继承未分割、危房或拆迁安置，再作结论。'
) }}
