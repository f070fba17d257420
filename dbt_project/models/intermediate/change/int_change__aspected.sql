-- What changed of a household: codes of findings that are new, gone, or judged otherwise (certain, or a verdict); and
-- 'unit', where the household itself came, went, or has another outcome without any of these.
with

coded as (
    select
        household_id,
        unnest(list_concat(
            list_filter(codes_after, lambda code: not list_contains(codes_before, code)),
            list_filter(codes_before, lambda code: not list_contains(codes_after, code))
        )) as aspect
    from {{ ref('int_change__compared') }}
),

rejudged_findings as (
    select
        after.code,
        after.household_feed || ':' || after.household_case as household_id,
        after.person_ids
    from {{ ref('finding') }} as after
    inner join {{ source('previous', 'finding_before') }} as before on after.finding_id = before.finding_id
    where after.certain != before.certain or after.state != before.state
),

rejudged as (
    select
        compared.household_id,
        findings.code as aspect
    from {{ ref('int_change__compared') }} as compared
    inner join rejudged_findings as findings
        on
            compared.household_id = findings.household_id
            or (findings.household_id is null and list_has_any(compared.members_after, findings.person_ids))
    where compared.outcome_before != compared.outcome_after
),

aspects as (
    select * from coded
    union
    select * from rejudged
)

select * from aspects
union all
select
    compared.household_id,
    'unit' as aspect
from {{ ref('int_change__compared') }} as compared
where
    compared.kind_of_change in ('added', 'removed')
    or compared.household_id not in (select aspects.household_id from aspects)
