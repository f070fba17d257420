"""How right and how fast the matching engine is, beside its best open peer, on the same files in the same run.

Here belong the sets, the peer's models, measuring in child processes, scores and the report. Not here: the engine
(pipelines.matching), tests with floors (tests/accuracy), and any number that was not measured by this code.
"""
