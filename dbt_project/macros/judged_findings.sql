{#-
    A table of findings: the models `<models><code>` of all codes together, with their evidence, severity (from the dated
    seed `rules`) and what caseworkers have said of them before. `finding` and `further_finding` are made by this alone.
-#}
{% macro judged_findings(codes, models, rules) %}
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
        from {{ ref(models ~ code) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rules as ({{ in_force(rules) }}),

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
{% endmacro %}
