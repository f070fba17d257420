-- The verified household. Outcome: not_authorised, where the application is not; else ineligible, where a finding that
-- excludes is certain (or confirmed by a caseworker); else needs_review, where something is open; else eligible.
-- A finding that a caseworker has cleared bears on nothing; further findings are listed and bear on nothing.
with

rules as ({{ in_force('outcome_rule') }}),

open_findings as (
    {% for relation in ['finding', 'further_finding'] %}
        select
            '{{ relation }}' as relation,
            code,
            title,
            household_feed,
            household_case,
            person_ids,
            certain or state = 'confirmed' as is_certain
        from {{ ref(relation) }}
        where state != 'cleared'
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

member_persons as (
    select distinct
        household_id,
        person_id
    from {{ ref('int_unit__membered') }}
    where is_member
),

unit_findings as (
    select
        declared.household_id,
        findings.relation,
        findings.code,
        findings.title,
        findings.is_certain
    from open_findings as findings
    inner join {{ ref('int_unit__declared') }} as declared
        on findings.household_feed = declared.case_feed and findings.household_case = declared.case_number

    union all

    select
        member_persons.household_id,
        findings.relation,
        findings.code,
        findings.title,
        findings.is_certain
    from (
        select
            relation,
            code,
            title,
            is_certain,
            unnest(person_ids) as person_id
        from open_findings
        where household_feed is null
    ) as findings
    inner join member_persons on findings.person_id = member_persons.person_id
),

findings as (
    select
        unit_findings.household_id,
        unit_findings.relation,
        unit_findings.code,
        any_value(unit_findings.title) as title,
        bool_or(unit_findings.is_certain) as is_certain,
        any_value(rules.effect) as effect
    from unit_findings
    left join rules on unit_findings.code = rules.code and unit_findings.relation = 'finding'
    group by unit_findings.household_id, unit_findings.relation, unit_findings.code
),

found as (
    select
        household_id,
        list(code order by code) filter (where relation = 'finding') as finding_codes,
        list(code order by code) filter (where relation = 'further_finding') as further_finding_codes,
        count(*) filter (where effect = 'ineligible' and is_certain) as excluding_count,
        count(*) filter (where effect is not null) as bearing_count,
        string_agg(title, '、' order by code) filter (where effect = 'ineligible' and is_certain) as excluding_titles,
        string_agg(
            title || case when effect = 'ineligible' then '（待核实）' else '' end, '、' order by code
        ) filter (where effect = 'review' or (effect = 'ineligible' and not is_certain)) as review_titles
    from findings
    group by household_id
),

doubts as (
    select
        household_id,
        string_agg(sentence, '；' order by place) as sentences
    from {{ ref('int_unit__doubted') }}
    group by household_id
),

answers as (
    select
        household_id,
        cast(json_group_object(feed, answer) as varchar) as answers,
        list(feed order by feed) filter (where is_deciding and answer in ('not_asked', 'stale')) as undecided_feeds
    from (
        select * from {{ ref('int_unit__answered') }}
        order by household_id, feed
    )
    group by household_id
),

notes as (
    select
        household_id,
        list(sentence order by feed) as data_notes
    from {{ ref('int_unit__noted') }}
    group by household_id
),

active_programmes as (
    select
        member_persons.household_id,
        list(distinct enrolment.programme) as programmes
    from member_persons
    inner join {{ ref('int_enrolment__activated') }} as enrolment
        on member_persons.person_id = enrolment.person_id and enrolment.is_active
    group by member_persons.household_id
),

living as (
    select
        household_id,
        list(distinct person_id order by person_id) as living_person_ids
    from {{ ref('int_unit__membered') }}
    where is_member and is_living
    group by household_id
),

concluded as (
    select
        declared.household_id,
        case
            when not declared.is_authorised then 'not_authorised'
            when found.excluding_count > 0 then 'ineligible'
            when found.bearing_count > 0 or doubts.sentences is not null then 'needs_review'
            else 'eligible'
        end as outcome,
        found.finding_codes,
        found.further_finding_codes,
        found.excluding_titles,
        found.review_titles,
        doubts.sentences as doubts
    from {{ ref('int_unit__declared') }} as declared
    left join found on declared.household_id = found.household_id
    left join doubts on declared.household_id = doubts.household_id
),

measured as (
    select
        standardised.*,
        income.income_per_capita,
        case when standardised.standard > 0 then round(income.income_per_capita / standardised.standard, 4) end
            as income_ratio,
        income.income_per_capita > {{ limit_in_force('income') }} * standardised.standard
        and income.income_per_capita
        <= {{ limit_in_force('low_income_margin') }} * standardised.standard as is_low_income_margin
    from {{ ref('int_unit__standardised') }} as standardised
    left join {{ ref('int_income__verified') }} as income on standardised.household_id = income.household_id
)

select
    declared.household_id,
    declared.case_feed,
    declared.case_number,
    labelled.town,
    labelled.village,
    measured.area_type,
    list_sort(list_distinct(list_concat(
        case when declared.programme is null then cast([] as varchar[]) else [declared.programme] end,
        coalesce(active_programmes.programmes, cast([] as varchar[]))
    ))) as programmes,
    declared.head_person_id,
    coalesce(counted.member_person_ids, cast([] as varchar[])) as member_person_ids,
    coalesce(living.living_person_ids, cast([] as varchar[])) as verified_member_person_ids,
    declared.declared_count as declared_member_count,
    counted.living_count as verified_member_count,
    declared.declared_income_per_capita,
    declared.declared_wage_income,
    declared.declared_business_income,
    declared.declared_property_income,
    declared.declared_transfer_income,
    income.income_per_capita as verified_income_per_capita,
    income.household_income as verified_household_income,
    income.wage_income as verified_wage_income,
    income.wage_period as verified_wage_period,
    income.business_income as verified_business_income,
    income.property_income as verified_property_income,
    income.transfer_income as verified_transfer_income,
    income.pension_income as verified_pension_income,
    income.fishing_subsidy as verified_fishing_subsidy,
    case
        when income.household_id is not null
            then
                cast(cast(run.as_of - to_months(income.fishing_months) + interval 1 day as date) as varchar)
                || '至'
                || run.as_of
    end as fishing_subsidy_period,
    income.exempt_amount as exempt_income,
    income.composition as income_composition,
    measured.standard,
    measured.effective_from as standard_effective_from,
    measured.income_ratio,
    coalesce(measured.is_low_income_margin, false) as is_low_income_margin,
    totalled.vehicle_count,
    totalled.home_count,
    totalled.financial_assets,
    totalled.company_count,
    declared.declared_vehicles,
    declared.declared_properties,
    declared.declared_deposit,
    answers.answers,
    coalesce(answers.undecided_feeds, cast([] as varchar[])) as undecided_feeds,
    coalesce(notes.data_notes, cast([] as varchar[])) as data_notes,
    coalesce(concluded.finding_codes, cast([] as varchar[])) as finding_codes,
    coalesce(concluded.further_finding_codes, cast([] as varchar[])) as further_finding_codes,
    concluded.outcome,
    case concluded.outcome
        when 'not_authorised' then '申请没有有效的核对授权，未核对家庭经济状况。请补齐核对授权书后重新提交核对。'
        when 'ineligible'
            then
                '身份确定的不符合条件情形：' || concluded.excluding_titles || '。'
                || coalesce('另需核实：' || nullif(concat_ws('；', concluded.review_titles, concluded.doubts), '') || '。', '')
                || '请通知家庭说明情况后再作决定。'
        when 'needs_review' then '需要复核：' || concat_ws('；', concluded.review_titles, concluded.doubts) || '。'
        else '应核对的数据齐全，没有发现不符合条件的情形。'
    end
    || case
        when coalesce(measured.is_low_income_margin, false) then '人均月收入高于低保标准但在低保边缘范围内，请按低保边缘家庭核对可享受的救助。' else ''
    end as outcome_reason,
    graded.evidence_grade,
    graded.data_quality_grade,
    run.rule_version,
    run.as_of,
    run.run_id
from {{ ref('int_unit__declared') }} as declared
inner join {{ ref('int_unit__labelled') }} as labelled on declared.household_id = labelled.household_id
inner join {{ ref('int_unit__counted') }} as counted on declared.household_id = counted.household_id
inner join {{ ref('int_unit__graded') }} as graded on declared.household_id = graded.household_id
inner join concluded on declared.household_id = concluded.household_id
inner join measured on declared.household_id = measured.household_id
left join {{ ref('int_income__verified') }} as income on declared.household_id = income.household_id
left join {{ ref('int_asset__totalled') }} as totalled on declared.household_id = totalled.household_id
left join answers on declared.household_id = answers.household_id
left join notes on declared.household_id = notes.household_id
left join active_programmes on declared.household_id = active_programmes.household_id
left join living on declared.household_id = living.household_id
cross join {{ source('raw', 'run_context') }} as run
order by declared.household_id
