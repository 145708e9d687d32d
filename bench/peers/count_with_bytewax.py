"""Counts the events of a file with Bytewax: count_with_bytewax.py FILE

Each batch of lines is counted at once, and the counts are added up at the end:
an item an event would take about twice the time.
"""

import json
import sys
from datetime import datetime

import bytewax.operators as op
from bytewax.connectors.files import FileSource
from bytewax.connectors.stdio import StdOutSink
from bytewax.dataflow import Dataflow
from bytewax.run import cli_main

try:
    from orjson import loads  # pip install orjson
except ImportError:
    from json import loads

TYPES = ("click", "purchase", "view")


def parse(line):
    """Returns type and value of the event of a line; None if it holds none."""
    try:
        event = loads(line)
        kind, value = event["type"], event["value"]
        datetime.fromisoformat(event["ts"])
    except (ValueError, TypeError, KeyError):
        return None
    is_event = (
        kind in TYPES and isinstance(event["user"], str) and type(value) in (int, float)
    )
    return (kind, int(value)) if is_event else None


def count(lines):
    """Counts a batch of lines."""
    totals = {"events": 0, "rejected": 0, "filtered": 0, "results": {}}
    results = totals["results"]
    for line in lines:
        totals["events"] += 1
        event = parse(line)
        if event is None:
            totals["rejected"] += 1
            continue
        kind, value = event
        if kind == "view" or value < 10:
            totals["filtered"] += 1
            continue
        tier = "gold" if value >= 75 else "silver" if value >= 40 else "bronze"
        result = results.get(kind)
        if result is None:
            results[kind] = result = new_result(value)
        result["count"] += 1
        result["sum"] += value
        if value < result["min"]:
            result["min"] = value
        if value > result["max"]:
            result["max"] = value
        result[tier] += 1
    return [("all", totals)]


def new_result(value):
    return {
        "count": 0,
        "sum": 0,
        "min": value,
        "max": value,
        "bronze": 0,
        "silver": 0,
        "gold": 0,
    }


def add(totals, more):
    """Adds the counts of a batch."""
    for name in ("events", "rejected", "filtered"):
        totals[name] += more[name]
    for kind, result in more["results"].items():
        known = totals["results"].setdefault(kind, new_result(result["min"]))
        for name in ("count", "sum", "bronze", "silver", "gold"):
            known[name] += result[name]
        known["min"] = min(known["min"], result["min"])
        known["max"] = max(known["max"], result["max"])
    return totals


def write(keyed):
    _, totals = keyed
    totals["results"] = [
        {
            "key": kind,
            **{name: result[name] for name in ("count", "sum", "min", "max")},
            "avg": result["sum"] / result["count"],
            "tags": {
                "tier": {name: result[name] for name in ("bronze", "silver", "gold")}
            },
        }
        for kind, result in sorted(totals["results"].items())
    ]
    return json.dumps(totals)


flow = Dataflow("count")
lines = op.input("read", flow, FileSource(sys.argv[1]))
counts = op.flat_map_batch("count", lines, count)
total = op.reduce_final("add", counts, add)
op.output("print", op.map("write", total, write), StdOutSink())
cli_main(flow)
