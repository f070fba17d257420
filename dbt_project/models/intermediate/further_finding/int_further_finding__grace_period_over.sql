-- A dibao household has been in 渐退 for longer than the period in force, counted from the first delivery that
-- showed it so: it began no later, so that what is over is certainly over.
with

members as (
    select
        household_id,
        list(distinct person_id order by person_id) filter (where is_member) as person_ids,
        list_sort(list(row_id) filter (where is_member)) as row_ids,
        string_agg(coalesce(name, '姓名缺失'), '、' order by row_id) filter (where is_member) as names
    from {{ ref('int_unit__membered') }}
    group by household_id
),

finding as (
    select
        labelled.case_feed as household_feed,
        labelled.case_number as household_case,
        members.person_ids,
        members.row_ids as evidence_row_ids,
        true as certain,
        1.0 as match_probability,
        null as amount,
        json_object(
            'first_seen_on', tapered.first_seen_on, 'deliveries', tapered.delivery_count,
            'months', cast({{ limit_in_force('grace_period') }} as integer)
        ) as parameters,
        labelled.label || '（成员' || members.names || '）最迟自' || strftime(tapered.first_seen_on, '%Y年%-m月%-d日')
        || '报送的名册起列为渐退，至' || strftime(tapered.last_seen_on, '%Y年%-m月%-d日') || '仍是渐退，已超过'
        || cast({{ limit_in_force('grace_period') }} as integer)
        || '个月的渐退期限。请办理停保，或复核后恢复在保；经批准延长渐退期的，注明批准依据。' as message,
        labelled.town,
        labelled.village
    from {{ ref('int_unit__tapered') }} as tapered
    inner join {{ ref('int_unit__labelled') }} as labelled on tapered.household_id = labelled.household_id
    inner join members on tapered.household_id = members.household_id
    where
        tapered.first_seen_on + to_months(cast({{ limit_in_force('grace_period') }} as integer))
        < tapered.last_seen_on
)

{{ finding_of_household('grace_period_over') }}
