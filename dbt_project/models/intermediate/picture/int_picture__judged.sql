-- How often caseworkers found a finding to be so, by code: also of findings that are gone, for what was confirmed has
-- mostly been put right.
select
    seen.code,
    any_value(seen.title) as title,
    count(*) as verdict_count,
    count(*) filter (where verdict.verdict = 'confirmed') as confirmed_count
from {{ ref('int_finding__seen') }} as seen
inner join {{ source('matched', 'finding_verdict') }} as verdict on seen.finding_id = verdict.finding_id
where verdict.verdict in ('confirmed', 'cleared')
group by seen.code
