"""What deliveries of a feed looked like, and how far one lies from those before it.

A profile holds counts, shares, quantiles and the make-up by code and town: figures of the whole delivery, never a value
of a row. Drift is judged like everything else, by expectations: on a table with one row per figure that is compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from expectations.checks import Check, Suite
from expectations.results import FEWEST_FOR_FIGURES
from pipelines.contracts import Feed, get_feed

if TYPE_CHECKING:
    import pandas as pd

#: Of so many good deliveries before it a delivery's figures are compared with the middle one.
LAST = 6
#: A delivery with fewer rows has no distribution to speak of.
FEWEST_ROWS = 50
QUANTILES = {0.1: "低位数", 0.5: "中位数", 0.9: "高位数"}
#: Shares below this are noise where a make-up is compared, and what is new counts as much.
SMALLEST_SHARE = 0.005

#: A figure a tenth, a half or nine tenths of the way may change so many times.
USUAL_RATIO = 2.0
#: 元 and 万元 differ by 10,000, a month and a year by 12: no county's median moves by 6 from one delivery to the next.
HOLD_RATIO = 6.0
USUAL_DROP, HOLD_DROP = 0.05, 0.4
USUAL_DIVERGENCE = 0.1
USUAL_ROWS = 1.5


@dataclass(frozen=True)
class Profile:
    """One delivery. `quantiles` (at QUANTILES) are of columns with enough values; `weights` are shares of the rows that
    have a value; `failed_holds` names the expectations of severity hold that it did not meet by itself."""

    feed: str
    delivery: str
    rows: int
    filled: Mapping[str, float] = field(default_factory=dict)
    quantiles: Mapping[str, Sequence[float]] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    failed_holds: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Profile:
        return cls(**{**data, "failed_holds": tuple(data["failed_holds"])})


def profile_query(suite: Suite, delivery: str) -> str:
    """One row: `row_count`, and per column what a profile holds of it, of the accepted rows of one delivery."""
    feed = get_feed(suite.feed)
    told = ["count(*) as row_count"]
    told += [f"count({name}) as {name}__filled" for name in _filled_columns(feed)]
    told += [
        f"quantile_cont(cast({name} as double), {list(QUANTILES)}) as {name}__quantiles" for name in _numbers(feed)
    ]
    told += [f"histogram({key}) as {name}__weights" for name, key in _categories(feed).items()]
    chosen = f"disposition = 'accepted' and delivery = '{delivery}'"
    return f"select {', '.join(told)} from staging.{feed.staging_model} where {chosen}"


def profile_of(suite: Suite, delivery: str, row: Mapping[str, Any], failed_holds: Sequence[str]) -> Profile:
    """The profile from the row that `profile_query` gives."""
    feed, rows = get_feed(suite.feed), int(row["row_count"])
    counts = {name: int(row[f"{name}__filled"]) for name in _filled_columns(feed)}
    quantiles = {name: row[f"{name}__quantiles"] for name in _numbers(feed) if counts[name] >= FEWEST_FOR_FIGURES}
    return Profile(
        feed.name, delivery, rows,
        {name: round(count / rows, 4) for name, count in counts.items()} if rows else {},
        {name: [round(float(value), 2) for value in values] for name, values in quantiles.items()},
        {name: _shares(row[f"{name}__weights"]) for name in _categories(feed)},
        tuple(failed_holds),
    )  # fmt: skip


def _filled_columns(feed: Feed) -> list[str]:
    return [column.name for column in feed.columns]


def _numbers(feed: Feed) -> list[str]:
    return [column.name for column in feed.columns_of_type("amount", "number", "count")]


def _categories(feed: Feed) -> dict[str, str]:
    """Column -> what its values are counted by."""
    codes = {column.name: column.name for column in feed.columns_of_type("code")}
    towns = {column.name: f"replace({column.name}, ' ', '')" for column in feed.columns_of_type("town")}
    return {**codes, **towns}


def _shares(counted: Mapping[str, int] | None) -> dict[str, float]:
    total = sum((counted or {}).values())
    return {str(value): round(count / total, 4) for value, count in sorted((counted or {}).items())}


def drift_checks(profile: Profile, good: Sequence[Profile]) -> list[Check]:
    """What is expected of a delivery after the good ones before it; nothing where there is nothing to compare."""
    if not _comparable(profile, good):
        return []
    between, dimension = "ExpectColumnValuesToBeBetween", "drift"

    def stated(name: str, title: str, column: str, low: float | None, high: float, *, hold: bool = False) -> Check:
        arguments = {"column": column, "min_value": low, "max_value": high}
        return Check(name, title, dimension, between, arguments, "hold" if hold else "warn", "figure")

    usual, gross = USUAL_RATIO, HOLD_RATIO
    checks = [
        stated("completeness_is_stable", "各列的填写率没有比前几次低5个百分点以上", "drop", None, USUAL_DROP),
        stated(
            "required_columns_stay_filled", "必填各列的填写率没有比前几次低40个百分点以上",
            "required_drop", None, HOLD_DROP, hold=True,
        ),
        stated("distribution_is_stable", "各数额的低、中、高位数与前几次相差不到2倍", "ratio", 1 / usual, usual),
        stated(
            "medians_keep_their_unit", "必填数额的中位数与前几次相差不到6倍(否则多为元与万元、月与年混淆)",
            "median_ratio", 1 / gross, gross, hold=True,
        ),
        stated(
            "composition_is_stable", "各类别、各乡镇的构成与前几次相近(KL散度不超过0.1)",
            "divergence", None, USUAL_DIVERGENCE,
        ),
    ]  # fmt: skip
    if not get_feed(profile.feed).is_append:
        title = "行数与前几次相差不到1.5倍"
        checks.append(stated("size_is_stable", title, "rows_ratio", 1 / USUAL_ROWS, USUAL_ROWS))
    compared = {column for figure in drift_figures(profile, good) for column in figure}
    return [check for check in checks if check.column in compared]


def _comparable(profile: Profile, good: Sequence[Profile]) -> bool:
    return profile.rows >= FEWEST_ROWS and any(before.rows >= FEWEST_ROWS for before in good)


def drift_figures(profile: Profile, good: Sequence[Profile]) -> list[dict[str, Any]]:
    """One row per compared figure: `row_id` names it, and the one of the other columns that fits says how far it lies
    from the middle of the last good deliveries."""
    before = [earlier for earlier in good if earlier.rows >= FEWEST_ROWS][-LAST:]
    feed = get_feed(profile.feed)
    figures: list[dict[str, Any]] = [
        {"row_id": "行数", "rows_ratio": profile.rows / median(earlier.rows for earlier in before)}
    ]
    for name, share in sorted(profile.filled.items()):
        drop = median(earlier.filled.get(name, 0.0) for earlier in before) - share
        of_required = {"required_drop": drop} if _is_required(feed, name) else {}
        figures.append({"row_id": f"{feed.by_name[name].header}：填写率", "drop": drop, **of_required})
    for name, values in sorted(profile.quantiles.items()):
        figures += _ratios(feed, name, values, [p.quantiles[name] for p in before if name in p.quantiles])
    for name, weights in sorted(profile.weights.items()):
        past = [earlier.weights[name] for earlier in before if earlier.weights.get(name)]
        if weights and past:
            divergence = _divergence(weights, past[-1])
            figures.append({"row_id": f"{feed.by_name[name].header}：构成", "divergence": divergence})
    return figures


def _is_required(feed: Feed, column: str) -> bool:
    """Whether what rests on the feed rests on this column."""
    return feed.by_name[column].required or column in feed.row_requires


def _ratios(feed: Feed, column: str, values: Sequence[float], past: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """Quantiles over those of before; none where either is nothing or a loss, of which there is no ratio."""
    figures = []
    for nth, (quantile, title) in enumerate(QUANTILES.items()):
        usual = median(earlier[nth] for earlier in past) if past else 0.0
        if usual <= 0 or values[nth] <= 0:
            continue
        ratio = values[nth] / usual
        of_median = {"median_ratio": ratio} if quantile == 0.5 and _is_required(feed, column) else {}
        figures.append({"row_id": f"{feed.by_name[column].header}：{title}", "ratio": ratio, **of_median})
    return figures


def _divergence(now: Mapping[str, float], before: Mapping[str, float]) -> float:
    """Kullback-Leibler divergence of two make-ups, in nats; what one of them lacks counts as SMALLEST_SHARE."""
    values = sorted(set(now) | set(before))
    shares = [[max(side.get(value, 0.0), SMALLEST_SHARE) for value in values] for side in (now, before)]
    p, q = ([share / sum(side) for share in side] for side in shares)
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))


def figure_frame(profile: Profile, good: Sequence[Profile]) -> pd.DataFrame:
    """The table that drift is judged on."""
    import pandas as pd

    columns = ("drop", "required_drop", "ratio", "median_ratio", "divergence", "rows_ratio")
    frame = pd.DataFrame(drift_figures(profile, good), columns=["row_id", *columns])
    return frame.astype(dict.fromkeys(columns, "float64"))
