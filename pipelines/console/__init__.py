"""How the command `hedui` speaks: exit statuses, three-part errors, tables for people, JSON for programs.

Only presentation belongs here: these modules are given finished results and print them. What does not belong here:
running anything, judging anything, reading settings.
"""
