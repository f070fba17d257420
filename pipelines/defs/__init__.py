"""The Dagster objects: assets, checks, schedule, sensor, jobs.

Only thin Dagster code belongs here: read, call pure code, write, return metadata. It imports every other room; no
room imports it. Metadata, tags and log lines carry counts and names of feeds, never a value of a person.
"""
