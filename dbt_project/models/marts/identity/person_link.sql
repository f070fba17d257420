select
    mention.mention_id,
    mention.row_id,
    mention.feed,
    mention.delivery,
    mention.file,
    mention.sheet,
    mention.row_number,
    mention.role,
    link.person_id,
    cast(link.match_probability as double) as match_probability,
    link.link_method,
    mention.id_number_status,
    coalesce(link.owns_id_number, false) as owns_id_number,
    mention.is_repeat
-- From the mentions, so that one that was never linked shows as a person_id of null, which the test refuses.
from {{ ref('int_person__mentioned') }} as mention
left join {{ source('matched', 'person_link') }} as link on mention.mention_id = link.mention_id
