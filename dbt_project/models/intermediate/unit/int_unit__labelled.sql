-- How a unit is named to people: town, village, head and case number.
with

programmes as ({{ in_force('unit_programme') }})

select
    declared.household_id,
    declared.case_feed,
    declared.case_number,
    coalesce(declared.town, profile.town) as town,
    coalesce(declared.village, profile.village) as village,
    coalesce(profile.name, declared.head_name) as head_name,
    coalesce(declared.town, profile.town, '') || coalesce(declared.village, profile.village, '')
    || coalesce(profile.name, declared.head_name, '（户主姓名缺失）')
    || '户（'
    || programmes.case_title
    || declared.case_number
    || '）' as label
from {{ ref('int_unit__declared') }} as declared
inner join programmes on declared.case_feed = programmes.case_feed
left join {{ ref('int_person__profiled') }} as profile on declared.head_person_id = profile.person_id
