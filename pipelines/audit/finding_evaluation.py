"""How right the findings are.

A finding about a household is right when the truth has that code for that case. Any other is about the persons in its
evidence rows (a published person id has no truth of its own): it is right when the truth has that code for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.audit.scores import per_feed_address, score

HOUSEHOLD_CODES = frozenset(
    (
        "undeclared_spouse", "undeclared_fishing_compensation", "income_over_limit", "vehicle_owned",
        "property_over_limit", "deposit_over_limit", "business_interest", "uncovered_hardship", "member_gap",
        "unauthorised_check",
        "review_overdue", "grace_period_over", "single_person_household", "dead_member_counted", "poverty_mark_missing",
        "poverty_mark_unfounded",
    )
)  # fmt: skip
#: Codes about a set of persons who share something: right when most of them are named.
_SHARING_CODES = frozenset(("shared_account", "vessel_compensated_twice"))
#: Where no town is known.
NO_TOWN = "未注明乡镇"
_ADDRESS = ["feed", "delivery", "file", "sheet", "row_number"]
#: Whom a row is about: not the head it refers to, nor the guardian. Only an identity conflict is about spouses.
_SUBJECT_ROLES = ("self", "child", "payee")
_ALL_ROLES = (*_SUBJECT_ROLES, "husband", "wife")


@dataclass
class _Answer:
    """What was said once: several published findings on the same subject are one answer."""

    code: str
    true: int | None
    certain: bool
    town: str


def _persons(record: pl.DataFrame, findings: pl.DataFrame, roles: Iterable[str]) -> dict[int, frozenset[int]]:
    """Finding number -> the true persons of its evidence rows in one of `roles`."""
    subject = per_feed_address(record.filter(pl.col("role").is_in(list(roles)))).select(*_ADDRESS, "person_uid")
    evidence = findings.select("number", "evidence").explode("evidence").drop_nulls("evidence").unnest("evidence")
    if evidence.is_empty():
        return {}
    found = per_feed_address(evidence).join(subject, on=_ADDRESS, nulls_equal=True)
    grouped = found.group_by("number").agg(pl.col("person_uid").unique())
    return {number: frozenset(persons) for number, persons in grouped.iter_rows()}


def _fits(code: str, true: frozenset[int], named: frozenset[int]) -> bool:
    """Whether a finding whose evidence names the persons `named` says what the truth says of `true`.

    Evidence may name one person more (the other row of a pair); those who share something are right when most are.
    """
    if code in _SHARING_CODES and len(true) > 1:
        return len(true & named) >= 2 and 2 * len(true & named) >= len(true | named)
    return true <= named and len(named) <= (len(true) + 2 if code == "identity_conflict" else 2)


class _Truth:
    def __init__(self, finding: pl.DataFrame, towns: Mapping[int, str]) -> None:
        self.rows = finding.to_dicts()
        for row in self.rows:
            row["town"] = _town_of(row["person_uids"], towns)
        self._by_case = {
            (row["code"], row["household_feed"], row["household_case"]): number
            for number, row in enumerate(self.rows)
            if row["code"] in HOUSEHOLD_CODES
        }
        self._by_person: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number, row in enumerate(self.rows):
            if row["code"] not in HOUSEHOLD_CODES:
                for person in row["person_uids"]:
                    self._by_person[row["code"], person].append(number)

    def of_case(self, code: str, feed: str | None, case: str | None) -> int | None:
        return self._by_case.get((code, feed or "", (case or "").strip()))

    def of_persons(self, code: str, named: frozenset[int]) -> int | None:
        """The best fitting true finding: most persons in common, and rather one that counts."""
        candidates = {number for person in named for number in self._by_person[code, person]}
        fitting = []
        for number in candidates:
            true = frozenset(self.rows[number]["person_uids"])
            if _fits(code, true, named):
                share = len(true & named) / len(true | named)
                fitting.append((share, not self.rows[number]["optional"], -number))
        return -max(fitting)[2] if fitting else None


def _town_of(persons: Iterable[int], towns: Mapping[int, str]) -> str:
    """Where most of the persons live; of as many, the first by name."""
    counted = Counter(towns[person] for person in persons if person in towns)
    return min(counted, key=lambda town: (-counted[town], town)) if counted else NO_TOWN


def finding_scores(
    record: pl.DataFrame, truth: pl.DataFrame, findings: pl.DataFrame, towns: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """Scores `overall` and `by_code`, each with the precision of what was called certain.

    `without_subject` counts findings whose evidence leads to no person of the truth; each of them is a wrong answer.
    With `towns` (true person -> town) also the lists `by_town` and `by_town_and_code`. A true finding belongs to the
    town where its persons live, a wrong answer to the town that was published.
    """
    known = _Truth(truth, towns or {})
    answers, without_subject = _answers(known, record, findings)
    codes = sorted({row["code"] for row in known.rows} | set(findings.get_column("code")))
    scores = {
        "overall": _score(known, answers),
        "by_code": {code: _score(known, answers, code=code) for code in codes},
        "findings": findings.height,
        "without_subject": without_subject,
    }
    if towns is not None:
        present = sorted({row["town"] for row in known.rows} | {answer.town for answer in answers})
        cells = [(town, code, _score(known, answers, code=code, town=town)) for town in present for code in codes]
        scores["by_town"] = [{"town": town, **_score(known, answers, town=town)} for town in present]
        scores["by_town_and_code"] = [
            {"town": town, "code": code, **cell} for town, code, cell in cells if cell["given"] or cell["true"]
        ]
    return scores


def _answers(known: _Truth, record: pl.DataFrame, findings: pl.DataFrame) -> tuple[list[_Answer], int]:
    """What was said, each thing once, and how many findings lead to no person of the truth."""
    numbered = findings.with_row_index("number")
    subjects = _persons(record, numbered, _SUBJECT_ROLES)
    conflicting = _persons(record, numbered, _ALL_ROLES)
    answers: dict[Hashable, _Answer] = {}
    without_subject = 0
    columns = ("number", "code", "household_feed", "household_case", "certain", "town")
    for row in numbered.select(columns).iter_rows(named=True):
        code = row["code"]
        subject: Hashable
        if code in HOUSEHOLD_CODES:
            true = known.of_case(code, row["household_feed"], row["household_case"])
            subject = (row["household_feed"], row["household_case"])
        else:
            named = (conflicting if code == "identity_conflict" else subjects).get(row["number"], frozenset())
            true = known.of_persons(code, named)
            subject = named or ("row", row["number"])
            without_subject += not named
        key = (code, "true", true) if true is not None else (code, "false", subject)
        town = (row["town"] or NO_TOWN) if true is None else known.rows[true]["town"]
        answer = answers.setdefault(key, _Answer(code, true, False, town))
        answer.certain |= bool(row["certain"])
    return list(answers.values()), without_subject


def _score(
    truth: _Truth, answers: list[_Answer], *, code: str | None = None, town: str | None = None
) -> dict[str, Any]:
    """The score of one code, one town, both or all; what may be said or not does not count."""

    def within(its_code: str, its_town: str) -> bool:
        return code in (None, its_code) and town in (None, its_town)

    counted = [
        answer for answer in answers
        if within(answer.code, answer.town) and not (answer.true is not None and truth.rows[answer.true]["optional"])
    ]  # fmt: skip
    true = sum(within(row["code"], row["town"]) and not row["optional"] for row in truth.rows)
    certain = [answer for answer in counted if answer.certain]
    right = sum(answer.true is not None for answer in certain)
    return {
        **score(sum(answer.true is not None for answer in counted), len(counted), true),
        "certain_given": len(certain),
        "certain_precision": right / len(certain) if certain else None,
    }
