"""Renders from the contracts what repeats them: the staging models with their yml, the list of sources, the unions of
all rows, of all mentions and of the persons of rows held back, and the seed of Chinese headers.

    python dbt_project/render_staging.py

The files are committed and read by people; a test compares them with a fresh rendering, so that a feed is added or
changed in the contracts alone.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pipelines.contracts import Column, Feed, Mention, all_feeds

PROJECT = Path(__file__).resolve().parent
STAGING = PROJECT / "models" / "staging"

FUNCTIONS = {
    "text": "clean_text",
    "person_name": "clean_person_name",
    "id_number": "clean_id_number",
    "certificate_number": "clean_certificate_number",
    "account_number": "clean_account_number",
    "phone": "clean_phone",
    "address": "clean_text",
    "town": "clean_place",
    "village": "clean_place",
    "group": "clean_group",
    "relation": "clean_text",
    "code": "clean_code",
    "date": "clean_date",
    "year_month": "clean_year_month",
    "amount": "clean_amount",
    "number": "clean_number",
    "count": "clean_count",
}
SQL_TYPES = {"date": "DATE", "amount": "DECIMAL(14,2)", "number": "DOUBLE", "count": "BIGINT"}
MASKED_TYPES = ("id_number", "account_number", "phone", "certificate_number")
#: Roles without whose identity a row says nothing.
MAIN_ROLES = ("self", "payee", "child", "husband", "wife")
DEPARTMENTS = {
    "civil_affairs": "民政",
    "rural_revitalisation": "乡村振兴",
    "fishing_ban": "十年禁渔",
    "economic_status": "经济状况核对",
    "reference": "参考数据",
}
#: Attributes of a mention beside name and ID number, with their SQL types.
MENTION_ATTRIBUTES = [
    ("sex", "varchar"),
    ("birth_date", "date"),
    ("town", "varchar"),
    ("village", "varchar"),
    ("group_no", "varchar"),
    ("address", "varchar"),
    ("phone", "varchar"),
    ("account_number", "varchar"),
    ("certificate_number", "varchar"),
    ("case_key", "varchar"),
    ("relation_to_head", "varchar"),
    ("vessel_number", "varchar"),
    ("shared_key", "varchar"),
    ("section", "varchar"),
    ("event", "varchar"),
    ("event_on", "date"),
]
RAW_TABLES = {
    "earlier_status": "One row per case and status in each delivery that a newer one has replaced, as text.",
    "feed_status": "One row per feed: the delivery in force, its age, fresh or stale or never delivered.",
    "delivered_file": "One row per delivered file up to the business date: type, encoding, row counts, disposition.",
    "run_context": "One row: run id, business date, the day whose policy judges, versions.",
}
MATCHED_TABLES = {
    "person_link": "One row per mention: the person it belongs to.",
    "person_id_number": "One row per person that owns an ID number.",
    "person_superseded": "One row per person id that was replaced by another.",
    "person_split": "One row per person id whose person was part of another until this run.",
    "person_identity": "One row per identity key: the person id that it stands for, read back by the next run.",
    "duplicate_candidate": "One row per pair of mentions awaiting review.",
    "person_join": "One row per step by which the rows of a person came together, and per verdict on a pair.",
    "scored_pairs": "One row per compared pair: levels and weights of its comparisons, vetoes, probability.",
    "finding_memory": "One row per finding or further finding of the newest earlier release.",
    "finding_verdict": "One row per finding with a verdict in force.",
}
PREVIOUS_TABLES = {
    "household_before": "One row per assistance unit of the release before.",
    "finding_before": "One row per finding of the release before.",
    "finding_seen_before": "One row per finding that the release before or an earlier one had shown.",
    "lineage_before": "One row per published row of the release before and content of a source row.",
    "policy_row_before": "One row per policy row that was in force in the release before.",
    "feed_status_before": "One row per feed: the delivery that was in force in the release before.",
    "release_before": "One row: the release before and its versions; none on the first night.",
}
QUALITY_TABLES = {
    "row_doubt": "One row per delivered row and expectation that it does not meet.",
}
DISPOSITIONS = ("accepted", "quarantined", "repeat")
ID_STATUSES = (
    "valid",
    "missing",
    "placeholder",
    "precision_lost",
    "bad_length",
    "bad_checksum",
    "impossible_birth_date",
    "other_document",
)


def function_of(column: Column) -> str:
    """The SQL call that reads a column's text."""
    if column.type == "code":
        return f"clean_code(delivered.{column.name}, '{column.codes}')"
    name = FUNCTIONS[column.type]
    if column.type == "amount" and ("business_income" in column.name or "per_capita" in column.name):
        name = "clean_signed_amount"  # a year's net income can be a loss
    if column.type == "text" and (column.name.endswith("_number") or column.name in ("plate", "code", "parent_code")):
        name = "clean_identifier"
    if column.none_is_zero:
        name = name.replace("clean_", "clean_declared_")
    return f"{name}(delivered.{column.name})"


def _columns_of(feed: Feed) -> list[dict]:
    return [
        {
            "name": column.name,
            "type": column.type,
            "call": function_of(column),
            "is_masked": column.type in MASKED_TYPES,
            "comparable": _comparable(column),
        }
        for column in feed.columns
    ]


def _comparable(column: Column) -> str:
    """What makes two values of a column the same: the value as read, or, when it could not be read, the text without
    blanks and apostrophes (an ID number with a wrong check digit, typed in groups or behind an apostrophe)."""
    value = f"read.{column.name}_read.value"
    if column.type in SQL_TYPES:
        value = f"cast({value} as varchar)"
    text = f"upper(regexp_replace(read.{column.name}, '[\\s''`‘’]', '', 'g'))"
    one_line = f"coalesce({value}, {text})"
    indent = " " * 16
    return one_line if len(one_line) < 100 else f"coalesce(\n{indent}    {value},\n{indent}    {text}\n{indent})"


def _identities(feed: Feed) -> list[dict[str, str]]:
    return [mention.columns for mention in feed.mentions if mention.role in MAIN_ROLES]


def _template(name: str) -> Template:
    """A template of SQL; its own variables stand in [[ ]], so that dbt's {{ }} pass through."""
    environment = Environment(
        loader=FileSystemLoader(PROJECT / "templates"),
        trim_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        variable_start_string="[[",
        variable_end_string="]]",
    )
    return environment.get_template(name)


def render_model(feed: Feed) -> str:
    """The SQL of one feed's staging model."""
    columns = _columns_of(feed)
    same_row = feed.key if feed.is_append else [column["name"] for column in columns]
    return _template("staging.sql.j2").render(
        feed=feed, columns=columns, identities=_identities(feed), same_row=[c for c in columns if c["name"] in same_row]
    )


def _column_yml(name: str, description: str, **more: object) -> dict:
    return {"name": name, "description": description, **more}


def _staged_columns(feed: Feed) -> list[dict]:
    listed = [
        _column_yml("row_id", "标识一个送达的行"),
        _column_yml("disposition", "accepted 采用，quarantined 暂不采用，repeat 重复送达"),
        _column_yml("problems", "不能采用的值：列、送达的值（号码已遮盖）、原因代码"),
    ]
    for column in feed.columns:
        more = {"config": {"meta": {"personal": True}}} if column.personal else {}
        listed.append(_column_yml(column.name, column.header, **more))
        if column.type == "id_number":
            listed.append(_column_yml(f"{column.name}_status", f"{column.header}是否可用，为什么"))
    return listed


def _staged_tests(feed: Feed) -> list[dict]:
    statuses = [f"{column.name}_status" for column in feed.columns if column.type == "id_number"]
    promises = {
        "key": "row_id",
        "filled": ["disposition", *statuses],
        "values": {"disposition": list(DISPOSITIONS)} | {status: list(ID_STATUSES) for status in statuses},
    }
    conserved = {"compared": f"source('raw', '{feed.name}')"}
    return [{"well_formed": {"arguments": promises}}, {"same_row_count": {"arguments": conserved}}]


def render_yml(department: str, feeds: list[Feed]) -> str:
    """The yml of one department's staging models."""
    models = [
        {
            "name": feed.staging_model,
            "description": f"One row per delivered row of {feed.name} ({feed.grain}): {feed.title}.",
            "config": {"meta": {"title": feed.title, "department": DEPARTMENTS[department]}},
            "data_tests": _staged_tests(feed),
            "columns": _staged_columns(feed),
        }
        for feed in feeds
    ]
    text = yaml.safe_dump({"version": 2, "models": models}, allow_unicode=True, sort_keys=False, width=120)
    return "# Rendered from the contracts by dbt_project/render_staging.py.\n" + text


def _value_of(feed: Feed, mention: Mention, attribute: str, sql_type: str) -> str:
    """Where a mention's attribute comes from: its own column, a column of the row, or nowhere."""
    if attribute == "case_key" and feed.case_column:
        return f"'{feed.name}:' || {feed.case_column}"
    if attribute == "shared_key" and attribute in mention.columns:
        return f"'{feed.name}:' || {mention.columns[attribute]}"
    row_wide = attribute in ("vessel_number", "event") or (attribute == "relation_to_head" and mention.role == "self")
    column = mention.columns.get(attribute) or (attribute if row_wide and attribute in feed.by_name else None)
    return column or f"cast(null as {sql_type})"


def render_mentions() -> str:
    """int_person__mentioned: one select per person that a feed names."""
    mentions = [(feed, mention) for feed in all_feeds().values() for mention in feed.mentions]
    template = _template("int_person__mentioned.sql.j2")
    return template.render(mentions=mentions, attributes=MENTION_ATTRIBUTES, value_of=_value_of)


def render_held() -> str:
    """int_row__held: one select per person that a feed names."""
    mentions = [(feed, mention) for feed in all_feeds().values() for mention in feed.mentions]
    return _template("int_row__held.sql.j2").render(mentions=mentions)


def render_rows() -> str:
    """int_row__delivered: one select per feed."""
    return _template("int_row__delivered.sql.j2").render(feeds=list(all_feeds().values()))


def render_sources() -> str:
    """sources.yml: every table that the Python rooms hand to dbt."""
    raw = [
        {"name": name, "description": f"One row per delivered row: {feed.title}."} for name, feed in all_feeds().items()
    ]
    raw += [{"name": name, "description": text} for name, text in RAW_TABLES.items()]
    matched = [{"name": name, "description": text} for name, text in MATCHED_TABLES.items()]
    previous = [{"name": name, "description": text} for name, text in PREVIOUS_TABLES.items()]
    quality = [{"name": name, "description": text} for name, text in QUALITY_TABLES.items()]
    sources = [
        {"name": "raw", "description": "What intake read, as text exactly as delivered.", "tables": raw},
        {"name": "quality", "description": "What the expectation suites say of rows.", "tables": quality},
        {"name": "matched", "description": "What matching and the ledger of decisions say.", "tables": matched},
        {"name": "previous", "description": "What the release before said.", "tables": previous},
    ]
    text = yaml.safe_dump({"version": 2, "sources": sources}, allow_unicode=True, sort_keys=False, width=120)
    return "# Rendered from the contracts by dbt_project/render_staging.py.\n" + text


def render_headers() -> str:
    """The seed feed_column: the Chinese header of every column, for messages."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["feed", "feed_title", "column_name", "header"])
    writer.writerows([feed.name, feed.title, c.name, c.header] for feed in all_feeds().values() for c in feed.columns)
    return buffer.getvalue()


def render_all() -> dict[Path, str]:
    """Every rendered file: path -> text."""
    files = {
        PROJECT / "models" / "sources.yml": render_sources(),
        PROJECT / "models" / "intermediate" / "row" / "int_row__delivered.sql": render_rows(),
        PROJECT / "models" / "intermediate" / "row" / "int_row__held.sql": render_held(),
        PROJECT / "models" / "intermediate" / "person" / "int_person__mentioned.sql": render_mentions(),
        PROJECT / "seeds" / "feed_column.csv": render_headers(),
    }
    for department in DEPARTMENTS:
        feeds = [feed for feed in all_feeds().values() if feed.department == department]
        files |= {STAGING / department / f"{feed.staging_model}.sql": render_model(feed) for feed in feeds}
        files[STAGING / department / f"_{department}__models.yml"] = render_yml(department, feeds)
    return files


def main() -> None:
    rendered = render_all()
    for stale in set(STAGING.rglob("stg_*.sql")) - set(rendered):
        stale.unlink()
    for path, text in rendered.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
