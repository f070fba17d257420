-- What a member's rows are worth: those of the unit itself and those of the registers that were looked at for it.
-- A, no expectation speaks against any of them · B, something is missing or unusual · C, something contradicts the row
-- itself or another feed · D, no row of the unit carries a usable ID number of the member.
with

unit_rows as (
    select
        membered.household_id,
        membered.person_id,
        membered.row_id,
        membered.is_living,
        delivered.id_number
    from {{ ref('int_unit__membered') }} as membered
    inner join {{ ref('int_unit__delivered') }} as delivered on membered.row_id = delivered.row_id
    where membered.is_member
),

member_rows as (
    select
        household_id,
        person_id,
        row_id
    from unit_rows
    union
    select
        household_id,
        person_id,
        row_id
    from {{ ref('int_income__itemised') }}
    union
    select
        household_id,
        person_id,
        row_id
    from {{ ref('int_asset__itemised') }}
),

titles as (
    select distinct
        headers.feed,
        headers.feed_title
    from {{ ref('feed_column') }} as headers
),

doubts as (
    select
        member_rows.household_id,
        member_rows.person_id,
        member_rows.row_id,
        row_doubt.dimension,
        titles.feed_title || '：' || row_doubt.title as doubt
    from member_rows
    inner join {{ source('quality', 'row_doubt') }} as row_doubt on member_rows.row_id = row_doubt.row_id
    inner join titles on row_doubt.feed = titles.feed
),

doubted as (
    select
        household_id,
        person_id,
        bool_or(dimension in ('consistency', 'agreement')) as is_contradicted,
        list_sort(list_distinct(list(doubt))) as doubts,
        list_sort(list_distinct(list(row_id))) as doubted_row_ids
    from doubts
    group by household_id, person_id
),

members as (
    select
        household_id,
        person_id,
        bool_or(is_living) as is_living,
        count(id_number) > 0 as has_usable_id_number
    from unit_rows
    group by household_id, person_id
)

select
    members.household_id,
    members.person_id,
    members.is_living,
    members.has_usable_id_number,
    case
        when not members.has_usable_id_number then 'D'
        when doubted.is_contradicted then 'C'
        when doubted.person_id is not null then 'B'
        else 'A'
    end as data_quality_grade,
    coalesce(doubted.doubts, []) as doubts,
    coalesce(doubted.doubted_row_ids, []) as doubted_row_ids
from members
left join doubted on members.household_id = doubted.household_id and members.person_id = doubted.person_id
