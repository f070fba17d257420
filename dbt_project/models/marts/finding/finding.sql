-- All findings of the business date, with their evidence, severity and what caseworkers have said of them before.
{% set codes = [
    'deceased_recipient', 'payment_after_death', 'duplicate_enrolment', 'exclusive_programmes',
    'payment_without_entitlement', 'payment_amount_mismatch', 'shared_account', 'undeclared_spouse', 'adopted_orphan',
    'age_mismatch', 'undeclared_fishing_compensation', 'income_over_limit', 'vehicle_owned', 'property_over_limit',
    'deposit_over_limit', 'business_interest', 'identity_conflict', 'uncovered_hardship', 'member_gap',
    'unauthorised_check'
] %}
with

findings as (
    {% for code in codes %}
        select
            code,
            subject_key,
            person_ids,
            household_feed,
            household_case,
            evidence_row_ids,
            certain,
            match_probability,
            amount,
            parameters,
            message,
            town,
            village
        from {{ ref('int_finding__' ~ code) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rules as ({{ in_force('finding_rule') }}),

identified as (
    select
        left(sha256(code || '|' || subject_key), 24) as finding_id,
        *
    from findings
),

evidenced as (
    select
        named.finding_id,
        list(
            {
                'feed': delivered.feed, 'delivery': delivered.delivery, 'file': delivered.file,
                'sheet': delivered.sheet, 'row_number': delivered.row_number
            }
            order by
                delivered.feed, delivered.delivery, delivered.file, delivered.sheet nulls first, delivered.row_number
        ) as evidence,
        array_to_string(list_sort(list_distinct(list(delivered.row_sha256))), '|') as row_contents
    from (select identified.finding_id, unnest(identified.evidence_row_ids) as row_id from identified) as named
    inner join {{ ref('int_row__delivered') }} as delivered on named.row_id = delivered.row_id
    group by named.finding_id
),

-- What a verdict rests on: the source rows' contents, the figures and whether the identities are certain.
fingerprinted as (
    select
        identified.*,
        evidenced.evidence,
        left(sha256(concat_ws(
            '|', identified.code, identified.subject_key, identified.certain, identified.amount, identified.parameters,
            evidenced.row_contents
        )), 24) as fingerprint
    from identified
    left join evidenced on identified.finding_id = evidenced.finding_id
),

judged as (
    select
        fingerprinted.*,
        case
            when verdict.finding_id is null then 'open'
            when verdict.fingerprint != fingerprinted.fingerprint then 'expired'
            when run.as_of >= verdict.expires_on then 'expired'
            else verdict.verdict
        end as state,
        case
            when verdict.fingerprint != fingerprinted.fingerprint
                then strftime(verdict.decided_on, '%Y年%-m月%-d日') || '的核查结论所依据的数据已有变化，需重新核查。'
            when run.as_of >= verdict.expires_on
                then strftime(verdict.decided_on, '%Y年%-m月%-d日') || '的核查结论已满期限，需重新核查。'
        end as state_reason,
        coalesce(memory.first_seen_as_of, run.as_of) as first_seen_as_of,
        run.rule_version
    from fingerprinted
    cross join {{ source('raw', 'run_context') }} as run
    left join {{ source('matched', 'finding_memory') }} as memory
        on fingerprinted.finding_id = memory.finding_id
    left join {{ source('matched', 'finding_verdict') }} as verdict
        on fingerprinted.finding_id = verdict.finding_id and run.as_of >= verdict.decided_on
)

select
    judged.finding_id,
    judged.code,
    rules.severity,
    rules.title,
    judged.certain,
    judged.person_ids,
    judged.household_feed,
    judged.household_case,
    judged.evidence,
    judged.match_probability,
    judged.amount,
    judged.rule_version,
    judged.parameters,
    judged.message,
    judged.first_seen_as_of,
    judged.state,
    judged.state_reason,
    {{ data_notes('judged') }} as data_notes,
    judged.fingerprint,
    judged.evidence_row_ids,
    judged.town,
    judged.village
from judged
-- A rule that is not in force finds nothing.
inner join rules on judged.code = rules.code
order by judged.code, judged.finding_id
