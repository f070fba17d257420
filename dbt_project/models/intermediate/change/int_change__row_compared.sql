-- One row per changed household and delivered content that it or one of its persons rests on and that differs: `new`
-- (never delivered before), `gone` (not delivered any more), `relinked` (delivered in both, of another person now).
with

findings as (
    select finding_id, code, person_ids, household_feed || ':' || household_case as household_id
    from {{ ref('finding') }}
    union
    select finding_id, code, person_ids, household_feed || ':' || household_case as household_id
    from {{ source('previous', 'finding_before') }}
),

changed_findings as (
    select distinct
        aspected.household_id,
        findings.finding_id,
        findings.person_ids
    from {{ ref('int_change__aspected') }} as aspected
    inner join {{ ref('int_change__compared') }} as compared on aspected.household_id = compared.household_id
    inner join findings
        on
            aspected.aspect = findings.code
            and (
                compared.household_id = findings.household_id
                or (
                    findings.household_id is null
                    and list_has_any(list_concat(compared.members_before, compared.members_after), findings.person_ids)
                )
            )
),

-- What is looked up in the lineage of either release: the household, its persons, the findings that changed.
keys as (
    select household_id, 'verified_household' as extract, household_id as key from {{ ref('int_change__compared') }}
    union
    select household_id, 'person' as extract, unnest(list_concat(members_before, members_after)) as key
    from {{ ref('int_change__compared') }}
    union
    select household_id, 'person' as extract, unnest(person_ids) as key from changed_findings
    union
    select household_id, 'finding' as extract, finding_id as key from changed_findings
),

used as (
    select distinct keys.household_id, lineage.feed, lineage.row_sha256
    from {{ source('previous', 'lineage_before') }} as lineage
    inner join keys on lineage.extract = keys.extract and lineage.key = keys.key
    union
    select distinct keys.household_id, lineage.feed, lineage.row_sha256
    from {{ ref('lineage') }} as lineage
    inner join keys on lineage.extract = keys.extract and lineage.key = keys.key
),

persons_before as (
    select feed, row_sha256, list(distinct key order by key) filter (where extract = 'person') as person_ids
    from {{ source('previous', 'lineage_before') }}
    group by feed, row_sha256
),

persons_after as (
    select feed, row_sha256, list(distinct key order by key) filter (where extract = 'person') as person_ids
    from {{ ref('lineage') }}
    group by feed, row_sha256
),

delivered_after as (
    select
        feed,
        row_sha256,
        max(delivery) as delivery
    from {{ ref('int_row__delivered') }}
    where disposition != 'quarantined'
    group by feed, row_sha256
),

compared as (
    select
        used.household_id,
        used.feed,
        used.row_sha256,
        after.delivery,
        case
            when before.row_sha256 is null then 'new'
            when after.row_sha256 is null then 'gone'
            when
                coalesce(before.person_ids, cast([] as varchar[]))
                != coalesce(persons_after.person_ids, cast([] as varchar[]))
                then 'relinked'
        end as difference
    from used
    left join persons_before as before on used.feed = before.feed and used.row_sha256 = before.row_sha256
    left join persons_after on used.feed = persons_after.feed and used.row_sha256 = persons_after.row_sha256
    left join delivered_after as after on used.feed = after.feed and used.row_sha256 = after.row_sha256
)

select * from compared
where difference is not null
