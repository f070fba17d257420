-- Of several cremation records of one person the certain ones speak first, then the latest date: it accuses least.
select
    linked.person_id,
    cremation.died_on,
    cremation.row_id,
    linked.owns_id_number as is_certain,
    linked.match_probability
from {{ ref('stg_civil_affairs__cremation') }} as cremation
inner join {{ ref('int_row__linked') }} as linked
    on cremation.row_id = linked.row_id and linked.role = 'self'
cross join {{ source('raw', 'run_context') }} as run
where
    cremation.disposition = 'accepted'
    and cremation.died_on <= run.as_of
qualify row_number() over (
    partition by linked.person_id
    order by linked.owns_id_number desc, cremation.died_on desc, cremation.row_id asc
) = 1
