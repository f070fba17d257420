{{ config(severity='warn', store_failures=true, schema='faults') }}
-- Every unit is measured by a standard. A unit whose standard is missing stays open (int_unit__doubted); here the
-- bureau is told which one to deliver. No other programme's or area's standard stands in for it.
select
    '缺少' || programme.title || '（' || standardised.area_type || '）的现行标准，' || count(*)
    || '户因此不能得出结论；位置：救助标准（assistance_standard），执行起始年月不晚于'
    || strftime(any_value({{ policy_date() }}), '%Y-%m')
    || '的行；处理：请补报该项目、该城乡类别的月标准' as message
from {{ ref('int_unit__standardised') }} as standardised
inner join {{ ref('programme') }} as programme on standardised.standard_programme = programme.programme
cross join {{ source('raw', 'run_context') }} as run
where standardised.standard is null and standardised.area_type is not null
group by programme.title, standardised.area_type
order by message
