package main

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A record of a checkpoint is written as protobuf has it on the wire, its fields
// in this order. stages/aggregate/group_state.ts writes the same bytes.
const (
	countField  protowire.Number = 1
	windowField protowire.Number = 2
	keyField    protowire.Number = 3
	scoreSum    protowire.Number = 4
	scoreMin    protowire.Number = 5
	scoreMax    protowire.Number = 6
	otherField  protowire.Number = 7
	// valueFields is the first field of values; each is for one.
	valueFields protowire.Number = 16
	// tagFields is the first field of tags; each is for a value of a tag.
	tagFields protowire.Number = 1_024
)

func appendNumber(to []byte, field protowire.Number, number uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, field, protowire.VarintType), number)
}

func appendDouble(to []byte, field protowire.Number, number float64) []byte {
	tagged := protowire.AppendTag(to, field, protowire.Fixed64Type)
	return protowire.AppendFixed64(tagged, math.Float64bits(number))
}

func appendBytes(to []byte, field protowire.Number, bytes []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), bytes)
}

func appendText(to []byte, field protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(to, field, protowire.BytesType), text)
}

// fieldValue is what a field holds: a number, a double as its bits, or bytes.
type fieldValue struct {
	number uint64
	bytes  []byte
}

func (v fieldValue) double() float64 { return math.Float64frombits(v.number) }

// eachField gives the fields of a message in order.
func eachField(message []byte, take func(protowire.Number, fieldValue) error) error {
	for len(message) > 0 {
		field, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return protowire.ParseError(size)
		}
		message = message[size:]
		var value fieldValue
		switch kind {
		case protowire.VarintType:
			value.number, size = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			value.number, size = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			value.bytes, size = protowire.ConsumeBytes(message)
		default:
			size = protowire.ConsumeFieldValue(field, kind, message)
		}
		if size < 0 {
			return protowire.ParseError(size)
		}
		message = message[size:]
		if err := take(field, value); err != nil {
			return err
		}
	}
	return nil
}

// record writes a group.
func (a *aggregate) record(group *group) []byte {
	var record []byte
	if a.schema.GetWindows() != nil {
		record = appendDouble(record, windowField, group.window)
	}
	for _, json := range group.key {
		record = appendText(record, keyField, json)
	}
	if group.isOther {
		record = appendNumber(record, otherField, 1)
	}
	record = appendNumber(record, countField, group.count)
	for at, count := range group.tagged {
		if count > 0 {
			record = appendNumber(record, tagFields+protowire.Number(at), count)
		}
	}
	if a.schema.GetBuiltIn() {
		record = appendDouble(record, scoreSum, group.scores.sum)
		record = appendDouble(record, scoreMin, group.scores.min)
		record = appendDouble(record, scoreMax, group.scores.max)
	}
	for at, figures := range group.values {
		record = appendBytes(record, valueFields+protowire.Number(at), figures.write(nil))
	}
	return record
}

// restoreGroup makes the group that a record is of, in the slot that it had.
func (a *aggregate) restoreGroup(slot int, record []byte) error {
	group := a.newGroup()
	err := eachField(record, func(field protowire.Number, value fieldValue) error {
		switch {
		case field == countField:
			group.count = value.number
		case field == windowField:
			group.window = value.double()
		case field == keyField:
			group.key = append(group.key, string(value.bytes))
		case field == scoreSum:
			group.scores.sum = value.double()
		case field == scoreMin:
			group.scores.min = value.double()
		case field == scoreMax:
			group.scores.max = value.double()
		case field == otherField:
			group.isOther = value.number != 0
		case field >= tagFields && int(field-tagFields) < len(group.tagged):
			group.tagged[field-tagFields] = value.number
		case field >= valueFields && int(field-valueFields) < len(group.values):
			figures := group.values[field-valueFields]
			return eachField(value.bytes, figures.read)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("the record of group %d cannot be read: %w", slot, err)
	}
	a.groups.restore(slot, group)
	return nil
}
