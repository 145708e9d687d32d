package main

import (
	"fmt"
	"math"

	pb "denizen/stages/generated/pipelinev1"
)

// kindOf says what is counted, as a text that is the same for the same, in every
// language: stages/aggregate/saved.ts. How many groups there may be is no part of
// it: whoever has too many raises it and goes on.
func kindOf(schema *pb.Schema, tags []*pb.Tag) string {
	time, windows := "null", "null"
	if field := schema.GetTime(); field != nil {
		time = array(texts(field.GetPath()), quote(field.GetFormat()), boolean(field.GetRequired()))
	}
	if schema.GetWindows() != nil {
		lateness := "null"
		if schema.Windows.AllowedLatenessMs != nil {
			lateness = numberText(schema.Windows.GetAllowedLatenessMs())
		}
		windows = array(numberText(schema.Windows.GetSizeMs()), numberText(schema.Windows.GetOffsetMs()), lateness)
	}
	return array(
		time,
		arrayOf(schema.GetKeys(), func(key *pb.KeyField) string {
			return array(quote(key.GetName()), texts(key.GetPath()), texts(key.GetOneOf()), boolean(key.GetRequired()))
		}),
		arrayOf(schema.GetValues(), func(value *pb.ValueField) string {
			return array(quote(value.GetName()), texts(value.GetPath()), quote(value.GetAs()), texts(value.GetOf()), boolean(value.GetRequired()))
		}),
		arrayOf(schema.GetRequired(), func(field *pb.RequiredField) string {
			return array(texts(field.GetPath()), quote(field.GetAs()))
		}),
		boolean(schema.GetBuiltIn()),
		windows,
		arrayOf(tags, func(tag *pb.Tag) string { return array(quote(tag.GetName()), texts(tag.GetValues())) }),
	)
}

func boolean(is bool) string {
	if is {
		return "true"
	}
	return "false"
}

const misgiven = "the values that no double holds are not those that it gives exactly"

// misfit says why a batch cannot be counted, before anything of it is; empty where
// it can.
func (a *aggregate) misfit(batch *pb.EventBatch) string {
	begin, rows := positionOf(batch.GetBegin()), int(batch.GetRows())
	if begin != a.position {
		return fmt.Sprintf("the state ends at event %d", a.position.Event)
	}
	events := int64(batch.GetEnd().GetEvent()) - int64(begin.Event)
	accounted := int64(rows) + int64(batch.GetFiltered()) + int64(len(batch.GetRejects()))
	if events != accounted {
		return fmt.Sprintf("it has %d events and accounts for %d", events, accounted)
	}
	if rows == 0 {
		return ""
	}
	if wrong := a.wrongColumn(batch, rows); wrong != "" {
		return "its " + wrong + " are not one for each event"
	}
	for at, field := range a.schema.GetValues() {
		fits := isFinite
		if field.GetAs() == "integer" {
			fits = givesExactly
		}
		if !fits(batch.Values[at]) {
			return misgiven
		}
	}
	return ""
}

// wrongColumn names what does not fit the schema, or the rows.
func (a *aggregate) wrongColumn(batch *pb.EventBatch, rows int) string {
	if len(batch.Keys) != len(a.schema.GetKeys()) {
		return "keys"
	}
	for at, column := range batch.Keys {
		if len(column.Index) != rows || isBeyond(column.Index, len(a.groups.entriesOf(column, at))) {
			return "keys"
		}
	}
	if len(batch.Values) != len(a.schema.GetValues()) {
		return "values"
	}
	for _, column := range batch.Values {
		if len(column.Value) != rows {
			return "values"
		}
	}
	if len(batch.Tags) != len(a.tags) {
		return "tags"
	}
	for at, column := range batch.Tags {
		if len(column.Value) != rows || isBeyond(column.Value, len(a.tags[at].GetValues())+1) {
			return "tags"
		}
	}
	if len(batch.ScoreRow) != len(batch.Score) || isBeyond(batch.ScoreRow, rows) {
		return "scores"
	}
	windows := a.schema.GetWindows()
	if windows == nil {
		return ""
	}
	if len(batch.TimeMs) != rows {
		return "times"
	}
	for _, time := range batch.TimeMs {
		if math.IsNaN(time) || math.IsInf(time, 0) {
			return "times"
		}
	}
	if windows.AllowedLatenessMs != nil && (len(batch.Line) != rows || len(batch.LineOffset) != rows) {
		return "lines"
	}
	return ""
}

// isBeyond is true where an index is not below the limit.
func isBeyond(index []uint32, limit int) bool {
	for _, each := range index {
		if int(each) >= limit {
			return true
		}
	}
	return false
}

// givesExactly is true when each integer is exact or among those given exactly,
// and no other.
func givesExactly(column *pb.ValueColumn) bool {
	given := 0
	for row, value := range column.Value {
		if value != value || (math.Abs(value) <= maxSafe && value == math.Trunc(value)) {
			continue
		}
		if given == len(column.Exact) || int(column.Exact[given].GetRow()) != row {
			return false
		}
		given++
	}
	return given == len(column.Exact)
}

// isFinite is true when no double is infinite, and none is given exactly.
func isFinite(column *pb.ValueColumn) bool {
	for _, value := range column.Value {
		if math.IsInf(value, 0) {
			return false
		}
	}
	return len(column.Exact) == 0
}
