package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	pb "denizen/stages/generated/pipelinev1"
)

// mostRejectText is how much of a refused line is kept, in bytes.
const mostRejectText = 4_096

// lateReject is what becomes of an event whose window is closed: a reject that
// says what is known of it here.
func lateReject(schema *pb.Schema, batch *pb.EventBatch, late lateEvent) *pb.Reject {
	text := eventText(schema, batch, late.row)
	return &pb.Reject{
		Line:   batch.GetBegin().GetLine() + uint64(batch.Line[late.row]),
		Offset: batch.GetBegin().GetOffset() + uint64(batch.LineOffset[late.row]),
		Stage:  "aggregate",
		Reason: fmt.Sprintf(
			"late: its window ended at %s, and is closed since an event of %s",
			formatTime(late.windowEndMs), formatTime(late.watermarkMs),
		),
		Text:   []byte(text)[:min(len(text), mostRejectText)],
		Length: uint64(len(text)),
	}
}

// eventText is an event as JSON, as far as its batch has it.
func eventText(schema *pb.Schema, batch *pb.EventBatch, row int) string {
	event := &object{}
	if time := schema.GetTime(); time != nil {
		event.put(time.GetPath(), timeText(time.GetFormat(), batch.TimeMs[row]))
	}
	for at, key := range schema.GetKeys() {
		entries := key.GetOneOf()
		if len(entries) == 0 {
			entries = batch.Keys[at].Dictionary
		}
		if json := entries[batch.Keys[at].Index[row]]; json != "null" {
			event.put(key.GetPath(), json)
		}
	}
	for at, value := range schema.GetValues() {
		column := batch.Values[at]
		number := column.Value[row]
		if math.IsNaN(number) {
			continue
		}
		text := numberText(number)
		for _, exact := range column.Exact {
			if int(exact.GetRow()) == row {
				text = exact.GetDecimal()
			}
		}
		event.put(value.GetPath(), text)
	}
	return event.json()
}

func timeText(format string, timeMs float64) string {
	switch format {
	case "epoch_s":
		return numberText(timeMs / 1_000)
	case "epoch_ms":
		return numberText(timeMs)
	default:
		return quote(formatTime(timeMs))
	}
}

// object is JSON in the making: its fields are in the order in which they came.
type object struct{ fields []field }

// field has a text, or an object.
type field struct {
	name  string
	text  string
	inner *object
}

// put puts a text at the end of a path.
func (o *object) put(path []string, json string) {
	at := slices.IndexFunc(o.fields, func(field field) bool { return field.name == path[0] })
	if at < 0 {
		at = len(o.fields)
		o.fields = append(o.fields, field{name: path[0]})
	}
	here := &o.fields[at]
	if len(path) == 1 {
		here.text, here.inner = json, nil
		return
	}
	if here.inner == nil {
		here.inner = &object{}
	}
	here.inner.put(path[1:], json)
}

func (o *object) json() string {
	fields := make([]string, len(o.fields))
	for at, field := range o.fields {
		text := field.text
		if field.inner != nil {
			text = field.inner.json()
		}
		fields[at] = quote(field.name) + ":" + text
	}
	return "{" + strings.Join(fields, ",") + "}"
}
