package main

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	pb "denizen/stages/generated/pipelinev1"
)

// figures are what is known of one value of one group.
type figures interface {
	// add counts one value; NaN is none.
	add(value float64)
	// addExact counts an integer that no double holds; add() leaves it out.
	addExact(integer *big.Int)
	// tell makes the result, for a group of so many events.
	tell(events uint64) *pb.Figures
	// write appends the fields of a record's message.
	write(record []byte) []byte
	// read takes one of them over. The bytes are those behind its tag.
	read(field protowire.Number, value fieldValue) error
}

// newFigures starts the figures of a value; with a sketch where percentiles are
// wanted.
func newFigures(field *pb.ValueField) figures {
	bounds := bounds{min: math.Inf(1), max: math.Inf(-1)}
	percentiles := percentilesOf(field)
	var sketch *groupSketch
	if len(percentiles) > 0 {
		sketch = &groupSketch{}
	}
	if field.GetAs() == "integer" {
		return &integerFigures{bounds: bounds, sketch: sketch, percentiles: percentiles}
	}
	return &numberFigures{bounds: bounds, sketch: sketch, percentiles: percentiles}
}

// percentilesOf are those among what is wanted of a value, in percent.
func percentilesOf(field *pb.ValueField) []float64 {
	var percentiles []float64
	for _, figure := range field.GetOf() {
		digits, isPercentile := strings.CutPrefix(figure, "p")
		if percent, err := strconv.ParseFloat(digits, 64); isPercentile && err == nil {
			percentiles = append(percentiles, percent)
		}
	}
	return percentiles
}

// bounds are the least and the largest of values; minus nothing where there are
// none.
type bounds struct {
	missing  uint64
	min, max float64
}

func (b *bounds) include(value float64) {
	if value < b.min {
		b.min = value
	}
	if value > b.max {
		b.max = value
	}
}

// tellPercentiles writes the percentiles; none is beyond the values.
func tellPercentiles(sketch *groupSketch, percentiles []float64, count uint64, least, largest string) []string {
	low, _ := strconv.ParseFloat(least, 64)
	high, _ := strconv.ParseFloat(largest, 64)
	told := make([]string, len(percentiles))
	for at, percentile := range percentiles {
		switch percentile {
		case 0:
			told[at] = least
		case 100:
			told[at] = largest
		default:
			value := sketch.quantile(percentile/100, count)
			switch {
			case value <= low:
				told[at] = least
			case value >= high:
				told[at] = largest
			default:
				told[at] = numberText(value)
			}
		}
	}
	return told
}

// numberFigures are those of doubles. Their sum does not depend on the order:
// what rounding leaves out is kept in two more doubles, and what those leave
// out, which is rare, in an exact sum besides.
type numberFigures struct {
	bounds
	sum, rest, last float64
	besides         *exactSum
	sketch          *groupSketch
	percentiles     []float64
}

func (f *numberFigures) add(value float64) {
	if value != value {
		f.missing++
		return
	}
	if f.sketch != nil {
		f.sketch.add(value)
	}
	f.include(value)
	if value >= huge || value <= -huge {
		f.addBesides(value)
		return
	}
	var left float64
	if f.sum, left = twoSum(f.sum, value); left == 0 {
		return
	}
	if f.rest, left = twoSum(f.rest, left); left == 0 {
		return
	}
	if f.last, left = twoSum(f.last, left); left != 0 {
		f.addBesides(left)
	}
}

func (f *numberFigures) addBesides(value float64) {
	if f.besides == nil {
		f.besides = &exactSum{}
	}
	f.besides.add(value)
}

func (f *numberFigures) addExact(*big.Int) {} // a double has none; checkBatch() sees to it

func (f *numberFigures) tell(events uint64) *pb.Figures {
	count := events - f.missing
	if count == 0 {
		return noFigures()
	}
	var sum exactSum
	if f.besides != nil {
		sum.Usual = append(sum.Usual, f.besides.Usual...)
		sum.Huge = append(sum.Huge, f.besides.Huge...)
	}
	for _, part := range []float64{f.sum, f.rest, f.last} {
		sum.add(part)
	}
	average := sum.mean(float64(count))
	low, high := numberText(f.min), numberText(f.max)
	return &pb.Figures{
		Count:       count,
		Sum:         numberText(sum.total()),
		Min:         low,
		Max:         high,
		Avg:         &average,
		Percentiles: tellPercentiles(f.sketch, f.percentiles, count, low, high),
	}
}

func (f *numberFigures) write(record []byte) []byte {
	record = appendNumber(record, 1, f.missing)
	record = appendDouble(record, 2, f.min)
	record = appendDouble(record, 3, f.max)
	for at, part := range []float64{f.sum, f.rest, f.last} {
		if part != 0 {
			record = appendDouble(record, protowire.Number(4+at), part)
		}
	}
	if f.besides != nil {
		record = appendText(record, 7, f.besides.json())
	}
	return f.sketch.write(record)
}

func (f *numberFigures) read(field protowire.Number, value fieldValue) error {
	switch field {
	case 1:
		f.missing = value.number
	case 2:
		f.min = value.double()
	case 3:
		f.max = value.double()
	case 4:
		f.sum = value.double()
	case 5:
		f.rest = value.double()
	case 6:
		f.last = value.double()
	case 7:
		f.besides = &exactSum{}
		return json.Unmarshal(value.bytes, f.besides)
	case sketchField:
		return f.sketch.read(value.bytes)
	}
	return nil
}

// noFigures are those of a group without a value.
func noFigures() *pb.Figures { return &pb.Figures{Sum: "0"} }

// scores are those of work items: doubles, added in the order of the input, so
// that the sum is always the same. For the built-in events only.
type scores struct{ sum, min, max float64 }

func newScores() scores { return scores{min: math.Inf(1), max: math.Inf(-1)} }

func (s *scores) add(score float64) {
	s.sum += score
	if score < s.min {
		s.min = score
	}
	if score > s.max {
		s.max = score
	}
}

// tell makes the result of a group of so many work items.
func (s *scores) tell(count uint64) *pb.Figures {
	average := s.sum / float64(count)
	return &pb.Figures{
		Count: count,
		Sum:   numberText(s.sum),
		Min:   numberText(s.min),
		Max:   numberText(s.max),
		Avg:   &average,
	}
}
