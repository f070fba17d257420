"""Expectations about the data itself: completeness by town, plausibility, cross-field and cross-feed truths, drift.

`suites/` says what a plausible delivery of each feed looks like, one module a table, built on the catalogue that
`catalogue.py` draws from the contracts; `tables.py` turns a suite into the queries whose rows it judges; `history.py`
holds what earlier deliveries looked like; `runner.py` is the only place that imports great_expectations. Shape and
types belong to the contracts' asset checks, keys and grain to dbt tests, match quality to tests/accuracy; none of these
is repeated here.
"""
