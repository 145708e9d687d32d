package main

import (
	"fmt"
	"math"
	"math/big"

	"google.golang.org/protobuf/encoding/protowire"

	pb "denizen/stages/generated/pipelinev1"
)

// maxSafe is the largest integer of which a double holds all below too.
const maxSafe = 1<<53 - 1

// integerFigures are those of integers of any length, exact.
//
// A double holds every integer up to 2^53. Nearly all values are far below, so
// the sum runs on one and moves to a big integer only where it would lose a
// digit. A checkpoint has both.
type integerFigures struct {
	bounds
	sum         float64
	beyond      *beyond
	sketch      *groupSketch
	percentiles []float64
}

// beyond is what no double holds.
type beyond struct {
	// sum belongs to the sum.
	sum big.Int
	// min and max are nil where no value is beyond.
	min, max *big.Int
}

func (f *integerFigures) large() *beyond {
	if f.beyond == nil {
		f.beyond = &beyond{}
	}
	return f.beyond
}

func (f *integerFigures) add(value float64) {
	if value != value {
		f.missing++
		return
	}
	if f.sketch != nil {
		f.sketch.add(value)
	}
	if value > maxSafe || value < -maxSafe {
		return // among the exact ones
	}
	if sum := f.sum + value; sum <= maxSafe && sum >= -maxSafe {
		f.sum = sum
	} else {
		large := f.large()
		large.sum.Add(&large.sum, big.NewInt(int64(f.sum)))
		f.sum = value
	}
	f.include(value)
}

func (f *integerFigures) addExact(integer *big.Int) {
	large := f.large()
	large.sum.Add(&large.sum, integer)
	if large.min == nil || integer.Cmp(large.min) < 0 {
		large.min = integer
	}
	if large.max == nil || integer.Cmp(large.max) > 0 {
		large.max = integer
	}
}

func (f *integerFigures) tell(events uint64) *pb.Figures {
	count := events - f.missing
	if count == 0 {
		return noFigures()
	}
	sum := big.NewInt(int64(f.sum))
	var least, largest *big.Int
	if f.min < math.Inf(1) {
		least, largest = big.NewInt(int64(f.min)), big.NewInt(int64(f.max))
	}
	if large := f.beyond; large != nil {
		sum.Add(sum, &large.sum)
		if large.min != nil && (least == nil || large.min.Cmp(least) < 0) {
			least = large.min
		}
		if large.max != nil && (largest == nil || large.max.Cmp(largest) > 0) {
			largest = large.max
		}
	}
	average := divide(sum, count)
	low, high := least.String(), largest.String()
	return &pb.Figures{
		Count:       count,
		Sum:         sum.String(),
		Min:         low,
		Max:         high,
		Avg:         &average,
		Percentiles: tellPercentiles(f.sketch, f.percentiles, count, low, high),
	}
}

// divide is exact to a double's precision.
func divide(dividend *big.Int, divisor uint64) float64 {
	var quotient, rest big.Int
	quotient.QuoRem(dividend, new(big.Int).SetUint64(divisor), &rest)
	whole, _ := quotient.Float64()
	part, _ := rest.Float64()
	return whole + part/float64(divisor)
}

func (f *integerFigures) write(record []byte) []byte {
	record = appendNumber(record, 1, f.missing)
	record = appendDouble(record, 2, f.sum)
	record = appendDouble(record, 3, f.min)
	record = appendDouble(record, 4, f.max)
	if large := f.beyond; large != nil {
		record = appendText(record, 5, large.sum.String())
		if large.min != nil {
			record = appendText(record, 6, large.min.String())
			record = appendText(record, 7, large.max.String())
		}
	}
	return f.sketch.write(record)
}

func (f *integerFigures) read(field protowire.Number, value fieldValue) error {
	switch field {
	case 1:
		f.missing = value.number
	case 2:
		f.sum = value.double()
	case 3:
		f.min = value.double()
	case 4:
		f.max = value.double()
	case 5, 6, 7:
		integer, ok := new(big.Int).SetString(string(value.bytes), 10)
		if !ok {
			return fmt.Errorf("%q is no integer", value.bytes)
		}
		switch large := f.large(); field {
		case 5:
			large.sum = *integer
		case 6:
			large.min = integer
		case 7:
			large.max = integer
		}
	case sketchField:
		return f.sketch.read(value.bytes)
	}
	return nil
}
