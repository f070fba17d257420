-- The standards in force, by programme and area type: the newest up to the month. A standard delivered without an area
-- type holds for both. Two figures for one month: the higher one, the one that accuses less, and the doubt is kept.
with

areas as (
    select unnest(['城市', '农村']) as area_type
),

effective as (
    select
        standard.programme,
        areas.area_type,
        standard.monthly_standard,
        standard.effective_from,
        standard.row_id
    from {{ ref('stg_reference__assistance_standard') }} as standard
    inner join areas
        on
            standard.area_type = areas.area_type
            or (standard.area_type is null and nullif(trim(standard.area_type_delivered), '') is null)
    cross join {{ source('raw', 'run_context') }} as run
    where
        standard.disposition = 'accepted'
        and standard.monthly_standard > 0
        and standard.effective_from <= strftime({{ policy_date() }}, '%Y-%m')
    qualify
        standard.effective_from = max(standard.effective_from) over (partition by standard.programme, areas.area_type)
)

select
    programme,
    area_type,
    max(monthly_standard) as standard,
    max(effective_from) as effective_from,
    arg_min(row_id, (-monthly_standard, row_id)) as row_id,
    min(monthly_standard) != max(monthly_standard) as is_ambiguous
from effective
group by programme, area_type
