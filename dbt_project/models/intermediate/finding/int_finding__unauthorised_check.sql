-- An application has no 授权日期, or one after the business date: nothing economic may be looked at for it. The
-- statement is about the application, not about a person's identity, so it is always certain.
with

-- Where no application has a date, the column is missing or was not recognised: that is said of the list, not of them.
dated as (
    select count(authorised_on) > 0 as has_dates
    from {{ ref('int_unit__declared') }}
    where case_feed = 'application'
),

finding as (
    select
        labelled.case_feed as household_feed,
        labelled.case_number as household_case,
        list_sort(list(distinct membered.person_id)) as person_ids,
        {{ evidence('[membered.row_id]') }} as evidence_row_ids,
        true as certain,
        1.0 as match_probability,
        null as amount,
        json_object('authorised_on', any_value(declared.authorised_on), 'applied_on', any_value(declared.applied_on))
            as parameters,
        any_value(labelled.label) || case
            when not any_value(dated.has_dates) then '和全部申请都没有可用的授权日期（可能整列没有报送，或列名、写法没有识别）'
            when any_value(declared.authorised_on) is null then '没有可用的授权日期'
            else '的授权日期' || strftime(any_value(declared.authorised_on), '%Y年%-m月%-d日') || '晚于业务日期'
        end || '，未核对其家庭经济状况。' || case
            when any_value(dated.has_dates) then '请补齐核对授权书后重新提交核对。'
            else '请先核对申请名册的“授权日期”列。'
        end as message,
        any_value(labelled.town) as town,
        any_value(labelled.village) as village
    from {{ ref('int_unit__declared') }} as declared
    inner join {{ ref('int_unit__labelled') }} as labelled on declared.household_id = labelled.household_id
    inner join {{ ref('int_unit__membered') }} as membered on declared.household_id = membered.household_id
    cross join dated
    where not declared.is_authorised
    group by declared.household_id, labelled.case_feed, labelled.case_number
)

{{ finding_of_household('unauthorised_check', meanwhile='核实后再更正数据') }}
