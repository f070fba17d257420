-- A grown retired fisher without work whose household of poverty_household has declared less than a year's
-- standard, and of which nobody is in dibao or tekun, nor named in an application. What the household earns is
-- known from no other source without an authorisation; where it is not known nothing is judged.
with

limits as ({{ in_force('age_limit') }}),

covered as (
    select
        person_id,
        name,
        is_certain
    from {{ ref('int_enrolment__activated') }}
    where programme in ('dibao', 'tekun') and (is_active or status is null)

    union all

    select
        linked.person_id,
        application.name,
        linked.owns_id_number as is_certain
    from {{ ref('stg_civil_affairs__application') }} as application
    inner join {{ ref('int_row__linked') }} as linked on application.row_id = linked.row_id
    where application.disposition = 'accepted'
),

doubtful as (
    select distinct name from covered
    where not is_certain
),

households as (
    select
        poverty.case_number,
        bool_or(coalesce(poverty.name in (select doubtful.name from doubtful), false)) as is_doubtful
    from {{ ref('stg_rural_revitalisation__poverty_household') }} as poverty
    inner join {{ ref('int_row__linked') }} as linked on poverty.row_id = linked.row_id and linked.role = 'self'
    where poverty.disposition = 'accepted'
    group by poverty.case_number
    having not bool_or(linked.person_id in (select covered.person_id from covered))
),

proofs as (
    select
        linked.person_id,
        fisher.row_id,
        fisher.retired_on,
        fisher.employment,
        poor.row_id as poor_row_id,
        poor.reason,
        linked.owns_id_number and poor.is_certain and not households.is_doubtful as is_certain,
        least(linked.match_probability, poor.match_probability) as match_probability
    from {{ ref('stg_fishing_ban__fisher') }} as fisher
    inner join {{ ref('employment_class') }} as classes
        on fisher.employment = classes.employment and classes.employment_class = 'unemployed'
    inner join {{ ref('int_row__linked') }} as linked on fisher.row_id = linked.row_id and linked.role = 'self'
    inner join {{ ref('int_person__profiled') }} as profile on linked.person_id = profile.person_id
    inner join {{ ref('int_person__impoverished') }} as poor
        on linked.person_id = poor.person_id and poor.basis = 'monitored' and poor.is_below_standard
    inner join households on poor.poverty_case = households.case_number
    inner join limits as majority on majority.applies_to = 'minor_child'
    cross join {{ source('raw', 'run_context') }} as run
    where
        fisher.disposition = 'accepted'
        and fisher.retired_on <= run.as_of
        and date_sub('year', profile.birth_date, run.as_of) >= majority.below_age
        and {{ all_answer(['dibao', 'tekun', 'application']) }}
),

finding as (
    select
        person_id,
        {{ evidence('[row_id, poor_row_id]') }} as evidence_row_ids,
        bool_or(is_certain) as certain,
        max(match_probability) as match_probability,
        null as amount,
        json_object('retired_on', max(retired_on)) as parameters,
        '于' || strftime(max(retired_on), '%Y年%-m月%-d日') || '退捕，转产就业情况登记为“' || min(employment) || '”，'
        || string_agg(distinct reason, '，' order by reason) || '且低于一年的低保标准，家中无人享受低保或特困供养，也没有救助申请。'
            as statement,
        '请上门了解生活来源，符合条件的协助申请低保或临时救助，并介绍就业帮扶。' as remedy
    from proofs
    group by person_id
)

{{ finding_of_person('fisher_without_income', meanwhile='核实后及时告知本人') }}
