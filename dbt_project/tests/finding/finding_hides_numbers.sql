-- No message shows a full ID number (18 digits, or 17 and X) or bank account (16 digits or more) that is not a case number.
select
    finding_id,
    code
from {{ ref('finding') }}
where regexp_matches(replace(message, coalesce(household_case, '#'), ''), '[0-9]{17}[0-9Xx]')
    and code != 'duplicate_enrolment'
