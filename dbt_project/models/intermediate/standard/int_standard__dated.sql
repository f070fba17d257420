-- Every standard with the months in which it is in force, by programme and area type. One delivered without an
-- area type holds for both. Of two figures for one month the higher one speaks.
with

areas as (
    select unnest(['城市', '农村']) as area_type
),

standards as (
    select
        standard.programme,
        areas.area_type,
        standard.effective_from,
        max(standard.monthly_standard) as standard,
        arg_min(standard.row_id, (-standard.monthly_standard, standard.row_id)) as row_id
    from {{ ref('stg_reference__assistance_standard') }} as standard
    inner join areas
        on
            standard.area_type = areas.area_type
            or (standard.area_type is null and nullif(trim(standard.area_type_delivered), '') is null)
    where standard.disposition = 'accepted' and standard.monthly_standard > 0
    group by standard.programme, areas.area_type, standard.effective_from
)

select
    programme,
    area_type,
    standard,
    row_id,
    effective_from,
    lead(effective_from) over (partition by programme, area_type order by effective_from) as superseded_from
from standards
