-- Every household whose outcome or findings differ from the release before, both sides beside each other. A case that a
-- finding is about and that is no assistance unit (of poverty_household) takes part with its findings alone. Empty on
-- the first night.
{% set sides = {
    'before': (source('previous', 'household_before'), source('previous', 'finding_before')),
    'after': (ref('verified_household'), ref('finding')),
} %}
with

{% for side, (household, finding) in sides.items() %}
    units_{{ side }} as (
        select
            household_id,
            case_feed,
            case_number,
            town,
            village,
            true as is_unit,
            outcome,
            finding_codes,
            undecided_feeds,
            standard,
            member_person_ids
        from {{ household }}

        union all

        select
            household_feed || ':' || household_case as household_id,
            household_feed as case_feed,
            household_case as case_number,
            max(town) as town,
            max(village) as village,
            false as is_unit,
            null as outcome,
            list(distinct code order by code) as finding_codes,
            cast([] as varchar[]) as undecided_feeds,
            null as standard,
            list_sort(list_distinct(flatten(list(person_ids)))) as member_person_ids
        from {{ finding }}
        where
            household_case is not null
            and state != 'cleared'
            and household_feed || ':' || household_case not in (select unit.household_id from {{ household }} as unit)
        group by household_feed, household_case
    ),

{% endfor %}
sides as (
    select
        coalesce(after.household_id, before.household_id) as household_id,
        coalesce(after.case_feed, before.case_feed) as case_feed,
        coalesce(after.case_number, before.case_number) as case_number,
        coalesce(after.town, before.town) as town,
        coalesce(after.village, before.village) as village,
        before.household_id is not null as is_before,
        after.household_id is not null as is_after,
        coalesce(after.is_unit, before.is_unit) as is_unit,
        before.outcome as outcome_before,
        after.outcome as outcome_after,
        coalesce(before.finding_codes, cast([] as varchar[])) as codes_before,
        coalesce(after.finding_codes, cast([] as varchar[])) as codes_after,
        coalesce(before.undecided_feeds, cast([] as varchar[])) as undecided_before,
        coalesce(after.undecided_feeds, cast([] as varchar[])) as undecided_after,
        before.standard as standard_before,
        after.standard as standard_after,
        coalesce(before.member_person_ids, cast([] as varchar[])) as members_before,
        coalesce(after.member_person_ids, cast([] as varchar[])) as members_after
    from units_before as before
    full outer join units_after as after on before.household_id = after.household_id
)

select
    sides.*,
    case
        when is_unit and not is_before then 'added'
        when is_unit and not is_after then 'removed'
        when outcome_before != outcome_after then 'outcome_changed'
        else 'findings_changed'
    end as kind_of_change
from sides
where
    exists (select 1 from {{ source('previous', 'release_before') }})
    and (
        is_before != is_after
        or outcome_before is distinct from outcome_after
        or codes_before != codes_after
    )
