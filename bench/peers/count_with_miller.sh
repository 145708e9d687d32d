#!/bin/sh
# Counts the events of a file with Miller: count_with_miller.sh FILE
#
# A line that is not JSON ends it.
exec mlr --ijsonl --ojsonl --no-auto-flatten --no-auto-unflatten put -q '
  begin {
    @events = 0;
    @rejected = 0;
    @filtered = 0;
    @results = {};
  }
  @events += 1;
  if (
    is_error(strptime($ts, "%Y-%m-%dT%H:%M:%SZ"))
    || ($type != "click" && $type != "purchase" && $type != "view")
    || is_empty($user) || !is_numeric($value)
  ) {
    @rejected += 1;
  } elif ($type == "view" || $value < 10) {
    @filtered += 1;
  } else {
    num value = int($value);
    @count[$type] += 1;
    @sum[$type] += value;
    @min[$type] = min(@min[$type], value);
    @max[$type] = max(@max[$type], value);
    str tier = value >= 75 ? "gold" : value >= 40 ? "silver" : "bronze";
    @tier[$type][tier] += 1;
  }
  end {
    for (type, count in @count) {
      @results[type] = {
        "key": type,
        "count": count,
        "sum": @sum[type],
        "avg": @sum[type] / count,
        "min": @min[type],
        "max": @max[type],
        "tags": { "tier": @tier[type] },
      };
    }
    emit1 {
      "events": @events,
      "rejected": @rejected,
      "filtered": @filtered,
      "results": get_values(@results),
    };
  }
' "$1"
