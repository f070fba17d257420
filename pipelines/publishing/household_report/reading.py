"""What a release says about households, read in few queries for many of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import polars as pl

from pipelines.publishing.household_report import queries
from pipelines.publishing.household_report.evidence import Evidence, Headers, read_evidence
from pipelines.publishing.people import NO_TOWN

Row = dict[str, Any]


class UnknownHousehold(LookupError):
    """The release has no such household or town; the message has three parts."""


@dataclass(frozen=True)
class Policy:
    """The rows in force on the business date: rules, effects and documents by code, questions by feed, feeds that
    do not apply in the county, limits, ways to object."""

    rules: dict[str, Row]
    effects: dict[str, Row]
    documents: dict[str, Row]
    questions: dict[str, Row]
    not_applicable: dict[str, Row]
    limits: dict[str, Row]
    routes: list[Row]
    programmes: dict[str, str]
    headers: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Dossier:
    """Everything one report shows, as the release holds it. `number` is the household's place in the release; lists are
    in the order of reading.
    """

    number: int
    household: Row
    unit: Row
    members: list[Row]
    answers: list[Row]
    incomes: list[Row]
    assets: list[Row]
    enrolments: list[Row]
    other_units: list[Row]
    mentions: dict[str, int]
    findings: list[Row]
    doubts: list[str]
    unused: list[Row]
    open_pairs: int
    evidence: Evidence
    persons: frozenset[str] = field(default_factory=frozenset)

    @property
    def household_id(self) -> str:
        return str(self.household["household_id"])


class ReleaseReader:
    """Reads dossiers from the warehouse of one release; use as a context manager."""

    def __init__(self, release: Path) -> None:
        self.release = release
        self._connection = duckdb.connect(str(release / "warehouse.duckdb"), read_only=True)
        self.run = self._rows("from raw.run_context")[0]
        tables = self._rows("select schema_name || '.' || table_name as name from duckdb_tables()")
        self._tables = frozenset(row["name"] for row in tables)
        self.feeds = {row["feed"]: row for row in self._rows("from raw.feed_status order by feed")}
        self.policy = self._policy()
        self.file_headers = Headers(self._rows("from raw.delivered_file where in_force"))

    def __enter__(self) -> ReleaseReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    @property
    def as_of(self) -> date:
        found: date = self.run["as_of"]
        return found

    @property
    def name(self) -> str:
        """`<business date>/<run>`, as people name the release."""
        return f"{self.as_of.isoformat()}/{self.run['run_id']}"

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._connection.sql(query, params=list(parameters)).pl().to_dicts()

    def _in_force(self, *seeds: str) -> list[Row]:
        """Rows of the seeds that the release has, in force on its business date."""
        found = (
            self._rows(queries.IN_FORCE.format(seed=seed)) for seed in seeds if f"policy.{seed}" in self._tables
        )  # fmt: skip
        return [row for rows in found for row in rows]

    def _policy(self) -> Policy:
        return Policy(
            rules={row["code"]: row for row in self._in_force("finding_rule", "further_finding_rule")},
            effects={row["code"]: row for row in self._in_force("outcome_rule")},
            documents={row["code"]: row for row in self._in_force("clearing_document")},
            questions={row["feed"]: row for row in self._in_force("deciding_feed")},
            not_applicable={row["feed"]: row for row in self._in_force("feed_not_applicable")},
            limits={row["limit_code"]: row for row in self._in_force("household_limit")},
            routes=sorted(self._in_force("objection_route"), key=lambda row: row["place"]),
            programmes={row["programme"]: row["title"] for row in self._rows("from policy.programme")},
            headers={(row["feed"], row["column_name"]): row["header"] for row in self._rows("from policy.feed_column")},
        )

    def towns(self) -> dict[str, list[str]]:
        """Town -> its household ids, sorted; households without a town under NO_TOWN, at the end."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for row in self._rows(queries.TOWNS):
            grouped[row["town"] or NO_TOWN].append(row["household_id"])
        return dict(sorted(grouped.items(), key=lambda entry: (entry[0] == NO_TOWN, entry[0])))

    def households_of(self, town: str) -> list[str]:
        """The household ids of a town. Raises UnknownHousehold."""
        towns = self.towns()
        if town not in towns:
            near = [name for name in towns if town in name or name in town]
            known = "、".join(near or towns) or "没有任何乡镇"
            raise UnknownHousehold(
                f"本次发布没有这个乡镇的家庭；位置：发布 {self.name}；"
                f"处理：改用名册中的乡镇名（{known}），或用 --all 出具全部"
            )
        return towns[town]

    def check(self, household_id: str) -> None:
        """Raises UnknownHousehold, saying what else the id may be."""
        if self._rows("select 1 as found from marts.verified_household where household_id = ?", [household_id]):
            return
        raise UnknownHousehold(self._what_else(household_id))

    def _what_else(self, identifier: str) -> str:
        person = self._rows("select person_id, superseded_by from marts.person where person_id = ?", [identifier])
        if person:
            current = person[0]["superseded_by"] or person[0]["person_id"]
            units = [row["household_id"] for row in self._rows(queries.UNITS_OF_PERSON, [current])]
            merged = f"，已并入 {current}" if person[0]["superseded_by"] else ""
            where = f"其所在家庭为 {'、'.join(units)}" if units else "此人不在任何低保、特困或申请家庭中"
            return f"给出的是人员编号，不是户编号{merged}；位置：发布 {self.name}；处理：{where}"
        earlier = self._earlier_release(identifier)
        if earlier:
            return (
                f"该户不在本次发布中，已停保、撤回或改了证号；位置：发布 {self.name}；"
                f"处理：最近一次出现在 {earlier}，用 --release 指定该发布可以出具当时的报告"
            )
        return (
            f"本次发布没有这一户；位置：发布 {self.name}；"
            "处理：核对户编号（形如 dibao:证号、tekun:供养证号、application:申请编号），见提取表 verified_household"
        )

    def _earlier_release(self, household_id: str) -> Path | None:
        """The newest other release in which the household stands."""
        others = sorted(self.release.parent.parent.glob("*/*/extracts/verified_household.parquet"), reverse=True)
        for path in others:
            if path.parents[1] != self.release:
                found = pl.scan_parquet(path).filter(pl.col("household_id") == household_id).select(pl.len()).collect()
                if found.item():
                    return path.parents[1]
        return None

    def read(self, household_ids: Iterable[str]) -> list[Dossier]:
        """The dossiers of known households, in the order asked for."""
        ids = list(household_ids)
        self._connection.register(
            "wanted", pl.DataFrame({"household_id": ids}, schema={"household_id": pl.String}).to_arrow()
        )
        by_household = {name: self._grouped(query) for name, query in queries.OF_HOUSEHOLD.items()}
        findings = self._findings()
        evidence = read_evidence(
            self._connection, [finding for found in findings.values() for finding in found], self.file_headers
        )
        numbers = {row["household_id"]: row for row in self._rows(queries.HOUSEHOLDS)}
        dossiers = []
        for household_id in ids:
            own = {name: groups.get(household_id, []) for name, groups in by_household.items()}
            household = numbers[household_id]
            persons = {row["person_id"] for row in own["members"]} | {household["head_person_id"]}
            dossiers.append(
                Dossier(
                    number=household.pop("number"),
                    household=household,
                    unit=own["units"][0],
                    members=own["members"],
                    answers=own["answers"],
                    incomes=own["incomes"],
                    assets=own["assets"],
                    enrolments=own["enrolments"],
                    other_units=own["other_units"],
                    mentions={row["feed"]: row["row_count"] for row in own["mentions"]},
                    findings=findings.get(household_id, []),
                    doubts=[row["sentence"] for row in own["doubts"]],
                    unused=own["unused"],
                    open_pairs=own["open_pairs"][0]["pairs"] if own["open_pairs"] else 0,
                    evidence=evidence,
                    persons=frozenset(persons - {None}),
                )
            )
        return dossiers

    def _grouped(self, query: str) -> dict[str, list[Row]]:
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows(query):
            grouped[row["household_id"]].append(row)
        return grouped

    def _findings(self) -> dict[str, list[Row]]:
        """Findings of the wanted households, their members' own ones included; further findings where there are any."""
        grouped: dict[str, list[Row]] = defaultdict(list)
        for table in ("finding", "further_finding"):
            if f"marts.{table}" in self._tables:
                for row in self._rows(queries.FINDINGS.format(table=table)):
                    grouped[row["household_id"]].append(row)
        return grouped
