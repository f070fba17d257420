select
    pair.pair_id,
    {% for side in ['l', 'r'] %}
        pair.mention_id_{{ side }},
        mention_{{ side }}.row_id as row_id_{{ side }},
        mention_{{ side }}.feed as feed_{{ side }},
        mention_{{ side }}.delivery as delivery_{{ side }},
        mention_{{ side }}.file as file_{{ side }},
        mention_{{ side }}.sheet as sheet_{{ side }},
        mention_{{ side }}.row_number as row_number_{{ side }},
        mention_{{ side }}.role as role_{{ side }},
        pair.person_id_{{ side }},
    {% endfor %}
    cast(pair.probability as double) as probability,
    cast(pair.match_weight as double) as match_weight,
    cast(pair.weights as varchar) as weights,
    pair.explanation,
    cast(pair.conflicts as varchar) as conflicts,
    -- The office that knows the place asks; a row of a register without places goes where its counterpart points.
    coalesce(mention_l.town, mention_r.town, person_l.town, person_r.town) as town,
    'open' as state
from {{ source('matched', 'duplicate_candidate') }} as pair
inner join {{ ref('int_person__mentioned') }} as mention_l on pair.mention_id_l = mention_l.mention_id
inner join {{ ref('int_person__mentioned') }} as mention_r on pair.mention_id_r = mention_r.mention_id
left join {{ ref('person') }} as person_l on pair.person_id_l = person_l.person_id
left join {{ ref('person') }} as person_r on pair.person_id_r = person_r.person_id
