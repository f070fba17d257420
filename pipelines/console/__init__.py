"""What lies between the command line and the rooms: one module per command that is more than a call.

Exit statuses, three-part errors, tables for people and JSON for programs live here. What does not belong here: reading
arguments (cli), steps of the pipeline (defs), judging or linking anything (the rooms).
"""
