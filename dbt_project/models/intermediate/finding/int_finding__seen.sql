-- Every finding that this release or an earlier one has shown: what a verdict was on, when the finding itself is gone.
with

shown as (
    {% for relation in ['finding', 'further_finding'] %}
        select
            finding_id,
            code,
            title
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from shown
union all
select
    before.finding_id,
    before.code,
    before.title
from {{ source('previous', 'finding_seen_before') }} as before
where before.finding_id not in (select shown.finding_id from shown)
