"""Expectations about the data itself: distributions, plausibility, cross-field truths of the economic-status feeds.

One suite a table in `suites/`, and `runner.py`, the only place that imports great_expectations. Shape and types belong
to the contracts' asset checks, keys and grain to dbt tests, match quality to tests/accuracy; none of these is repeated
here.
"""
