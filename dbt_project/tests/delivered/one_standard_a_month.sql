{{ config(severity='warn', store_failures=true, schema='faults') }}
-- One month has one standard. Where two were delivered the higher one judges and the units are left open
-- (int_unit__doubted); here the bureau is told which rows disagree.
select
    programme.title || '（' || coalesce(standard.area_type, '城乡') || '）在' || standard.effective_from || '有'
    || count(distinct standard.monthly_standard) || '个不同的标准，暂按较高的计算；位置：'
    || string_agg(
        '救助标准 文件 ' || standard.file || coalesce('，工作表 ' || standard.sheet, '') || '，第 ' || standard.row_number || ' 行',
        '、' order by standard.file, standard.sheet nulls first, standard.row_number
    )
    || '；处理：请核对哪一个正确，删去另一行后重新报送' as message
from {{ ref('stg_reference__assistance_standard') }} as standard
inner join {{ ref('programme') }} as programme on standard.programme = programme.programme
where
    standard.disposition = 'accepted'
    and (standard.area_type is not null or nullif(trim(standard.area_type_delivered), '') is null)
group by programme.title, standard.area_type, standard.effective_from
having count(distinct standard.monthly_standard) > 1
order by message
