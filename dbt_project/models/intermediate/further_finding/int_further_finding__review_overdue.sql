-- A dibao household in 在保 whose class wants a review more often than it was looked at. No feed carries the date of
-- a review: the last one that is known is the approval (the end of its 起始年月) or the newest application of a member
-- for a check, whichever is later. Rows that disagree speak for the household: the longest period, the latest
-- month.
with

periods as ({{ in_force('review_period') }}),

members as (
    select
        membered.household_id,
        membered.row_id,
        membered.person_id,
        membered.name,
        membered.is_certain,
        membered.match_probability,
        last_day(try_strptime(dibao.start_month || '-01', '%Y-%m-%d')::date) as approved_on,
        periods.benefit_class,
        periods.months
    from {{ ref('int_unit__membered') }} as membered
    inner join {{ ref('stg_civil_affairs__dibao') }} as dibao on membered.row_id = dibao.row_id
    left join periods on dibao.benefit_class = periods.benefit_class
    where membered.case_feed = 'dibao' and dibao.status = '在保'
),

applications as (
    select
        linked.person_id,
        delivered.row_id,
        delivered.name,
        delivered.applied_on,
        linked.owns_id_number as is_certain
    from {{ ref('int_unit__delivered') }} as delivered
    inner join {{ ref('int_row__linked') }} as linked on delivered.row_id = linked.row_id and linked.role = 'self'
    cross join {{ source('raw', 'run_context') }} as run
    where delivered.case_feed = 'application' and delivered.applied_on <= run.as_of
),

applied as (
    select
        members.household_id,
        max(applications.applied_on) as applied_on,
        arg_max(applications.row_id, (applications.applied_on, applications.row_id)) as row_id
    from members
    inner join applications on members.person_id = applications.person_id
    group by members.household_id
),

doubtful as (
    select distinct name from applications
    where not is_certain
),

reviewed as (
    select
        members.household_id,
        list(distinct members.person_id order by members.person_id) as person_ids,
        list(members.row_id) as row_ids,
        bool_and(
            members.is_certain and not coalesce(members.name in (select doubtful.name from doubtful), false)
        ) as is_certain,
        min(members.match_probability) as match_probability,
        max(members.months) as months,
        arg_max(members.benefit_class, members.months) as benefit_class,
        max(members.approved_on) as approved_on
    from members
    group by members.household_id
),

overdue as (
    select
        reviewed.*,
        applied.row_id as application_row_id,
        coalesce(applied.applied_on > reviewed.approved_on, reviewed.approved_on is null) as is_by_application,
        greatest(reviewed.approved_on, applied.applied_on) as reviewed_on,
        run.as_of
    from reviewed
    left join applied on reviewed.household_id = applied.household_id
    cross join {{ source('raw', 'run_context') }} as run
    where
        greatest(reviewed.approved_on, applied.applied_on) + to_months(reviewed.months) < run.as_of
        and {{ all_answer(['application']) }}
),

finding as (
    select
        labelled.case_feed as household_feed,
        labelled.case_number as household_case,
        overdue.person_ids,
        list_sort(list_distinct(
            case
                when overdue.is_by_application then list_append(overdue.row_ids, overdue.application_row_id)
                else overdue.row_ids
            end
        )) as evidence_row_ids,
        overdue.is_certain as certain,
        overdue.match_probability,
        null as amount,
        json_object(
            'benefit_class', overdue.benefit_class, 'months', overdue.months, 'reviewed_on', overdue.reviewed_on
        ) as parameters,
        labelled.label || '属' || overdue.benefit_class || '类，应每' || overdue.months || '个月复核一次。能查到的最近一次是'
        || case
            when overdue.is_by_application then strftime(overdue.reviewed_on, '%Y年%-m月%-d日') || '的核对申请'
            else strftime(overdue.reviewed_on, '%Y年%-m月') || '的批准（起始年月）'
        end
        || '，距今已' || date_sub('month', overdue.reviewed_on, overdue.as_of)
        || '个月，未见复核。请安排复核；已经复核过的，登记复核日期和结果。' as message,
        labelled.town,
        labelled.village
    from overdue
    inner join {{ ref('int_unit__labelled') }} as labelled on overdue.household_id = labelled.household_id
)

{{ finding_of_household('review_overdue') }}
