-- What changed since the release before, per household, and because of what.
with

causes as (
    select
        household_id,
        list(cause_kind order by place, cause) as cause_kind,
        list(cause order by place, cause) as cause
    from {{ ref('int_change__caused') }}
    group by household_id
)

select
    compared.household_id,
    compared.case_feed,
    compared.case_number,
    compared.town,
    compared.village,
    compared.kind_of_change,
    compared.outcome_before,
    compared.outcome_after,
    compared.codes_before as finding_codes_before,
    compared.codes_after as finding_codes_after,
    list_filter(compared.codes_after, lambda code: not list_contains(compared.codes_before, code)) as finding_codes_new,
    list_filter(compared.codes_before, lambda code: not list_contains(compared.codes_after, code))
        as finding_codes_gone,
    list_filter(compared.codes_after, lambda code: list_contains(compared.codes_before, code)) as finding_codes_open,
    causes.cause_kind,
    causes.cause,
    release.as_of as previous_as_of,
    run.as_of
from {{ ref('int_change__compared') }} as compared
inner join causes on compared.household_id = causes.household_id
cross join {{ source('previous', 'release_before') }} as release
cross join {{ source('raw', 'run_context') }} as run
order by compared.household_id
