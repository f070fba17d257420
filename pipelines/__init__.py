"""Hedui 核对: cross-department benefit verification.

Data flows through the rooms in one direction: intake, staging, matching, rules, publishing.
`docs/architecture.md` draws the house and says who may import whom.
"""
