"""How pages are made: self-contained HTML from the templates here, every value escaped, nothing left undefined."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def page_environment() -> Environment:
    """The templates with the filters `thousands` (1,234) and `percent` (98.74%, or a dash for None)."""
    environment = Environment(
        loader=PackageLoader("pipelines.publishing"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = lambda value: f"{value:,}"
    environment.filters["percent"] = lambda share: "–" if share is None else f"{100 * share:.2f}%"
    return environment
