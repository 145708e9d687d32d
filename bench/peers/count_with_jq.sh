#!/bin/sh
# Counts the events of a file with jq: count_with_jq.sh FILE
#
# A ts is only looked at for its shape: jq reads no fractions of seconds, and a
# pattern for each event would take most of the time.
exec jq --null-input --raw-input --compact-output '
  # The group of a line: its type and tier, or what became of it.
  def group:
    if type != "object"
      or (.ts | type != "string" or length < 20 or .[10:11] != "T")
      or (.type | . != "click" and . != "purchase" and . != "view")
      or (.user | type != "string")
      or (.value | type != "number")
    then "rejected"
    elif .type == "view" or .value < 10 then "filtered"
    elif .value >= 75 then .type + " gold"
    elif .value >= 40 then .type + " silver"
    else .type + " bronze"
    end;

  reduce (inputs | fromjson? // null) as $event ({};
    ($event | group) as $group
    | (if $group == "rejected" then 0 else $event.value | trunc end) as $value
    | .[$group] as $known
    | .[$group] =
      if $known == null then [1, $value, $value, $value]
      else [
        $known[0] + 1,
        $known[1] + $value,
        if $value < $known[2] then $value else $known[2] end,
        if $value > $known[3] then $value else $known[3] end
      ]
      end
  )
  | {
    events: (map(.[0]) | add // 0),
    rejected: (.rejected[0] // 0),
    filtered: (.filtered[0] // 0),
    results: (
      del(.rejected, .filtered)
      | to_entries
      | group_by(.key | split(" ")[0])
      | map({
        key: (.[0].key | split(" ")[0]),
        count: (map(.value[0]) | add),
        sum: (map(.value[1]) | add),
        min: (map(.value[2]) | min),
        max: (map(.value[3]) | max),
        tags: { tier: (map({ key: (.key | split(" ")[1]), value: .value[0] }) | from_entries) }
      } | .avg = .sum / .count)
    )
  }
' "$1"
