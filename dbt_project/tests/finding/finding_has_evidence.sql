-- Every finding names source rows, and every row that it names was delivered.
{% for relation in ['finding', 'further_finding'] %}
    select
        finding_id,
        code,
        len(evidence_row_ids) as named,
        coalesce(len(evidence), 0) as delivered
    from {{ ref(relation) }}
    where coalesce(len(evidence), 0) = 0 or len(evidence) != len(evidence_row_ids)
    {% if not loop.last %}union all{% endif %}
{% endfor %}
