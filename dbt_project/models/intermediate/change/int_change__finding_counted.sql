-- How many findings that no caseworker has cleared are new, gone and still open since the release before, by code.
with

findings_before as (
    select
        finding_id,
        code,
        title
    from {{ source('previous', 'finding_before') }}
    where state != 'cleared'
),

findings_after as (
    select
        finding_id,
        code,
        title
    from {{ ref('finding') }}
    where state != 'cleared'
),

standing as (
    select
        coalesce(findings_after.code, findings_before.code) as code,
        coalesce(findings_after.title, findings_before.title) as title,
        findings_before.finding_id is not null as is_before,
        findings_after.finding_id is not null as is_after
    from findings_after
    full outer join findings_before on findings_after.finding_id = findings_before.finding_id
    where exists (select 1 from {{ source('previous', 'release_before') }})
)

select
    code,
    any_value(title) as title,
    count(*) filter (where is_after and not is_before) as new_count,
    count(*) filter (where is_before and not is_after) as gone_count,
    count(*) filter (where is_before and is_after) as open_count
from standing
group by code
order by code
