select
    link.mention_id,
    link.row_id,
    delivered.feed,
    link.role,
    link.person_id,
    link.match_probability,
    link.link_method,
    link.id_number_status,
    coalesce(link.owns_id_number, false) as owns_id_number,
    delivered.disposition
from {{ source('matched', 'person_link') }} as link
inner join {{ ref('int_row__delivered') }} as delivered on link.row_id = delivered.row_id
