package main

import (
	"encoding/json"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// groupSketch is the sketch of one group, as the checkpoint has it: the bins of
// values above zero are one array, no larger than it must be. What does not fit
// into it (values below zero, counts beyond four bytes, values of very many
// sizes) goes to a sketch of its own besides. What the two hold together is what
// one sketch would hold. Of nil nothing is written.
type groupSketch struct {
	zeros   uint64
	first   int
	counts  []uint32
	besides *sketch
}

func (g *groupSketch) other() *sketch {
	if g.besides == nil {
		g.besides = newSketch()
	}
	return g.besides
}

func (g *groupSketch) add(value float64) {
	switch {
	case value == 0:
		g.zeros++
	case value < 0:
		g.other().add(value)
	default:
		bin := binOf(value)
		at := bin - g.first
		if at < 0 || at >= len(g.counts) {
			if !g.reach(bin, bin) {
				g.other().add(value)
				return
			}
			at = bin - g.first
		}
		if g.counts[at] == math.MaxUint32 {
			g.other().add(value)
			return
		}
		g.counts[at]++
	}
}

// reach makes room for bins `from` to `to`; false where they are too many.
func (g *groupSketch) reach(from, to int) bool {
	first, end := from-binRoom, to+binRoom
	size := len(g.counts)
	if size > 0 {
		first = min(g.first, first)
		end = max(g.first+size, end)
	} else {
		end = max(to, end)
	}
	larger := (end - first + binStep - 1) / binStep * binStep
	if larger > mostBins {
		return false
	}
	counts := make([]uint32, larger)
	if size > 0 {
		copy(counts[g.first-first:], g.counts)
	}
	g.first, g.counts = first, counts
	return true
}

// quantile is the value of rank `quantile` × (count - 1), within the error.
func (g *groupSketch) quantile(quantile float64, count uint64) float64 {
	if g.besides != nil {
		whole := newSketch()
		whole.merge(g.besides.state())
		first, counts := g.trimmed()
		whole.zeros += g.zeros
		whole.positive.merge(first, widened(counts))
		return whole.quantile(quantile)
	}
	rank := math.Floor(quantile * float64(count-1))
	seen := float64(g.zeros)
	if rank < seen {
		return 0
	}
	at := 0
	for seen += float64(g.counts[at]); seen <= rank; seen += float64(g.counts[at]) {
		at++
	}
	return middleOf(g.first + at)
}

// trimmed leaves out empty bins at either end.
func (g *groupSketch) trimmed() (first int, counts []uint32) {
	from, to := 0, len(g.counts)
	for from < to && g.counts[from] == 0 {
		from++
	}
	for from < to && g.counts[to-1] == 0 {
		to--
	}
	if from < to {
		first = g.first + from
	}
	return first, g.counts[from:to]
}

// sketchField is the field of a value's record that has its sketch.
const sketchField = 8

// binShift makes the numbers of bins positive; none is so far below zero.
const binShift = 1 << 17

func (g *groupSketch) write(record []byte) []byte {
	if g == nil {
		return record
	}
	first, counts := g.trimmed()
	var inner []byte
	if g.zeros > 0 {
		inner = appendNumber(inner, 1, g.zeros)
	}
	inner = appendNumber(inner, 2, uint64(first+binShift))
	if len(counts) > 0 {
		var packed []byte
		for _, count := range counts {
			packed = protowire.AppendVarint(packed, uint64(count))
		}
		inner = appendBytes(inner, 3, packed)
	}
	if g.besides != nil {
		inner = appendText(inner, 4, g.besides.json())
	}
	return appendBytes(record, sketchField, inner)
}

func (g *groupSketch) read(record []byte) error {
	*g = groupSketch{}
	var first int
	var counts []uint32
	err := eachField(record, func(field protowire.Number, value fieldValue) error {
		switch field {
		case 1:
			g.zeros = value.number
		case 2:
			first = int(value.number) - binShift
		case 3:
			for packed := value.bytes; len(packed) > 0; {
				count, size := protowire.ConsumeVarint(packed)
				if size < 0 {
					return protowire.ParseError(size)
				}
				counts = append(counts, uint32(count))
				packed = packed[size:]
			}
		case 4:
			var state sketchState
			if err := json.Unmarshal(value.bytes, &state); err != nil {
				return err
			}
			g.other().merge(state)
		}
		return nil
	})
	if err != nil || len(counts) == 0 {
		return err
	}
	if g.reach(first, first+len(counts)-1) {
		copy(g.counts[first-g.first:], counts)
	} else {
		g.other().positive.merge(first, widened(counts))
	}
	return nil
}

func widened(counts []uint32) []uint64 {
	wide := make([]uint64, len(counts))
	for at, count := range counts {
		wide[at] = uint64(count)
	}
	return wide
}
