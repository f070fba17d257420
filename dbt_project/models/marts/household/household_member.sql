-- Every member of every verified household, with what their rows are worth as data.
select
    graded.household_id,
    declared.case_feed,
    declared.case_number,
    graded.person_id,
    labelled.town,
    labelled.village,
    graded.is_living,
    graded.has_usable_id_number,
    graded.data_quality_grade,
    graded.doubts as data_quality_doubts,
    graded.doubted_row_ids,
    run.as_of,
    run.run_id
from {{ ref('int_unit__member_graded') }} as graded
inner join {{ ref('int_unit__declared') }} as declared on graded.household_id = declared.household_id
inner join {{ ref('int_unit__labelled') }} as labelled on graded.household_id = labelled.household_id
cross join {{ source('raw', 'run_context') }} as run
order by graded.household_id, graded.person_id
