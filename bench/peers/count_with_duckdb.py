"""Counts the events of a file with DuckDB: count_with_duckdb.py FILE"""

import json
import sys

import duckdb

# With ignore_errors a line that is not JSON is a row of nulls, and so is a field
# of the wrong type.
QUERY = """
WITH lines AS (
  SELECT
    type,
    trunc(value)::BIGINT AS value,
    ts IS NOT NULL AND "user" IS NOT NULL AND value IS NOT NULL
      AND coalesce(type IN ('click', 'purchase', 'view'), false) AS valid,
    valid AND type <> 'view' AND value >= 10 AS kept
  FROM read_json(
    $file,
    format = 'newline_delimited',
    columns = {ts: 'TIMESTAMPTZ', type: 'VARCHAR', user: 'VARCHAR', value: 'DOUBLE'},
    ignore_errors = true
  )
)
SELECT
  type,
  count(*) AS lines,
  count(*) FILTER (valid AND NOT kept) AS filtered,
  count(*) FILTER (NOT valid) AS rejected,
  count(*) FILTER (kept) AS kept,
  sum(value) FILTER (kept)::BIGINT AS sum,
  avg(value) FILTER (kept) AS avg,
  min(value) FILTER (kept) AS min,
  max(value) FILTER (kept) AS max,
  count(*) FILTER (kept AND value < 40) AS bronze,
  count(*) FILTER (kept AND value >= 40 AND value < 75) AS silver,
  count(*) FILTER (kept AND value >= 75) AS gold
FROM lines
GROUP BY type
ORDER BY type
"""

cursor = duckdb.execute(QUERY, {"file": sys.argv[1]})
names = [column[0] for column in cursor.description]
groups = [dict(zip(names, row)) for row in cursor.fetchall()]
print(json.dumps({
    "events": sum(group["lines"] for group in groups),
    "rejected": sum(group["rejected"] for group in groups),
    "filtered": sum(group["filtered"] for group in groups),
    "results": [
        {
            "key": group["type"],
            "count": group["kept"],
            **{name: group[name] for name in ("sum", "avg", "min", "max")},
            "tags": {"tier": {name: group[name] for name in ("bronze", "silver", "gold")}},
        }
        for group in groups
        if group["kept"] > 0
    ],
}))
