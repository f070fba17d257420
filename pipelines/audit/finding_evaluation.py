"""How right the findings are.

A finding about a household is right when the truth has that code for that case. Any other is about the persons in its
evidence rows (a published person id has no truth of its own): it is right when the truth has that code for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
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

    Evidence may name one person more (the other row of a pair); shared accounts are right when most persons are.
    """
    if code == "shared_account":
        return len(true & named) >= 2 and 2 * len(true & named) >= len(true | named)
    return true <= named and len(named) <= (len(true) + 2 if code == "identity_conflict" else 2)


class _Truth:
    def __init__(self, finding: pl.DataFrame) -> None:
        self.rows = finding.to_dicts()
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


def finding_scores(record: pl.DataFrame, truth: pl.DataFrame, findings: pl.DataFrame) -> dict[str, Any]:
    """Scores `overall` and `by_code`, each with the precision of what was called certain.

    `without_subject` counts findings whose evidence leads to no person of the truth; each of them is a wrong answer.
    """
    numbered = findings.with_row_index("number")
    subjects = _persons(record, numbered, _SUBJECT_ROLES)
    conflicting = _persons(record, numbered, _ALL_ROLES)
    known = _Truth(truth)
    answers: dict[Hashable, _Answer] = {}
    without_subject = 0
    for row in numbered.select("number", "code", "household_feed", "household_case", "certain").iter_rows(named=True):
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
        answer = answers.setdefault(
            (code, "true", true) if true is not None else (code, "false", subject), _Answer(code, true, False)
        )
        answer.certain |= bool(row["certain"])
    codes = sorted({row["code"] for row in known.rows} | set(findings.get_column("code")))
    by_code = {code: _score(known, list(answers.values()), code) for code in codes}
    return {
        "overall": _score(known, list(answers.values()), None),
        "by_code": by_code,
        "findings": findings.height,
        "without_subject": without_subject,
    }


def _score(truth: _Truth, answers: list[_Answer], code: str | None) -> dict[str, Any]:
    counted = [
        answer for answer in answers
        if code in (None, answer.code) and not (answer.true is not None and truth.rows[answer.true]["optional"])
    ]  # fmt: skip
    true = sum(code in (None, row["code"]) and not row["optional"] for row in truth.rows)
    certain = [answer for answer in counted if answer.certain]
    right = sum(answer.true is not None for answer in certain)
    return {
        **score(sum(answer.true is not None for answer in counted), len(counted), true),
        "certain_given": len(certain),
        "certain_precision": right / len(certain) if certain else None,
    }
