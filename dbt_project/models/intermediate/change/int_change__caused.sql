-- Why a household changed: one row per household and difference that bears on it (seed finding_input), in the order of
-- reading. Nothing is guessed: a difference is named only where contents differ. The business date alone is named for a
-- finding that looks at it and for which nothing else differs.
with

titles as (
    select feed, any_value(feed_title) as title from {{ ref('feed_column') }}
    group by feed
),

-- Feeds that bear on an aspect: those that its rule reads; all of them where no rule is noted.
bearing as (
    select aspected.household_id, aspected.aspect, titles.feed
    from {{ ref('int_change__aspected') }} as aspected
    inner join {{ ref('int_change__compared') }} as compared on aspected.household_id = compared.household_id
    cross join titles
    where
        exists (
            select 1 from {{ ref('finding_input') }} as input
            where input.input_kind = 'feed' and input.code = aspected.aspect and input.input = titles.feed
        )
        or (
            aspected.aspect not in (select noted.code from {{ ref('finding_input') }} as noted)
            and (compared.kind_of_change not in ('added', 'removed') or titles.feed = compared.case_feed)
        )
),

deliveries as (
    select
        bearing.household_id,
        bearing.aspect,
        'delivery' as cause_kind,
        '《'
        || titles.title
        || '》'
        || coalesce(coalesce(max(differing.delivery), max(status.delivery)) || '报送：', '不再有可用的报送：')
        || '与本户有关的'
        || concat_ws(
            '、',
            nullif(count(*) filter (where differing.difference = 'new'), 0) || '行新增或改动',
            nullif(count(*) filter (where differing.difference = 'gone'), 0) || '行不再出现或已改动'
        ) as cause
    from bearing
    inner join {{ ref('int_change__row_compared') }} as differing
        on bearing.household_id = differing.household_id and bearing.feed = differing.feed
    inner join titles on bearing.feed = titles.feed
    left join {{ source('raw', 'feed_status') }} as status on bearing.feed = status.feed
    where differing.difference in ('new', 'gone')
    group by bearing.household_id, bearing.aspect, titles.title
),

relinked as (
    select
        bearing.household_id,
        bearing.aspect,
        'identity' as cause_kind,
        '人员归并有变：与本户有关的' || count(*)
        || '行记录，内容未变，现归为另一人' as cause
    from bearing
    inner join {{ ref('int_change__row_compared') }} as differing
        on bearing.household_id = differing.household_id and bearing.feed = differing.feed
    where differing.difference = 'relinked'
    group by bearing.household_id, bearing.aspect
),

-- Verdicts on pairs of rows that joined or parted persons of a household whose rows moved.
judged_persons as (
    select person_id, '经办人认定两份记录是同一人，人员已合并' as cause
    from {{ source('matched', 'person_superseded') }}
    where reason = 'merged_by_verdict'
    union all
    select superseded_by as person_id, '经办人认定两份记录是同一人，人员已合并' as cause
    from {{ source('matched', 'person_superseded') }}
    where reason = 'merged_by_verdict'
    union all
    select person_id, '经办人认定两份记录不是同一人，人员已分开' as cause
    from {{ source('matched', 'person_split') }}
    where reason = 'split_by_verdict'
),

pair_verdicts as (
    select distinct
        relinked.household_id,
        relinked.aspect,
        'verdict' as cause_kind,
        judged_persons.cause
    from relinked
    inner join {{ ref('int_change__compared') }} as compared on relinked.household_id = compared.household_id
    inner join judged_persons
        on list_contains(list_concat(compared.members_before, compared.members_after), judged_persons.person_id)
),

finding_states as (
    select
        after.code,
        after.title,
        after.household_feed || ':' || after.household_case as household_id,
        after.person_ids,
        coalesce(before.state, 'open') as state_before,
        after.state as state_after,
        verdict.decided_on,
        verdict.expires_on,
        verdict.fingerprint = after.fingerprint as is_unchanged
    from {{ ref('finding') }} as after
    left join {{ source('previous', 'finding_before') }} as before on after.finding_id = before.finding_id
    left join {{ source('matched', 'finding_verdict') }} as verdict on after.finding_id = verdict.finding_id
    where coalesce(before.state, 'open') != after.state
),

finding_verdicts as (
    select
        aspected.household_id,
        aspected.aspect,
        case when states.state_after = 'expired' then 'time' else 'verdict' end as cause_kind,
        case
            when states.state_after = 'open' then '疑点“' || states.title || '”原有的核查结论已撤销'
            when states.state_after = 'expired'
                then strftime(states.decided_on, '%Y年%-m月%-d日') || '对疑点“' || states.title || '”的核查结论已满期限'
            else
                strftime(states.decided_on, '%Y年%-m月%-d日') || '的核查结论：疑点“' || states.title || '”'
                || case states.state_after when 'cleared' then '已排除' else '属实' end
        end as cause
    from {{ ref('int_change__aspected') }} as aspected
    inner join {{ ref('int_change__compared') }} as compared on aspected.household_id = compared.household_id
    inner join finding_states as states
        on
            aspected.aspect = states.code
            and (
                compared.household_id = states.household_id
                or (states.household_id is null and list_has_any(compared.members_after, states.person_ids))
            )
    where states.state_after != 'expired' or states.is_unchanged
),

policy_before as (
    select
        seed,
        policy_key,
        string_agg(content, '、' order by content) as content
    from {{ source('previous', 'policy_row_before') }}
    group by seed, policy_key
),

policy_after as (
    select
        seed,
        policy_key,
        any_value(seed_title) as seed_title,
        string_agg(content, '、' order by content) as content
    from {{ ref('int_policy__in_force') }}
    group by seed, policy_key
),

-- A release before that kept no policy rows says nothing of what has changed in them.
changed_policy as (
    select
        coalesce(after.seed, before.seed) as seed,
        coalesce(after.policy_key, before.policy_key) as policy_key,
        '政策表' || coalesce('“' || after.seed_title || '”', '') || coalesce(after.seed, before.seed) || '中“'
        || coalesce(after.policy_key, before.policy_key) || '”有效的行有变：原为'
        || coalesce(before.content, '无') || '，现为' || coalesce(after.content, '无') as cause
    from policy_before as before
    full outer join policy_after as after on before.seed = after.seed and before.policy_key = after.policy_key
    where
        before.content is distinct from after.content
        and exists (select 1 from {{ source('previous', 'policy_row_before') }})
),

policies as (
    select distinct
        aspected.household_id,
        aspected.aspect,
        'policy' as cause_kind,
        policy.cause
    from {{ ref('int_change__aspected') }} as aspected
    inner join changed_policy as policy
        on
            (policy.seed in ('finding_rule', 'outcome_rule') and aspected.aspect = policy.policy_key)
            or (
                policy.seed in ('deciding_feed', 'feed_not_applicable', 'unit_programme', 'outcome_rule')
                and aspected.aspect = 'unit'
            )
            or exists (
                select 1 from {{ ref('finding_input') }} as input
                where
                    input.input_kind = 'policy'
                    and input.code = aspected.aspect
                    and input.input = policy.seed
                    and (input.policy_key is null or input.policy_key = policy.policy_key)
            )
),

standards as (
    select
        aspected.household_id,
        aspected.aspect,
        'policy' as cause_kind,
        '适用的救助标准由' || {{ yuan('compared.standard_before') }} || '调整为' || {{ yuan('compared.standard_after') }}
        || '（自' || coalesce({{ month_words('household.standard_effective_from') }}, '') || '起执行）' as cause
    from {{ ref('int_change__aspected') }} as aspected
    inner join {{ ref('int_change__compared') }} as compared on aspected.household_id = compared.household_id
    inner join {{ ref('verified_household') }} as household on aspected.household_id = household.household_id
    where
        compared.standard_before != compared.standard_after
        and aspected.aspect in ('income_over_limit', 'deposit_over_limit', 'unit')
),

-- Registers that an outcome waits for, or waits for no longer.
answers as (
    select
        household_id,
        unnest(list_filter(undecided_after, lambda feed: not list_contains(undecided_before, feed))) as feed,
        true as is_missing
    from {{ ref('int_change__compared') }}
    where outcome_before != outcome_after
    union all
    select
        household_id,
        unnest(list_filter(undecided_before, lambda feed: not list_contains(undecided_after, feed))) as feed,
        false as is_missing
    from {{ ref('int_change__compared') }}
    where outcome_before != outcome_after
),

answered as (
    select
        answers.household_id,
        'unit' as aspect,
        case
            when answers.is_missing and coalesce(now.delivery, '') = coalesce(before.delivery, '') then 'time'
            else 'delivery'
        end as cause_kind,
        case
            when not answers.is_missing then '《' || titles.title || '》已于' || now.delivery || '报送，可以判断'
            when now.delivery is null then '《' || titles.title || '》没有可用的报送，不能判断'
            else '《' || titles.title || '》最近一次报送为' || now.delivery || '，已超过时效，不能判断'
        end as cause
    from answers
    inner join titles on answers.feed = titles.feed
    inner join {{ source('raw', 'feed_status') }} as now on answers.feed = now.feed
    left join {{ source('previous', 'feed_status_before') }} as before on answers.feed = before.feed
    where answers.is_missing or coalesce(now.delivery, '') != coalesce(before.delivery, '')
),

named as (
    select * from deliveries
    union all
    select * from policies
    union all
    select * from standards
    union all
    select * from finding_verdicts
    union all
    select * from pair_verdicts
    union all
    select * from relinked
    union all
    select * from answered
),

-- A finding that looks at the date, while nothing that its rule reads differs.
dated as (
    select
        aspected.household_id,
        aspected.aspect,
        'time' as cause_kind,
        '业务日期由' || release.as_of || '推移到' || run.as_of || '：' || input.sentence as cause
    from {{ ref('int_change__aspected') }} as aspected
    inner join {{ ref('finding_input') }} as input on aspected.aspect = input.code and input.input_kind = 'time'
    cross join {{ source('previous', 'release_before') }} as release
    cross join {{ source('raw', 'run_context') }} as run
    where not exists (
        select 1 from named
        where named.household_id = aspected.household_id and named.aspect = aspected.aspect
    )
),

explained as (
    select household_id, cause_kind, cause from named
    union
    select household_id, cause_kind, cause from dated
),

unexplained as (
    select
        compared.household_id,
        case
            when
                release.rule_version = run.rule_version
                and release.code_version = run.code_version
                and release.model_version = run.model_version
                then 'unknown'
            else 'version'
        end as cause_kind,
        case
            when
                release.rule_version = run.rule_version
                and release.code_version = run.code_version
                and release.model_version = run.model_version
                then '未能归因：与上次发布相比，没有发现不同之处'
            else '两次发布所用的规则、程序或匹配模型版本不同，此外没有发现不同之处'
        end as cause
    from {{ ref('int_change__compared') }} as compared
    cross join {{ source('previous', 'release_before') }} as release
    cross join {{ source('raw', 'run_context') }} as run
    where compared.household_id not in (select explained.household_id from explained)
)

select
    household_id,
    cause_kind,
    cause,
    list_position(['delivery', 'policy', 'verdict', 'identity', 'time', 'version', 'unknown'], cause_kind) as place
from (
    select household_id, cause_kind, cause from explained
    union all
    select household_id, cause_kind, cause from unexplained
) as causes
