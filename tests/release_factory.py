"""One small run's working folder, as the marts leave it: two delivered files, three persons, two findings, one pair.

All ID numbers are of the reserved synthetic area 340590.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from pipelines.contracts import all_feeds
from pipelines.defs.restaging import JUDGED_SCHEMA
from pipelines.intake.differences import DIFFERENCE_SCHEMA
from pipelines.intake.overview import DELIVERY_SCHEMA, FILE_SCHEMA
from pipelines.review.previous import SCHEMAS as PREVIOUS
from pipelines.storage.paths import DataFolder

AS_OF = date(2026, 10, 31)
PREVIOUS_AS_OF = date(2026, 9, 30)
TOWN = "测试镇"
ID_NUMBERS = ("340590195503124527", "340590196808085316", "340590201001017738")
ACCOUNT = "6217900000000001234"
FORMULA = '=HYPERLINK("http://example.invalid","点我")'
DELIVERIES = {"dibao": b"first delivered file", "cremation": b"second delivered file"}

_FINDING_RULES = [{"code": "age_mismatch", "title": "年龄与待遇不符"}]

_COUNT = "BIGINT"
_MONEY = "DECIMAL(16,2)"
#: What the charts of the report are drawn from.
_PICTURE: dict[str, tuple[list[tuple[str, str]], list[dict[str, Any]]]] = {
    "intermediate.int_change__finding_counted": (
        [("code", "VARCHAR"), ("title", "VARCHAR"), ("new_count", _COUNT), ("gone_count", _COUNT),
         ("open_count", _COUNT)],
        [{"code": "age_mismatch", "title": "年龄与待遇不符", "new_count": 0, "gone_count": 1, "open_count": 0},
         {"code": "deceased_recipient", "title": "死亡仍享受", "new_count": 1, "gone_count": 0, "open_count": 0}],
    ),
    "intermediate.int_picture__covered": (
        [("town", "VARCHAR"), ("household_type", "VARCHAR"), ("risk", "VARCHAR"), ("coverage", "VARCHAR"),
         ("household_count", _COUNT)],
        [{"town": TOWN, "household_type": "脱贫户", "risk": "风险未消除", "coverage": "none", "household_count": 3},
         {"town": TOWN, "household_type": "脱贫户", "risk": "风险已消除", "coverage": "dibao", "household_count": 9}],
    ),
    "intermediate.int_picture__funded": (
        [("title", "VARCHAR"), ("latest_month", "VARCHAR"), ("latest_persons", _COUNT), ("latest_amount", _MONEY),
         ("year_amount", _MONEY), ("suspect_amount", _MONEY), ("certain_amount", _MONEY), ("next_payees", _COUNT),
         ("next_amount", _MONEY)],
        [{"title": "最低生活保障", "latest_month": "2026-10", "latest_persons": 7, "latest_amount": 3500,
          "year_amount": 41000, "suspect_amount": 1120, "certain_amount": 560, "next_payees": 1, "next_amount": 560}],
    ),
    "intermediate.int_picture__judged": (
        [("code", "VARCHAR"), ("title", "VARCHAR"), ("verdict_count", _COUNT), ("confirmed_count", _COUNT)],
        [{"code": "age_mismatch", "title": "年龄与待遇不符", "verdict_count": 3, "confirmed_count": 1}],
    ),
    "intermediate.int_finding__seen": (
        [("finding_id", "VARCHAR"), ("code", "VARCHAR"), ("title", "VARCHAR")],
        [{"finding_id": "f0", "code": "age_mismatch", "title": "年龄与待遇不符"},
         {"finding_id": "f1", "code": "deceased_recipient", "title": "死亡仍享受"}],
    ),
    "intermediate.int_policy__not_applicable": ([("feed", "VARCHAR"), ("reason", "VARCHAR")],
        [{"feed": "fisher", "reason": "本县没有渔业水域"}]),
    "intermediate.int_policy__in_force": (
        [("seed", "VARCHAR"), ("policy_key", "VARCHAR"), ("content", "VARCHAR")],
        [{"seed": "household_limit", "policy_key": "income", "content": '{"limit_value": 1.00}'},
         {"seed": "household_limit", "policy_key": "low_income_margin", "content": '{"limit_value": 1.50}'}],
    ),
}  # fmt: skip

_ADDRESS = [
    ("feed", "VARCHAR"),
    ("delivery", "VARCHAR"),
    ("file", "VARCHAR"),
    ("sheet", "VARCHAR"),
    ("row_number", "BIGINT"),
]
_FURTHER_RULES = [{"code": "poverty_mark_missing", "title": "享受救助未标注"}]
_EVIDENCE = "STRUCT(feed VARCHAR, delivery VARCHAR, file VARCHAR, sheet VARCHAR, row_number BIGINT)[]"

MART_COLUMNS: dict[str, list[tuple[str, str]]] = {
    "person_link": [
        ("mention_id", "VARCHAR"),
        ("row_id", "VARCHAR"),
        *_ADDRESS,
        ("role", "VARCHAR"),
        ("person_id", "VARCHAR"),
        ("match_probability", "DOUBLE"),
        ("link_method", "VARCHAR"),
        ("id_number_status", "VARCHAR"),
    ],
    "person": [
        ("person_id", "VARCHAR"),
        ("name", "VARCHAR"),
        ("id_number", "VARCHAR"),
        ("town", "VARCHAR"),
        ("village", "VARCHAR"),
        ("superseded_by", "VARCHAR"),
    ],
    "finding": [
        ("finding_id", "VARCHAR"),
        ("code", "VARCHAR"),
        ("severity", "VARCHAR"),
        ("title", "VARCHAR"),
        ("certain", "BOOLEAN"),
        ("person_ids", "VARCHAR[]"),
        ("household_feed", "VARCHAR"),
        ("household_case", "VARCHAR"),
        ("evidence", _EVIDENCE),
        ("match_probability", "DOUBLE"),
        ("amount", "DECIMAL(14,2)"),
        ("message", "VARCHAR"),
        ("first_seen_as_of", "DATE"),
        ("state", "VARCHAR"),
        ("state_reason", "VARCHAR"),
        ("data_notes", "VARCHAR[]"),
        ("fingerprint", "VARCHAR"),
        ("town", "VARCHAR"),
        ("village", "VARCHAR"),
    ],
    "further_finding": [
        ("finding_id", "VARCHAR"),
        ("code", "VARCHAR"),
        ("severity", "VARCHAR"),
        ("title", "VARCHAR"),
        ("certain", "BOOLEAN"),
        ("person_ids", "VARCHAR[]"),
        ("household_feed", "VARCHAR"),
        ("household_case", "VARCHAR"),
        ("evidence", _EVIDENCE),
        ("match_probability", "DOUBLE"),
        ("amount", "DECIMAL(14,2)"),
        ("message", "VARCHAR"),
        ("first_seen_as_of", "DATE"),
        ("state", "VARCHAR"),
        ("state_reason", "VARCHAR"),
        ("fingerprint", "VARCHAR"),
        ("town", "VARCHAR"),
        ("village", "VARCHAR"),
    ],
    "verified_household": [
        ("household_id", "VARCHAR"),
        ("case_feed", "VARCHAR"),
        ("case_number", "VARCHAR"),
        ("outcome", "VARCHAR"),
        ("head_person_id", "VARCHAR"),
        ("town", "VARCHAR"),
        ("village", "VARCHAR"),
        ("data_quality_grade", "VARCHAR"),
        ("income_ratio", "DOUBLE"),
        ("is_low_income_margin", "BOOLEAN"),
        ("data_notes", "VARCHAR[]"),
        ("verified_member_count", "BIGINT"),
        ("verified_income_per_capita", "DECIMAL(14,2)"),
        ("as_of", "DATE"),
        ("run_id", "VARCHAR"),
    ],
    "household_member": [
        ("household_id", "VARCHAR"),
        ("person_id", "VARCHAR"),
        ("data_quality_grade", "VARCHAR"),
        ("data_quality_doubts", "VARCHAR[]"),
    ],
    "household_change": [
        ("household_id", "VARCHAR"),
        ("case_feed", "VARCHAR"),
        ("case_number", "VARCHAR"),
        ("town", "VARCHAR"),
        ("village", "VARCHAR"),
        ("kind_of_change", "VARCHAR"),
        ("outcome_before", "VARCHAR"),
        ("outcome_after", "VARCHAR"),
        *((f"finding_codes_{when}", "VARCHAR[]") for when in ("before", "after", "new", "gone", "open")),
        ("cause_kind", "VARCHAR[]"),
        ("cause", "VARCHAR[]"),
        ("previous_as_of", "DATE"),
        ("as_of", "DATE"),
    ],
    "duplicate_candidate": [
        ("pair_id", "VARCHAR"),
        ("probability", "DOUBLE"),
        ("explanation", "VARCHAR"),
        ("town", "VARCHAR"),
        ("state", "VARCHAR"),
    ],
    "quarantine": [
        *_ADDRESS,
        *((name, "VARCHAR") for name in ("column_name", "delivered_value", "code", "disposition")),
    ],
    "delivery_receipt": [
        ("feed", "VARCHAR"),
        ("delivery", "VARCHAR"),
        ("file", "VARCHAR"),
        ("sha256", "VARCHAR"),
        ("disposition", "VARCHAR"),
        ("in_force", "BOOLEAN"),
        ("rows_read", "BIGINT"),
        ("rows_header", "BIGINT"),
        ("rows_title", "BIGINT"),
        ("rows_total", "BIGINT"),
        ("rows_blank", "BIGINT"),
        ("rows_accepted", "BIGINT"),
        ("rows_quarantined", "BIGINT"),
        ("rows_repeat", "BIGINT"),
    ],
    "lineage": [
        ("extract", "VARCHAR"),
        ("key", "VARCHAR"),
        ("row_id", "VARCHAR"),
        *_ADDRESS,
        ("file_sha256", "VARCHAR"),
        ("row_sha256", "VARCHAR"),
        ("step", "VARCHAR"),
    ],
}


def write_dbt_project(folder: Path) -> Path:
    """A dbt project that has nothing but the marts' yml."""
    marts = folder / "models" / "marts"
    marts.mkdir(parents=True)
    models = [
        {
            "name": name,
            "description": f"One row per {name}.",
            "config": {"meta": {"title": f"表 {name}"}},
            "columns": [
                {
                    "name": column,
                    "data_type": kind,
                    "description": f"列 {column}。",
                    "meta": {"personal": column in ("name", "id_number")},
                }
                for column, kind in columns
            ],
        }
        for name, columns in MART_COLUMNS.items()
    ]
    (marts / "_marts__models.yml").write_text(yaml.safe_dump({"models": models}, allow_unicode=True), encoding="utf-8")
    return folder


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def address(feed: str, row: int) -> dict[str, Any]:
    """The address of delivered row `row` of the feed's one file."""
    sheet = TOWN if feed == "dibao" else None
    file = f"{feed}.{'xlsx' if feed == 'dibao' else 'csv'}"
    return {"feed": feed, "delivery": "2026-10-31", "file": file, "sheet": sheet, "row_number": row}


def row_id(feed: str, row: int) -> str:
    return f"{feed}/2026-10-31/{_sha256(DELIVERIES[feed])[:8]}/0/{row}"


def mart_rows(run_id: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of every mart."""
    rows = {"dibao": (4, 5), "cremation": (2,)}
    addresses = {row_id(feed, row): address(feed, row) for feed, numbers in rows.items() for row in numbers}
    delivered = {
        key: {**place, "file_sha256": _sha256(DELIVERIES[place["feed"]]), "row_sha256": _sha256(key.encode())}
        for key, place in addresses.items()
    }
    persons = dict(zip(addresses, ("p1", "p2", "p1"), strict=True))
    finding = {
        "certain": True,
        "household_feed": "dibao",
        "household_case": "D0001",
        "match_probability": 0.999,
        "amount": None,
        "first_seen_as_of": AS_OF,
        "state": "open",
        "state_reason": None,
        "fingerprint": "f" * 24,
        "town": TOWN,
        "village": "东村",
    }
    ids = list(addresses)
    used = {
        ("finding", "f1", "finding:deceased_recipient"): [ids[0], ids[2]],
        ("finding", "f2", "finding:uncovered_hardship"): [ids[1]],
        ("further_finding", "f3", "finding:poverty_mark_missing"): [ids[1]],
        ("verified_household", "h1", "household:member"): [ids[0], ids[1]],
        ("person", "p1", "link:id_number"): [ids[0], ids[2]],
        ("person", "p2", "link:single"): [ids[1]],
    }
    receipt = {
        "disposition": "accepted",
        "in_force": True,
        "rows_title": 1,
        "rows_header": 1,
        "rows_total": 0,
        "rows_blank": 0,
        "rows_quarantined": 0,
        "rows_repeat": 0,
    }
    return {
        "person_link": [
            {
                "mention_id": f"{key}#self",
                "row_id": key,
                **place,
                "role": "self",
                "person_id": persons[key],
                "match_probability": 1.0,
                "link_method": "id_number",
                "id_number_status": "valid",
            }
            for key, place in addresses.items()
        ],
        "person": [
            {"person_id": "p1", "name": FORMULA, "id_number": ID_NUMBERS[0], "town": TOWN, "village": "东村"},
            {"person_id": "p2", "name": "李四", "id_number": ID_NUMBERS[1], "town": None, "village": None},
        ],
        "finding": [
            {
                **finding,
                "finding_id": "f1",
                "code": "deceased_recipient",
                "severity": "红",
                "title": "死亡仍享受",
                "person_ids": ["p1"],
                "message": f"持 {ID_NUMBERS[0]} 者已火化,仍在保。",
                "data_notes": ["火化登记：2026-10-31的报送暂未采用，数据只到2026-09-30的报送"],
                "amount": 560,
                "evidence": [addresses[ids[0]], addresses[ids[2]]],
            },
            {
                **finding,
                "finding_id": "f2",
                "code": "uncovered_hardship",
                "severity": "蓝",
                "title": "困难未保障",
                "person_ids": ["p2"],
                "message": "风险未消除,未享受救助。",
                "certain": False,
                "match_probability": 0.97,
                "town": None,
                "evidence": [addresses[ids[1]]],
            },
        ],
        "further_finding": [
            {
                **finding,
                "finding_id": "f3",
                "code": "poverty_mark_missing",
                "severity": "灰",
                "title": "享受救助未标注",
                "person_ids": ["p2"],
                "message": "李四在享最低生活保障，户名册却标注为否。",
                "evidence": [addresses[ids[1]]],
            },
        ],
        "verified_household": [
            {
                "household_id": "h1",
                "case_feed": "dibao",
                "case_number": "D0001",
                "outcome": "needs_review",
                "head_person_id": "p1",
                "town": TOWN,
                "village": "东村",
                "data_quality_grade": "C",
                "income_ratio": 1.234,
                "is_low_income_margin": True,
                "data_notes": ["机动车登记：数据只到2026-08-31的报送，已超过45天的时效"],
                "verified_member_count": 1,
                "verified_income_per_capita": 320,
                "as_of": AS_OF,
                "run_id": run_id,
            },
        ],
        "household_member": [
            {"household_id": "h1", "person_id": "p1", "data_quality_grade": "C", "data_quality_doubts": ["矛盾"]},
            {"household_id": "h1", "person_id": "p2", "data_quality_grade": "A", "data_quality_doubts": []},
        ],
        "household_change": [
            {
                "household_id": "dibao:D0001",
                "case_feed": "dibao",
                "case_number": "D0001",
                "town": TOWN,
                "village": "东村",
                "kind_of_change": "outcome_changed",
                "outcome_before": "eligible",
                "outcome_after": "needs_review",
                "finding_codes_before": ["age_mismatch"],
                "finding_codes_after": ["deceased_recipient"],
                "finding_codes_new": ["deceased_recipient"],
                "finding_codes_gone": ["age_mismatch"],
                "finding_codes_open": [],
                "cause_kind": ["delivery"],
                "cause": ["《火化登记》2026-10-31报送：与本户有关的1行新增或改动"],
                "previous_as_of": PREVIOUS_AS_OF,
                "as_of": AS_OF,
            },
        ],
        "duplicate_candidate": [
            {
                "pair_id": "d1",
                "probability": 0.93,
                "explanation": "姓名同音,出生日期一致。",
                "town": TOWN,
                "state": "open",
            },
        ],
        "quarantine": [
            {
                **address("dibao", 5),
                "column_name": "id_number",
                "delivered_value": "340590********531X",
                "code": "bad_checksum",
                "disposition": "value_not_used",
            },
        ],
        "delivery_receipt": [
            {
                **receipt,
                "feed": feed,
                "delivery": "2026-10-31",
                "file": address(feed, 1)["file"],
                "sha256": _sha256(content),
                "rows_read": len(rows[feed]) + 2,
                "rows_accepted": len(rows[feed]),
            }
            for feed, content in DELIVERIES.items()
        ],
        "lineage": [
            {"extract": extract, "key": key, "row_id": source, **delivered[source], "step": step}
            for (extract, key, step), sources in used.items()
            for source in sources
        ],
    }


def _create(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]], rows: list[dict[str, Any]]
) -> None:
    described = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    connection.execute(f"create table {table} ({described})")
    for row in rows:
        marks = ", ".join(f"cast(? as {kind})" for _, kind in columns)
        connection.execute(f"insert into {table} values ({marks})", [row.get(name) for name, _ in columns])


def _raw_rows(feed: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    technical = ["_row_id", "_feed", "_delivery", "_file", "_sheet", "_row", "_row_sha256", "_extra"]
    columns = [*technical, *(column.name for column in all_feeds()[feed].columns)]
    schema = {name: pl.Int64 if name == "_row" else pl.String for name in columns}
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=schema)


def _write_raw(raw: Path, run_id: str, as_of: date) -> None:
    raw.mkdir(parents=True)
    values = {
        ("dibao", 4): {"name": FORMULA, "id_number": ID_NUMBERS[0], "account_number": ACCOUNT, "case_number": "D0001"},
        ("dibao", 5): {"name": "李四", "id_number": ID_NUMBERS[1], "case_number": "D0001"},
        ("cremation", 2): {"name": "张三", "id_number": ID_NUMBERS[0], "died_on": "2026-08-03"},
    }
    for feed in all_feeds():
        rows = []
        for (of_feed, number), cells in values.items():
            if of_feed == feed:
                place = address(feed, number)
                key = row_id(feed, number)
                rows.append(
                    {
                        "_row_id": key,
                        "_feed": feed,
                        "_delivery": place["delivery"],
                        "_file": place["file"],
                        "_sheet": place["sheet"],
                        "_row": number,
                        "_row_sha256": _sha256(key.encode()),
                        "_extra": json.dumps({"备注": "随意"}, ensure_ascii=False),
                        **cells,
                    }
                )
        _raw_rows(feed, rows).write_parquet(raw / f"{feed}.parquet")
    context = {
        "run_id": run_id,
        "as_of": as_of,
        "rule_version": "rules-1",
        "code_version": "code-1",
        "model_version": "model-1",
    }
    pl.DataFrame([context]).write_parquet(raw / "run_context.parquet")
    status = [
        {
            "feed": feed,
            "delivery": "2026-10-31" if feed in DELIVERIES else None,
            "delivered_on": AS_OF if feed in DELIVERIES else None,
            "age_days": 0 if feed in DELIVERIES else None,
            "freshness_days": contract.freshness_days,
            "state": "fresh" if feed in DELIVERIES else "never",
            "is_fallback": False,
            "rows": 1,
            "unused_delivery": None,
        }
        for feed, contract in all_feeds().items()
    ]
    pl.DataFrame(status).write_parquet(raw / "feed_status.parquet")
    pl.DataFrame(schema=JUDGED_SCHEMA).write_parquet(raw / "waiting_row.parquet")
    _write_deliveries(raw)


def _write_deliveries(raw: Path) -> None:
    """What intake knows of the two files: the register replaced one of September, in which one row was other."""
    mapping = {
        TOWN: {
            "header_row": 3, "columns": {"成员姓名": "name", "身份证号": "id_number"},
            "letters": {"name": "B", "id_number": "C"},
            "reasons": {"name": "synonym", "id_number": "header", "town": "sheet_name"},
        },
        "": {"header_row": 1, "columns": {"死者姓名": "name"}, "letters": {"name": "A"}, "reasons": {"name": "header"}},
    }  # fmt: skip
    counts = {TOWN: {"title": 1, "header": 1, "total": 0, "blank": 0, "data": 2},
              "": {"title": 1, "header": 1, "total": 0, "blank": 0, "data": 1}}  # fmt: skip
    hidden = {"code": "HIDDEN_SHEET", "where": "工作表“测试镇”", "what": "工作表是隐藏的", "remedy": "请核对"}
    files, deliveries = [], []
    for feed, content in DELIVERIES.items():
        sheet = TOWN if feed == "dibao" else ""
        file = {"feed": feed, "delivery": "2026-10-31", "file": address(feed, 1)["file"], "sha256": _sha256(content)}
        files.append({
            **file, "detected_type": "xlsx" if sheet else "csv", "encoding": None if sheet else "gb18030",
            "column_mapping": json.dumps({sheet: mapping[sheet]}), "sheet_rows": json.dumps({sheet: counts[sheet]}),
            "disposition": "accepted", "in_force": True, "messages": [hidden] if sheet else [],
        })  # fmt: skip
        compared = [{"basis": "previous", "before": "2026-09-30", "added": 0, "changed": 1, "removed": 0}]
        deliveries.append({
            "feed": feed, "delivery": "2026-10-31", "delivered_on": AS_OF, "state": "in_force", "files": 1,
            "rows": counts[sheet]["data"], "compared": compared if sheet else [],
        })  # fmt: skip
    change = {
        "feed": "dibao", "delivery": "2026-10-31", "basis": "previous", "kind": "changed", "file": "dibao.xlsx",
        "sheet": TOWN, "row_number": 5, "file_before": "dibao_9.xlsx", "sheet_before": TOWN, "row_number_before": 6,
        "row_key": "D0001 · 李四", "changes": [
            {"column_name": "id_number", "before": ID_NUMBERS[1], "after": ID_NUMBERS[1][:-1] + "X"},
            {"column_name": "monthly_amount", "before": "520", "after": None},
            {"column_name": "account_number", "before": ACCOUNT[:-1] + "9", "after": ACCOUNT},
        ],
    }  # fmt: skip
    tables = {"delivered_file": (files, FILE_SCHEMA), "delivery": (deliveries, DELIVERY_SCHEMA),
              "delivery_difference": ([change], DIFFERENCE_SCHEMA)}  # fmt: skip
    for name, (rows, schema) in tables.items():
        pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema).write_parquet(
            raw / f"{name}.parquet"
        )


def _mentions() -> list[dict[str, Any]]:
    """The two sides of the pair awaiting review; birth dates differ in the day."""
    return [
        {
            "mention_id": f"{row_id('dibao', 4)}#self",
            **address("dibao", 4),
            "role": "self",
            "name": FORMULA,
            "sex": "女",
            "id_number": ID_NUMBERS[0],
            "id_number_delivered": ID_NUMBERS[0],
            "birth_date": date(1955, 3, 12),
            "town": TOWN,
            "village": "东村",
            "account_number": ACCOUNT,
        },
        {
            "mention_id": f"{row_id('dibao', 5)}#self",
            **address("dibao", 5),
            "role": "self",
            "name": "李四",
            "sex": "女",
            "id_number_delivered": ID_NUMBERS[0][:-2] + "9X",
            "birth_date": date(1955, 3, 13),
            "town": TOWN,
        },
    ]


def _write_matched(matched: Path, pair: dict[str, Any]) -> None:
    """The pair awaiting review as scored; two caseworkers' verdicts, one of them on it, named from the other side."""
    ends = {side: pair[side] for side in ("mention_id_l", "mention_id_r")}
    other = {"mention_id_l": f"{row_id('cremation', 2)}#self", "mention_id_r": ends["mention_id_r"]}
    scored = {"probability": pair["probability"], "vetoes": [], "refusal": None, "level_name": 0, "weight_name": 2.6}
    pl.DataFrame([{**ends, **scored}, {**other, **scored, "probability": 0.41}]).write_parquet(
        matched / "scored_pairs.parquet"
    )
    persons = {"person_id_l": "p1", "person_id_r": "p2", "step": None, "method": "decision"}
    turned = {"mention_id_l": ends["mention_id_r"], "mention_id_r": ends["mention_id_l"]}
    verdicts = [{**persons, **turned, "verdict": "same"}, {**persons, **other, "verdict": "different"}]
    pl.DataFrame(verdicts, schema_overrides={"step": pl.UInt32}).write_parquet(matched / "person_join.parquet")
    groups = {f"{row_id(*row)}#self": person for row, person in
              {("dibao", 4): "p1", ("dibao", 5): "p2", ("cremation", 2): "p1"}.items()}  # fmt: skip
    links = [
        {"mention_id": mention, "person_id": person, "compared_as": mention, "owns_id_number": True}
        for mention, person in groups.items()
    ]
    pl.DataFrame(links).write_parquet(matched / "person_link.parquet")


def quality() -> dict[str, Any]:
    """What the suites said of the one feed that was judged: four expectations, two deliveries."""
    shared = {"feed": "dibao", "severity": "warn", "grain": "row", "required": 0.98, "observed": None, "keys": []}
    failed = {"passed": False, "reason": "not_met", "message": "不符"}
    passed = {"passed": True, "reason": None, "message": ""}
    results = [
        {**shared, **passed, "name": "row_id_unique", "title": "每一行只出现一次", "dimension": "uniqueness",
         "severity": "block", "rows_evaluated": 2, "rows_unexpected": 0},
        {**shared, **failed, "name": "id_number_bad_checksum", "title": "校验位不符的不超过3%", "dimension": "identity",
         "rows_evaluated": 2, "rows_unexpected": 1, "observed": 0.5, "keys": [row_id("dibao", 5)]},
        {**shared, **failed, "name": "medians_keep_their_unit", "dimension": "drift",
         "title": "中位数与前几次相差不到6倍", "severity": "hold", "grain": "figure", "rows_evaluated": 3,
         "rows_unexpected": 1, "keys": ["月保障金额：中位数"]},
        {**shared, **failed, "name": "sexed_as_numbered", "dimension": "consistency", "title": "性别与第17位一致",
         "reason": "no_row", "rows_evaluated": 0, "rows_unexpected": 0},
    ]  # fmt: skip
    profile = {"feed": "dibao", "rows": 2, "filled": {"id_number": 0.5}, "quantiles": {}, "weights": {}}
    deliveries = [
        {**profile, "delivery": "2026-09-30", "rows": 4, "failed_holds": [], "reasons": []},
        {**profile, "delivery": "2026-10-31", "failed_holds": [], "reasons": ["中位数与前几次相差不到6倍"]},
    ]
    feed = {"feed": "dibao", "title": "最低生活保障对象花名册", "delivery": "2026-10-31", "state": "fresh",
            "is_fallback": True, "held": [{"delivery": "2026-11-01", "reason": "暂不使用"}],
            "deliveries": deliveries}  # fmt: skip
    dimensions = {"uniqueness": "唯一性", "identity": "号码质量", "consistency": "表内一致", "drift": "稳定性"}
    told = [{"name": name, "title": title} for name, title in dimensions.items()]
    return {"as_of": AS_OF.isoformat(), "dimensions": told, "feeds": [feed], "results": results}


def _write_previous(previous: Path) -> None:
    """The release before: its name, and its one finding of another kind, which is gone now."""
    previous.mkdir()
    versions = {"rule_version": "rules-1", "code_version": "code-1", "model_version": "model-1"}
    tables = {
        "release_before": [{"as_of": PREVIOUS_AS_OF, "run_id": "0", **versions}],
        "finding_before": [{"finding_id": "f0", "code": "age_mismatch", "title": "年龄与待遇不符", "state": "open"}],
    }
    for table, schema in PREVIOUS.items():
        rows = [{name: row.get(name) for name in schema} for row in tables.get(table, [])]
        pl.DataFrame(rows, schema=schema).write_parquet(previous / f"{table}.parquet")


def make_work(
    work: Path,
    run_id: str = "1",
    as_of: date = AS_OF,
    changed: dict[str, list[dict[str, Any]]] | None = None,
    columns: dict[str, list[tuple[str, str]]] | None = None,
) -> Path:
    """Writes the working folder `work`; `changed` and `columns` replace the rows and columns of marts by name."""
    _write_raw(work / "raw", run_id, as_of)
    (work / "export").mkdir()
    _write_previous(work / "previous")
    (work / "matched").mkdir()
    pair = {
        "pair_id": "d1",
        "mention_id_l": f"{row_id('dibao', 4)}#self",
        "mention_id_r": f"{row_id('dibao', 5)}#self",
        "person_id_l": "p1",
        "person_id_r": "p2",
        "probability": 0.93,
        "match_weight": 3.7,
        "weights": "{}",
        "explanation": "姓名同音,出生日期一致。",
        "conflicts": "性别一致。",
    }
    pl.DataFrame([pair]).write_parquet(work / "matched" / "duplicate_candidate.parquet")
    _write_matched(work / "matched", pair)
    (work / "quality").mkdir()
    (work / "quality" / "quality.json").write_text(json.dumps(quality(), ensure_ascii=False), encoding="utf-8")
    rows = {**mart_rows(run_id), **(changed or {})}
    with duckdb.connect(str(work / "warehouse.duckdb")) as connection:
        for schema in ("raw", "matched", "intermediate", "marts", "policy"):
            connection.execute(f"create schema {schema}")
        for folder in ("raw", "matched"):
            for path in sorted((work / folder).glob("*.parquet")):
                connection.execute(f"create view {folder}.{path.stem} as from read_parquet('{path}')")
        for table, (picture_columns, filled) in _PICTURE.items():
            _create(connection, table, picture_columns, filled)
        _create(connection, "policy.finding_rule", [("code", "VARCHAR"), ("title", "VARCHAR")], _FINDING_RULES)
        _create(connection, "policy.further_finding_rule", [("code", "VARCHAR"), ("title", "VARCHAR")], _FURTHER_RULES)
        problem = {"code": "bad_checksum", "what": "校验位不符", "remedy": "按身份证原件更正"}
        _create(connection, "policy.problem_code", [(name, "VARCHAR") for name in problem], [problem])
        mention = [
            ("mention_id", "VARCHAR"),
            *_ADDRESS,
            *(
                (name, "VARCHAR")
                for name in (
                    "role",
                    "name",
                    "id_number",
                    "id_number_delivered",
                    "sex",
                    "town",
                    "village",
                    "account_number",
                )
            ),
            ("birth_date", "DATE"),
        ]
        _create(connection, "intermediate.int_person__mentioned", mention, _mentions())
        wrong = {"column_name": "id_number", "delivered": "340590********531X", "code": "bad_checksum"}
        delivered = [
            {
                **{name: row[name] for name in ("row_id", *(name for name, _ in _ADDRESS))},
                "disposition": "accepted",
                "problems": [wrong] if (row["feed"], row["row_number"]) == ("dibao", 5) else [],
            }
            for row in mart_rows(run_id)["person_link"]
        ]
        problems = "STRUCT(column_name VARCHAR, delivered VARCHAR, code VARCHAR)[]"
        shape = [("row_id", "VARCHAR"), ("disposition", "VARCHAR"), ("problems", problems), *_ADDRESS]
        _create(connection, "intermediate.int_row__delivered", shape, delivered)
        for name, described in {**MART_COLUMNS, **(columns or {})}.items():
            _create(connection, f"marts.{name}", described, rows[name])
            connection.execute(f"copy marts.{name} to '{work / 'export' / f'{name}.parquet'}' (format parquet)")
    return work


def make_archive(data: DataFolder) -> None:
    """Puts the two delivered files into the archive."""
    for content in DELIVERIES.values():
        path = data.archived_file(_sha256(content))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
