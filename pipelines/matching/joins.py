"""How the rows of a person came together: every join in its order, and the verdicts that asked for one or forbade it.

Knows the answer of clustering; explains nothing (a step's weights stand in the scored pairs).
"""

from __future__ import annotations

import polars as pl

PERSON_JOIN = {
    "person_id_l": pl.String,
    "person_id_r": pl.String,
    "step": pl.UInt32,
    "mention_id_l": pl.String,
    "mention_id_r": pl.String,
    "method": pl.String,
    "verdict": pl.String,
}


def join_steps(
    joins: pl.DataFrame, scored: pl.DataFrame, clusters: pl.DataFrame, verdicts: pl.DataFrame
) -> pl.DataFrame:
    """node_l, node_r, cluster_l, cluster_r, method, verdict and step: 1, 2, … in each cluster, null if nothing joined.

    `joins`: the second answer of `cluster`. `verdicts`: node_l, node_r, verdict; each stands here whether it joined or
    not. Verdicts come first, then edges from the surest down, as clustering took them.
    """
    ends = ["node_l", "node_r"]
    joined = joins.filter(pl.col("refusal").is_null()).join(
        scored.select(*ends, "probability", "match_weight"), on=ends, how="left", maintain_order="left"
    )
    of_model = pl.col("method") == "model"
    joined = joined.with_columns(verdict=pl.when(~of_model).then(pl.lit("same")))
    said = verdicts.unique(maintain_order=True).join(joined, on=[*ends, "verdict"], how="anti", maintain_order="left")
    said = said.with_columns(method=pl.lit("decision"))
    columns = [*ends, "method", "verdict"]
    joined = joined.sort(
        of_model,
        pl.when(of_model).then("probability"),
        pl.when(of_model).then("match_weight"),
        *ends,
        descending=[False, True, True, False, False],
    ).select(columns)
    cluster = clusters["cluster"]
    joined = joined.with_columns(
        step=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over(cluster.gather(joined["node_l"]))
    )
    steps = pl.concat([joined, said.select(*columns, step=pl.lit(None, dtype=pl.UInt32))])
    return steps.with_columns(cluster.gather(steps[f"node_{side}"]).alias(f"cluster_{side}") for side in "lr")


def name_joins(steps: pl.DataFrame, first_mentions: pl.Series, ids: pl.DataFrame) -> pl.DataFrame:
    """The steps as PERSON_JOIN: nodes by the mention_id of their first mention (by node), clusters by person_id."""
    named = steps
    for side in "lr":
        person = ids.select(pl.col("cluster", "person_id").name.suffix(f"_{side}"))
        named = named.join(person, on=f"cluster_{side}", how="left", maintain_order="left").with_columns(
            first_mentions.gather(steps[f"node_{side}"]).alias(f"mention_id_{side}")
        )
    return named.select(*PERSON_JOIN).sort(
        "person_id_l", "step", "mention_id_l", "mention_id_r", "verdict", nulls_last=True
    )
