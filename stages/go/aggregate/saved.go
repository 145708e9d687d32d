package main

import (
	"iter"

	pb "denizen/stages/generated/pipelinev1"
)

// position is a place in the input: everything before it has been seen.
type position struct {
	Event  uint64 `json:"event"`
	Offset uint64 `json:"offset"`
	Line   uint64 `json:"line"`
}

func positionOf(from *pb.Position) position {
	return position{from.GetEvent(), from.GetOffset(), from.GetLine()}
}

func (p position) message() *pb.Position {
	return &pb.Position{Event: p.Event, Offset: p.Offset, Line: p.Line}
}

// head is what is saved besides the records.
type head struct {
	// Kind says what is counted, which must be the same when it is gone on with.
	Kind     string   `json:"kind"`
	Position position `json:"position"`
	Totals   totals   `json:"totals"`
	// WatermarkMs is text: JSON has no infinity.
	WatermarkMs string `json:"watermarkMs"`
	// Rejects are those of Totals by stage and reason; a save may be from before
	// there were any.
	Rejects []rejectCount `json:"rejects"`
}

// totals say what became of the events; see the contract.
type totals struct {
	Events       uint64 `json:"events"`
	Rejected     uint64 `json:"rejected"`
	Filtered     uint64 `json:"filtered"`
	FractionsCut uint64 `json:"fractionsCut,omitempty"`
	Other        uint64 `json:"other,omitempty"`
	Late         uint64 `json:"late,omitempty"`
}

func (t totals) message() *pb.Totals {
	return &pb.Totals{
		Events:       t.Events,
		Rejected:     t.Rejected,
		Filtered:     t.Filtered,
		FractionsCut: unlessNone(t.FractionsCut),
		Other:        unlessNone(t.Other),
		Late:         unlessNone(t.Late),
	}
}

func unlessNone(count uint64) *uint64 {
	if count == 0 {
		return nil
	}
	return &count
}

// record is what a checkpoint has of one open group, or of one result of a closed
// window, by its id.
type record struct {
	id    uint64
	bytes []byte
}

func groupID(slot int) uint64    { return 2 * uint64(slot) }
func resultID(number int) uint64 { return 2*uint64(number) + 1 }

// changes are what has changed since the last call, or since it was made.
type changes struct {
	head    head
	changed iter.Seq[record]
	// removed are ids of records that are no more; of some of them there was none.
	removed []uint64
	// all is everything, for the same head.
	all iter.Seq[record]
}

// changes are to be read before more is counted.
func (a *aggregate) changes() changes {
	var open []*group
	var removed []uint64
	for _, slot := range a.groups.takeTouched() {
		if group := a.groups.bySlot[slot]; group != nil {
			open = append(open, group)
		} else {
			removed = append(removed, groupID(slot))
		}
	}
	from := a.saved
	a.saved = len(a.finished)
	return changes{
		head: head{
			Kind:        a.kind,
			Position:    a.position,
			Totals:      a.totals,
			WatermarkMs: numberText(a.groups.watermarkMs),
			Rejects:     append([]rejectCount{}, a.rejects.counts...),
		},
		changed: a.records(open, from),
		removed: removed,
		all:     a.records(a.groups.all(), 0),
	}
}

func (a *aggregate) records(groups []*group, fromResult int) iter.Seq[record] {
	return func(yield func(record) bool) {
		for _, group := range groups {
			if !yield(record{groupID(group.slot), a.record(group)}) {
				return
			}
		}
		for at, encoded := range a.finished[fromResult:] {
			if !yield(record{resultID(fromResult + at), encoded}) {
				return
			}
		}
	}
}
