"""The business dates. Every asset of a run belongs to one of them."""

import dagster as dg

# The end offset lets a month-end run be prepared before its date has come.
business_dates = dg.DailyPartitionsDefinition(start_date="2020-01-01", timezone="Asia/Shanghai", end_offset=400)

OWNER = "data-engineering@hedui.example"
