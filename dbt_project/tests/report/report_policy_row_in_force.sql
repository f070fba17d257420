-- Every rule in force has a row in force that says which document clears its finding: a report that could not say it
-- would leave a family without an answer. (That no key has two rows in force is checked before a run.)
with

rules as ({{ in_force('finding_rule') }}),

documents as ({{ in_force('clearing_document') }})

select
    rules.code,
    '政策表 seeds/clearing_document.csv 中 ' || rules.code || ' 在业务日期没有有效的行，请补上该行或检查 valid_from 与 valid_to。'
        as message
from rules
left join documents on rules.code = documents.code
where documents.code is null
