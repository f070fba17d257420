"""Links a flat table by a model of the kind `table`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.matching.tables.groups import bounded_components, group_records
from pipelines.matching.tables.pairs import propose_pairs, read_values
from pipelines.matching.tables.spec import TableModel
from pipelines.matching.tables.weights import Weights, compare, estimate_weights, probabilities


@dataclass(frozen=True)
class TableLinkage:
    """`links`: record_id, person_id (the first record of the group), in the order of the table. `pairs`: record_id_l,
    record_id_r, probability, match_weight, weight_<comparison> (nats). `blocking_report`: one row per rule.
    `weights`: the m and u that were estimated.
    """

    links: pl.DataFrame
    pairs: pl.DataFrame
    blocking_report: pl.DataFrame
    weights: Weights


def _logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def link_table(table: pl.DataFrame, model: TableModel) -> TableLinkage:
    """Estimates the weights on the table itself, scores the proposed pairs and groups the records.

    Same table, same answer. Raises MatchingInputError.
    """
    values = read_values(table, model)
    ids = table.rename({column: column.strip() for column in table.columns})[model.record_id].cast(pl.String)
    proposed, report = propose_pairs(values, model)
    compared = compare(values, proposed, model)
    weights = estimate_weights(values, compared, model)
    each = weights.of(compared, model)
    total = each.sum(axis=1)
    base = _logit(weights.prior)

    def log_odds(pairs: pl.DataFrame) -> np.ndarray:
        return np.asarray(weights.of(compare(values, pairs, model), model).sum(axis=1) + base)

    found = bounded_components(values.height, compared.left, compared.right, total + base, _logit(model.link))
    group = group_records(values.height, found, log_odds, _logit(model.group))
    pairs = pl.DataFrame(
        {
            "record_id_l": ids.gather(compared.left),
            "record_id_r": ids.gather(compared.right),
            "probability": probabilities(total, weights.prior),
            "match_weight": total,
            **{f"weight_{c.name}": each[:, index] for index, c in enumerate(model.comparisons)},
        }
    )
    links = pl.DataFrame({"record_id": ids, "person_id": ids.gather(group)})
    return TableLinkage(links, pairs, report, weights)
