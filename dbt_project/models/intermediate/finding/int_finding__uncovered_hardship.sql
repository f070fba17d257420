-- A household of poverty_household with 风险是否消除 = 否 in which no living member is active in dibao or tekun, nor
-- named in an application. A roll whose newest delivery is not in use, or in which a row of a member was held back,
-- proves no absence for certain.
with

members as (
    select
        poverty.case_number,
        poverty.row_id,
        poverty.name,
        poverty.town,
        poverty.village,
        poverty.risk_cleared,
        poverty.household_type,
        linked.person_id,
        linked.owns_id_number as is_certain,
        linked.match_probability,
        death.person_id is null as is_living
    from {{ ref('stg_rural_revitalisation__poverty_household') }} as poverty
    inner join {{ ref('int_row__linked') }} as linked on poverty.row_id = linked.row_id and linked.role = 'self'
    left join {{ ref('int_person__died') }} as death on linked.person_id = death.person_id
    where poverty.disposition = 'accepted'
),

covered as (
    select
        person_id,
        row_id,
        is_certain,
        name
    from {{ ref('int_enrolment__activated') }}
    where programme in ('dibao', 'tekun') and (is_active or status is null)

    union all

    select
        linked.person_id,
        linked.row_id,
        linked.owns_id_number as is_certain,
        application.name
    from {{ ref('stg_civil_affairs__application') }} as application
    inner join {{ ref('int_row__linked') }} as linked on application.row_id = linked.row_id
    where application.disposition = 'accepted'
),

doubtful as (
    select distinct name from covered
    where not is_certain
),

held as (
    select person_id
    from {{ ref('int_row__held') }}
    where feed in ('dibao', 'tekun', 'application')
),

unused as (
    select count(*) as roll_count
    from {{ source('raw', 'feed_status') }}
    where feed in ('dibao', 'tekun', 'application') and unused_delivery is not null
),

households as (
    select
        members.case_number,
        bool_and(members.is_certain) filter (where members.is_living)
        and not bool_or(members.name in (select doubtful.name from doubtful))
        and not bool_or(members.person_id in (select held.person_id from held))
        and any_value(unused.roll_count) = 0 as certain,
        min(members.match_probability) filter (where members.is_living) as match_probability,
        list(members.person_id order by members.person_id) filter (where members.is_living) as person_ids,
        list(members.row_id) as row_ids,
        count(*) filter (where members.is_living) as living_count,
        string_agg(members.name, '、' order by members.row_id) filter (where members.is_living) as names,
        max(members.household_type) as household_type,
        max(members.town) as town,
        max(members.village) as village
    from members
    cross join unused
    group by members.case_number
    having
        bool_or(members.risk_cleared = '否')
        and count(*) filter (where members.is_living) > 0
        and not bool_or(members.person_id in (select covered.person_id from covered))
),

finding as (
    select
        'poverty_household' as household_feed,
        case_number as household_case,
        list_sort(list_distinct(person_ids)) as person_ids,
        list_sort(row_ids) as evidence_row_ids,
        certain,
        match_probability,
        null as amount,
        json_object('living_members', living_count) as parameters,
        coalesce(town, '') || coalesce(village, '') || '户编号' || case_number
        || coalesce('（' || household_type || '）', '')
        || '风险尚未消除，家庭成员' || names || '共' || living_count
        || '人，无人享受低保或特困供养，也没有救助申请。请上门了解生活状况，符合条件的协助申请低保、特困或临时救助。' as message,
        town,
        village
    from households
)

{{ finding_of_household('uncovered_hardship', meanwhile='核实后及时告知本人') }}
