"""What worklists and the report show of a release: read once from its extracts and its warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipelines.publishing.picture import NO_TOWN, Picture, read_picture

__all__ = ["MARGIN", "MENTION_COLUMNS", "NO_TOWN", "Subjects", "read_subjects", "rule_titles"]

#: Not a finding of the rules but a mark of the verified household; listed with them because help may be due.
MARGIN = "low_income_margin"
#: The number of a margin row in a worklist: it is no finding, and takes no verdict.
MARGIN_NUMBER = "低保边缘-"

#: A verdict names its pair from either side.
_JUDGED = """
select scored.probability, bool_and(joined.verdict = 'same') as is_same
from matched.person_join as joined
inner join matched.scored_pairs as scored
    on least(joined.mention_id_l, joined.mention_id_r) = least(scored.mention_id_l, scored.mention_id_r)
    and greatest(joined.mention_id_l, joined.mention_id_r) = greatest(scored.mention_id_l, scored.mention_id_r)
where joined.verdict in ('same', 'different')
group by scored.mention_id_l, scored.mention_id_r, scored.probability
order by all
"""

_TITLES = """
select code, any_value(title)
from (
    select code, title from policy.finding_rule
    union all
    select code, title from policy.further_finding_rule
) as rules
group by code
"""

_FEEDS = """
select status.*, away.reason as not_applicable_reason
from raw.feed_status as status
left join intermediate.int_policy__not_applicable as away using (feed)
order by status.feed
"""

#: What is shown of a mention.
MENTION_COLUMNS = (
    "mention_id", "feed", "delivery", "file", "sheet", "row_number", "role", "name", "id_number", "id_number_delivered",
    "sex", "birth_date", "town", "village", "account_number",
)  # fmt: skip


@dataclass(frozen=True)
class Subjects:
    """Frames of one release. `mentions` holds only the mentions that stand in a pair awaiting review; `judged`
    (probability, is_same) the compared pairs on which a caseworker has decided.
    """

    findings: pl.DataFrame
    people: pl.DataFrame
    pairs: pl.DataFrame
    mentions: pl.DataFrame
    households: pl.DataFrame
    receipts: pl.DataFrame
    feeds: pl.DataFrame
    judged: pl.DataFrame
    changes: pl.DataFrame
    picture: Picture
    titles: dict[str, str]


def _with_low_income_margin(finding: pl.DataFrame, household: pl.DataFrame) -> pl.DataFrame:
    """The findings, and beside them the units that the marts mark as just above the standard: help may be due there."""
    if "is_low_income_margin" not in household.columns:
        return finding
    times = pl.col("income_ratio").cast(pl.Float64).round(2).cast(pl.String)
    message = pl.format("核实人均月收入为现行标准的 {} 倍，属低保边缘，请告知并协助申请相应救助。", times)
    margin = household.filter("is_low_income_margin").select(
        finding_id=pl.format(MARGIN_NUMBER + "{}", "household_id"),
        code=pl.lit(MARGIN),
        severity=pl.lit("蓝"),
        person_ids=pl.concat_list("head_person_id"),
        household_feed="case_feed",
        household_case="case_number",
        message=message,
        data_notes="data_notes",
        state=pl.lit("open"),
        town="town",
        village="village",
    )
    return pl.concat([finding, margin], how="diagonal_relaxed")


def rule_titles(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Code -> Chinese title of every finding that the policy of a release's warehouse knows."""
    return dict(connection.sql(_TITLES).fetchall())


def read_subjects(release: Path) -> Subjects:
    """Reads the frames; the warehouse is opened read-only."""
    extract = {path.stem: pl.read_parquet(path) for path in (release / "extracts").glob("*.parquet")}
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as connection:
        pairs = extract["duplicate_candidate"].select("pair_id", "town", "state").join(
            connection.sql("from matched.duplicate_candidate").pl(), on="pair_id", how="inner", maintain_order="left"
        )  # fmt: skip
        wanted = (
            pl.concat([pairs.get_column("mention_id_l"), pairs.get_column("mention_id_r")])
            .unique()
            .to_frame("mention_id")
        )
        connection.register("wanted", wanted.to_arrow())
        columns = ", ".join(MENTION_COLUMNS)
        mentions = connection.sql(
            f"select {columns} from intermediate.int_person__mentioned semi join wanted using (mention_id)"
        ).pl()
        people = connection.sql("select person_id, name, id_number, town, village from marts.person").pl()
        feeds = connection.sql(_FEEDS).pl()
        judged = connection.sql(_JUDGED).pl()
        picture = read_picture(connection)
        titles = rule_titles(connection)
    finding = pl.concat([extract["finding"], extract["further_finding"]], how="diagonal_relaxed")
    titles |= dict(finding.select("code", "title").unique().sort("code").iter_rows())
    titles[MARGIN] = "低保边缘"
    return Subjects(
        _with_low_income_margin(finding, extract["verified_household"]),
        people,
        pairs,
        mentions,
        extract["verified_household"],
        extract["delivery_receipt"],
        feeds,
        judged,
        extract["household_change"],
        picture,
        titles,
    )
