"""What two models make of the same rows: who is joined and parted, who comes before a person, and why.

Knows two linkages of the same mentions and the thresholds they were made with; links nothing itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.engine import Linkage, pair_id
from pipelines.matching.explain import explain_pair
from pipelines.matching.model import Model
from pipelines.matching.vetoes import VETOES

#: What becomes of two rows: they are two persons, two persons about whom a caseworker is asked, or one person.
APART, REVIEW, JOINED = "apart", "review", "joined"
ZONES = pl.Enum([APART, REVIEW, JOINED])
ENDS = ["mention_id_l", "mention_id_r"]
#: A change of weight that is told, in bits.
LEAST_BITS = 0.05

OWN_NUMBER = "对身份证号是否属本人的判断不同"
NOT_COMPARED = "只有一个模型比较了这两行"
THRESHOLD = "阈值不同（按原来的可能性，结果也会变）"
SURROUNDINGS = "两行本身的权重没有朝此方向变化，是先验、同名者或相连的行有变"
REVIEWED = [veto.name for veto in VETOES if veto.effect == "review"]


@dataclass(frozen=True)
class Contrast:
    """What differs between two linkages.

    `pairs`, one row per two persons whose zone (APART, REVIEW, JOINED) differs: pair_id, the two rows that show it
    (ENDS), zone_before, zone_after, probability_before, probability_after (null where the rows were not compared),
    reason (Chinese), and the levels, weights, vetoes and refusals of either side (`…_before`, `…_after`).
    `moves`: zone_before, zone_after, pairs. `reasons`: reason, joined, separated, into_review, out_of_review.
    `verdicts`, one row per decided pair: ENDS, verdict, says_before and says_after (the zone to which the model by
    itself would put the pair), contradicted_before and contradicted_after, and the rest as in `pairs`.
    Persons: `merged` hold rows of several persons of before, `split` lie in several persons of after; `rows` are those
    whose person does not hold exactly the same rows any more. `held` are joins that the model would not make anew: the
    two were one person in the release before.
    """

    pairs: pl.DataFrame
    moves: pl.DataFrame
    reasons: pl.DataFrame
    verdicts: pl.DataFrame
    persons_before: int
    persons_after: int
    merged: int
    split: int
    rows: int
    review_before: int
    review_after: int
    held_before: int
    held_after: int


def contrast(
    before: Linkage, after: Linkage, models: tuple[Model, Model], verdicts: pl.DataFrame, *, remembering: bool
) -> Contrast:
    """Compares two linkages of the same mentions, made by the `models` in the same order under the same `verdicts`
    (mention_id_l, mention_id_r, verdict). `remembering`: both stayed with the persons of a release before."""
    staying = models[1].thresholds["stay" if remembering else "link"]
    pairs = _changed(before, after, models[1], staying)
    cells = _cells(before, after)
    return Contrast(
        pairs=pairs,
        moves=pairs.group_by("zone_before", "zone_after").agg(pairs=pl.len()).sort("zone_before", "zone_after"),
        reasons=_by_reason(pairs),
        verdicts=_against_verdicts(before, after, models, verdicts),
        persons_before=cells["before"].n_unique(),
        persons_after=cells["after"].n_unique(),
        merged=cells.filter(pl.col("after").is_duplicated())["after"].n_unique(),
        split=cells.filter(pl.col("before").is_duplicated())["before"].n_unique(),
        rows=int(cells.filter(pl.any_horizontal(pl.col("before", "after").is_duplicated()))["rows"].sum()),
        review_before=before.duplicate_candidate.height,
        review_after=after.duplicate_candidate.height,
        held_before=_held(before, models[0]),
        held_after=_held(after, models[1]),
    )


def _cells(before: Linkage, after: Linkage) -> pl.DataFrame:
    """before, after, rows: how many rows a person of before and one of after have in common."""
    one = before.person_link.select("mention_id", before="person_id")
    other = after.person_link.select("mention_id", after="person_id")
    return one.join(other, on="mention_id").group_by("before", "after").agg(rows=pl.len())


def _held(linkage: Linkage, model: Model) -> int:
    scored = linkage.scored_pairs.filter(pl.col("probability") < model.thresholds["link"])
    joined = linkage.person_join.filter(pl.col("step").is_not_null(), pl.col("method") == "model")
    return _ordered(joined, 0).join(_ordered(scored, 0), on=ENDS, how="semi").height


def _changed(before: Linkage, after: Linkage, model: Model, staying: float) -> pl.DataFrame:
    """The `pairs` of a contrast. Of several pairs of rows that show one change, a join that was made speaks.

    `model`: that of after; `staying`: its threshold for who was one person before.
    """
    told = pl.concat([*_told(before), *_told(after), *_regrouped(before, after)])
    told = told.group_by(ENDS).agg(pl.col("rank").min()).sort(ENDS)
    seen = _both(told, before, after).filter(pl.col("zone_before") != pl.col("zone_after"))
    likely = pl.max_horizontal("probability_before", "probability_after")
    seen = seen.sort("rank", likely, *ENDS, descending=[False, True, False, False], nulls_last=True)
    persons = [f"person_{end}_{side}" for side in ("before", "after") for end in ("low", "high")]
    seen = seen.unique(persons, keep="first", maintain_order=True)
    return seen.with_columns(_pair_ids(seen), reason=_reason(model, staying)).sort("pair_id")


def _told(linkage: Linkage) -> list[pl.DataFrame]:
    """Pairs of rows by which a linkage joins persons (rank 0), or asks about them (rank 1)."""
    joined = linkage.person_join.filter(pl.col("step").is_not_null())
    return [_ordered(joined, 0), _ordered(linkage.duplicate_candidate, 1)]


def _regrouped(before: Linkage, after: Linkage) -> list[pl.DataFrame]:
    """Rows that are compared together with another row than before, beside the row that they go with on either side."""
    one, other = (linkage.person_link.select("mention_id", "compared_as") for linkage in (before, after))
    moved = one.join(other, on="mention_id", suffix="_after").filter(
        pl.col("compared_as") != pl.col("compared_as_after")
    )
    found = []
    for column in ("compared_as", "compared_as_after"):
        beside = moved.select(mention_id_l="mention_id", mention_id_r=column)
        found.append(_ordered(beside.filter(pl.col(ENDS[0]) != pl.col(ENDS[1])), 0))
    return found


def _ordered(pairs: pl.DataFrame, rank: int) -> pl.DataFrame:
    return pairs.select(
        pl.min_horizontal(ENDS).alias(ENDS[0]), pl.max_horizontal(ENDS).alias(ENDS[1]), rank=pl.lit(rank, pl.Int8)
    )


def _pair_ids(pairs: pl.DataFrame) -> pl.Series:
    return pl.Series("pair_id", [pair_id(*ends) for ends in pairs.select(ENDS).iter_rows()], dtype=pl.String)


def _both(pairs: pl.DataFrame, before: Linkage, after: Linkage) -> pl.DataFrame:
    """Pairs of rows with what either linkage says of them."""
    sides = (
        _seen(pairs, linkage).select(pl.all().name.suffix(f"_{when}"))
        for when, linkage in (("before", before), ("after", after))
    )
    return pl.concat([pairs, *sides], how="horizontal")


def _seen(pairs: pl.DataFrame, linkage: Linkage) -> pl.DataFrame:
    """In the order of the pairs: zone, person_low, person_high, is_one_group (the rows were compared as one), and the
    columns of the scored pair, null where the two were not compared."""
    people = linkage.person_link.select("mention_id", "person_id", "compared_as")
    found = pairs.select(ENDS)
    for side in "lr":
        named = people.select(pl.all().name.suffix(f"_{side}"))
        found = found.join(named, on=f"mention_id_{side}", how="left", maintain_order="left")
    found = found.select(
        *_sorted_ends("person_id", "person"), *_sorted_ends("compared_as", "row"),
    ).with_columns(is_one_group=pl.col("row_low") == pl.col("row_high"))  # fmt: skip
    asked = linkage.duplicate_candidate.select(*_sorted_ends("person_id", "person"), is_asked=True).unique()
    found = found.join(asked, on=["person_low", "person_high"], how="left", maintain_order="left")
    scored = linkage.scored_pairs.drop("match_weight", "probability_before")
    scored = scored.select(*_sorted_ends("mention_id", "row"), pl.exclude(ENDS))
    found = found.join(scored, on=["row_low", "row_high"], how="left", maintain_order="left")
    zone = (
        pl.when(pl.col("person_low") == pl.col("person_high"))
        .then(pl.lit(JOINED))
        .when(pl.col("is_asked").is_not_null())
        .then(pl.lit(REVIEW))
        .otherwise(pl.lit(APART))
    )
    return found.with_columns(zone=zone.cast(ZONES)).drop("is_asked", "row_low", "row_high")


def _sorted_ends(column: str, name: str) -> tuple[pl.Expr, pl.Expr]:
    ends = [f"{column}_l", f"{column}_r"]
    return pl.min_horizontal(ends).alias(f"{name}_low"), pl.max_horizontal(ends).alias(f"{name}_high")


def _gain(name: str) -> pl.Expr:
    """By how many bits the weight of a comparison has moved; none where neither side has evidence."""
    sides = (pl.col(f"weight_{name}_{when}").fill_null(0.0) for when in ("after", "before"))
    return next(sides) / math.log(2) - next(sides) / math.log(2)


def _reason(model: Model, staying: float) -> pl.Expr:
    """Why the zone of a pair differs, the plainest cause first."""
    direction = pl.when(pl.col("zone_after") > pl.col("zone_before")).then(1.0).otherwise(-1.0)
    gains = {name: _gain(name) * direction for name in COMPARISONS}
    largest = pl.max_horizontal(gains.values())
    uncompared = pl.any_horizontal(pl.col("probability_before", "probability_after").is_null())
    weighed = pl.coalesce(pl.when(gain == largest).then(_level_title(name)) for name, gain in gains.items())
    return (
        pl.when(pl.any_horizontal("is_one_group_before", "is_one_group_after"))
        .then(pl.lit(OWN_NUMBER))
        .when(uncompared)
        .then(pl.lit(NOT_COMPARED))
        .when(_by_thresholds_alone(model, staying))
        .then(pl.lit(THRESHOLD))
        .when((pl.sum_horizontal(gains.values()) >= LEAST_BITS) & (largest >= LEAST_BITS))
        .then(weighed)
        .otherwise(pl.lit(SURROUNDINGS))
    )


def _by_thresholds_alone(after: Model, staying: float) -> pl.Expr:
    """Whether the probability of before, under the thresholds of after, would lead to the zone of after."""
    joining = pl.when(pl.col("zone_before") == JOINED).then(staying).otherwise(after.thresholds["link"])
    return _zone_of("probability_before", joining, after.thresholds["review"]) == pl.col("zone_after")


def _zone_of(probability: str, joining: pl.Expr, review: float) -> pl.Expr:
    return (
        pl.when(pl.col(probability) >= joining)
        .then(pl.lit(JOINED))
        .when(pl.col(probability) >= review)
        .then(pl.lit(REVIEW))
        .otherwise(pl.lit(APART))
        .cast(ZONES)
    )


def _level_title(name: str) -> pl.Expr:
    comparison = COMPARISONS[name]
    titles = {index: f"{comparison.title}：{level.sentence}" for index, level in enumerate(comparison.levels)}
    level = pl.coalesce(f"level_{name}_after", f"level_{name}_before").cast(pl.Int64)
    return level.replace_strict(titles, default=None, return_dtype=pl.String)


def _by_reason(pairs: pl.DataFrame) -> pl.DataFrame:
    before, after = pl.col("zone_before"), pl.col("zone_after")
    counts = {
        "joined": after == JOINED,
        "separated": before == JOINED,
        "into_review": (before == APART) & (after == REVIEW),
        "out_of_review": (before == REVIEW) & (after == APART),
    }
    grouped = pairs.group_by("reason").agg(
        pl.len().alias("pairs"), *(holds.sum().alias(name) for name, holds in counts.items())
    )
    return grouped.sort("pairs", "reason", descending=[True, False]).drop("pairs")


def _against_verdicts(
    before: Linkage, after: Linkage, models: tuple[Model, Model], verdicts: pl.DataFrame
) -> pl.DataFrame:
    """The `verdicts` of a contrast; a pair that was delivered several times is one."""
    decided = verdicts.select(
        pl.min_horizontal(ENDS).alias(ENDS[0]), pl.max_horizontal(ENDS).alias(ENDS[1]), "verdict"
    ).sort(*ENDS)
    seen = _both(decided, before, after)
    for when, model in zip(("before", "after"), models, strict=True):
        says = _says(when, model)
        seen = seen.with_columns(says.alias(f"says_{when}"))
        contradicts = ((pl.col("verdict") == "same") & (pl.col(f"says_{when}") == APART)) | (
            (pl.col("verdict") == "different") & (pl.col(f"says_{when}") == JOINED)
        )
        seen = seen.with_columns(contradicts.alias(f"contradicted_{when}"))
    group = after.person_link.select("mention_id", "compared_as")
    for side in "lr":
        named = group.rename({"mention_id": f"mention_id_{side}", "compared_as": f"group_{side}"})
        seen = seen.join(named, on=f"mention_id_{side}", how="left", maintain_order="left")
    seen = seen.unique(["group_l", "group_r", "verdict"], keep="first", maintain_order=True).drop("group_l", "group_r")
    return seen.with_columns(_pair_ids(seen), reason=pl.lit(None, pl.String)).sort("pair_id")


def _says(when: str, model: Model) -> pl.Expr:
    """The zone to which the model by itself would put a pair, whatever a caseworker has said of it."""
    vetoed = pl.col(f"vetoes_{when}").list.eval(pl.element().is_in(REVIEWED)).list.any().fill_null(False)
    zone = _zone_of(f"probability_{when}", pl.lit(model.thresholds["link"]), model.thresholds["review"])
    return (
        pl.when(pl.col(f"is_one_group_{when}"))
        .then(pl.lit(JOINED, ZONES))
        .when(vetoed & (zone == JOINED))
        .then(pl.lit(REVIEW, ZONES))
        .otherwise(zone)
    )


def explained(pairs: pl.DataFrame) -> pl.DataFrame:
    """pair_id, explanation, weights (how they moved) of pairs or verdicts of a contrast, in Chinese: as the model of
    after sees the pair, or that of before where only it compared the two."""
    rows = []
    for row in pairs.iter_rows(named=True):
        when = "before" if row["probability_after"] is None else "after"
        if row[f"probability_{when}"] is None:
            rows.append((row["pair_id"], "", ""))
            continue
        ends = f"_{when}"
        *_, sentence = explain_pair({k.removesuffix(ends): v for k, v in row.items() if k.endswith(ends)})
        rows.append((row["pair_id"], sentence, _moved(row)))
    columns = ("pair_id", "explanation", "weights")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _moved(row: Mapping[str, float | None]) -> str:
    """The comparisons whose weight differs, in bits, the largest change first."""
    if row["probability_before"] is None or row["probability_after"] is None:
        return ""
    moved = []
    for name, comparison in COMPARISONS.items():
        one, other = ((row[f"weight_{name}_{when}"] or 0.0) / math.log(2) for when in ("before", "after"))
        if abs(other - one) >= LEAST_BITS:
            moved.append((-abs(other - one), f"{comparison.title} {one:+.1f}→{other:+.1f}"))
    return "；".join(text for _, text in sorted(moved))


def sample(pairs: pl.DataFrame, of_each: int) -> pl.DataFrame:
    """At most so many pairs of every reason, drawn by their ids: arbitrary, and the same ones every time."""
    return pairs.sort("pair_id").filter(pl.int_range(pl.len()).over("reason") < of_each)
