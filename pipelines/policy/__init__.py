"""Policy as dated rows: the seeds of the dbt project read as tables, checked, compared between dates, changed on trial.

A policy table is one CSV below `dbt_project/seeds` with its key, headers and accepted values in the yml beside it.
This room knows rows, periods and words; it never compares a yuan with a limit.
What does not belong here: judging a household (SQL in dbt_project), building tables (defs), printing (console).
"""

from pipelines.policy.changes import Change, ChangeRefused, Changes, NewStandard, read_changes
from pipelines.policy.checks import PolicyBroken, policy_problems
from pipelines.policy.differences import Difference, differences, standard_differences
from pipelines.policy.effects import Effects, compare
from pipelines.policy.tables import PolicyTable, not_applicable, policy_tables

__all__ = [
    "Change",
    "ChangeRefused",
    "Changes",
    "Difference",
    "Effects",
    "NewStandard",
    "PolicyBroken",
    "PolicyTable",
    "compare",
    "differences",
    "not_applicable",
    "policy_problems",
    "policy_tables",
    "read_changes",
    "standard_differences",
]
