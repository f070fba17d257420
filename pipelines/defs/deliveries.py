"""The departments' deliveries, as assets that Dagster does not make but watches: how old the newest one may be."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from pipelines.contracts import Feed, all_feeds
from pipelines.defs.conventions import DELIVERIES, spec

#: The share of the allowed age after which a feed is shown as nearly too old.
WARN_SHARE = 0.8


def delivery_key(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["delivery", feed])


def delivery_specs() -> list[dg.AssetSpec]:
    """One asset per feed. A run reports a new delivery as an event on it, so the freshness policy follows deliveries,
    not our own nightly runs, which would always look fresh."""
    return [_spec(feed) for feed in all_feeds().values()]


def _spec(feed: Feed) -> dg.AssetSpec:
    limit = timedelta(days=feed.freshness_days)
    return spec(
        ["delivery", feed.name],
        f"{feed.title}(部门报送)",
        f"Files of feed {feed.name} as the department delivered them: {feed.delivery}, {feed.grain} per row.",
        group=DELIVERIES,
        kinds=["file"],
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=limit, warn_window=limit * WARN_SHARE),
        metadata={"freshness_days": feed.freshness_days, "department": feed.department},
    )
