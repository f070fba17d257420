"""What a run says in the end of files that were not used."""

from __future__ import annotations

from typing import Any

from pipelines.console.summary import unused_files


def _message(file: str, what: str = "缺少必需的列“姓名”", feed: str | None = "dibao") -> dict[str, Any]:
    return {
        "feed": feed, "delivery": feed and "2026-10-31", "file": file, "code": "MISSING_COLUMN", "what": what,
        "where": f"《{file}》", "remedy": "请补上该列",
    }  # fmt: skip


def test_a_fault_that_files_of_a_delivery_share_is_told_once_with_its_places() -> None:
    towns = [f"{town}.xlsx" for town in "甲乙丙丁戊"]
    told = unused_files([*map(_message, towns), _message("己.xlsx", "没有数据行"), _message("甲.xlsx", feed=None)])
    assert told == [
        "缺少必需的列“姓名”；位置：dibao/2026-10-31 《甲.xlsx》、《乙.xlsx》、《丙.xlsx》 等 5 处；处理：请补上该列",
        "没有数据行；位置：dibao/2026-10-31 《己.xlsx》；处理：请补上该列",
        "缺少必需的列“姓名”；位置：《甲.xlsx》；处理：请补上该列",
    ]
