-- Money that policy exempts wholly, or does not know, never enters a household's verified income.
select
    household_id,
    row_id,
    income_source,
    item
from {{ ref('int_income__itemised') }}
where treatment not in ('counted', 'exempt_up_to') and counted_amount != 0
