"""Counts the events of a file with Polars: count_with_polars.py FILE

A line that is not JSON ends it, with ignore_errors too.
"""

import json
import sys

import polars as pl

ts, kind, user, value = (pl.col(name) for name in ("ts", "type", "user", "value"))
valid, kept, counted = (pl.col(name) for name in ("valid", "kept", "counted"))

groups = (
    pl.scan_ndjson(
        sys.argv[1],
        schema={
            "ts": pl.String,
            "type": pl.String,
            "user": pl.String,
            "value": pl.Float64,
        },
        ignore_errors=True,
    )
    .with_columns(
        valid=(
            ts.str.to_datetime(strict=False, time_zone="UTC").is_not_null()
            & kind.is_in(["click", "purchase", "view"])
            & user.is_not_null()
            & value.is_not_null()
        ).fill_null(False)
    )
    .with_columns(kept=valid & (kind != "view") & (value >= 10))
    .with_columns(counted=pl.when(kept).then(value.cast(pl.Int64)))
    .with_columns(
        bronze=counted < 40,
        silver=counted.is_between(40, 74),
        gold=counted >= 75,
    )
    .group_by("type")
    .agg(
        lines=pl.len(),
        rejected=(~valid).sum(),
        count=kept.sum(),
        sum=counted.sum(),
        avg=counted.mean(),
        min=counted.min(),
        max=counted.max(),
        bronze=pl.col("bronze").sum(),
        silver=pl.col("silver").sum(),
        gold=pl.col("gold").sum(),
    )
    .sort("type")
    .collect(engine="streaming")
    .to_dicts()
)
rejected = sum(group["rejected"] for group in groups)
events = sum(group["lines"] for group in groups)
print(json.dumps({
    "events": events,
    "rejected": rejected,
    "filtered": events - rejected - sum(group["count"] for group in groups),
    "results": [
        {
            "key": group["type"],
            **{name: group[name] for name in ("count", "sum", "avg", "min", "max")},
            "tags": {
                "tier": {name: group[name] for name in ("bronze", "silver", "gold")}
            },
        }
        for group in groups
        if group["count"] > 0
    ],
}))
