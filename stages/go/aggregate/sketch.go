package main

import (
	"encoding/json"
	"math"
)

// Percentiles of any number of values, to a stated relative error.
//
// A DDSketch (C. Masson, J. E. Rim, H. K. Lee, "DDSketch: A Fast and Fully-
// Mergeable Quantile Sketch with Relative-Error Guarantees", 2019): values are
// counted in bins whose bounds grow by a constant factor, so each value of a bin
// is within the error of the bin's middle. What it holds depends on the values
// and not on their order.
//
// The bins are part of the checkpoint's format, to the last bit of their bounds:
// stages/aggregate/sketch.ts describes them. Go may join a product and a sum
// into one rounding; a conversion between the two forbids it.

const (
	// mostBins are kept, up to that of the largest value; what is smaller counts
	// in the last of them.
	mostBins = 4_096
	// binRoom is made on either side of a new bin.
	binRoom = 8
	// binStep is by what the arrays of bins grow.
	binStep = 16

	// The cubic a s³ + b s² + c s goes from 0 to 1 as the significand s goes from 0
	// to 1, with a slope that fits where two exponents meet.
	cubicA float64 = 6.0 / 35
	cubicB float64 = -3.0 / 5
	cubicC float64 = 10.0 / 7
	// binsPerDoubling is 1 / (c ln(1.01 / 0.99)): bins for each doubling of a value,
	// for an error of one in a hundred. Logarithms differ in their last bit from
	// one library to the next, and this one must not.
	binsPerDoubling float64 = 34.998833302220746

	smallestNormal = 0x1p-1022
	exponentBias   = 1_023
	fractionBits   = 52
)

func cubic(significand float64) float64 {
	sum := float64(cubicA*significand) + cubicB
	sum = float64(sum*significand) + cubicC
	return sum * significand
}

// binOf is the number of the bin that holds a value above zero.
func binOf(value float64) int {
	if value < smallestNormal {
		value = smallestNormal
	}
	bits := math.Float64bits(value)
	exponent := float64(int(bits>>fractionBits) - exponentBias)
	significand := float64(bits&(1<<fractionBits-1)) / (1 << fractionBits)
	place := exponent + float64(cubic(significand))
	return int(math.Floor(float64(place * binsPerDoubling)))
}

// middleOf is the value that is as near, in proportion, to a bin's least as to
// its largest.
func middleOf(bin int) float64 {
	lowExponent, low := boundOf(bin)
	highExponent, high := boundOf(bin + 1)
	ratio := float64(math.Ldexp(1, highExponent-lowExponent)*(1+high)) / (1 + low)
	middle := float64(float64((1+low)*2)*ratio) / (1 + ratio)
	// Its last bin reaches beyond what a double holds.
	return math.Min(float64(math.Ldexp(1, lowExponent)*middle), math.MaxFloat64)
}

// boundOf is the least value of a bin: the inverse of what binOf() does.
func boundOf(bin int) (exponent int, significand float64) {
	place := float64(bin) / binsPerDoubling
	whole := math.Floor(place)
	return int(whole), significandOf(place - whole)
}

// significandOf solves the cubic for its significand, by Newton's method.
func significandOf(wanted float64) float64 {
	significand := wanted
	for range 8 {
		slope := float64(float64(3*cubicA)*significand) + float64(2*cubicB)
		slope = float64(slope*significand) + cubicC
		significand -= (float64(cubic(significand)) - wanted) / slope
	}
	return significand
}

// sketch counts values of any sign, in as many bins as are ever kept.
type sketch struct {
	zeros              uint64
	positive, negative bins
}

// sketchState is all of a sketch, as a checkpoint has it.
type sketchState struct {
	Zeros    uint64    `json:"zeros"`
	Positive binsState `json:"positive"`
	// Negative has the values below zero, by their size.
	Negative binsState `json:"negative"`
}

// binsState are the counts of bins that lie next to each other.
type binsState struct {
	First  int      `json:"first"`
	Counts []uint64 `json:"counts"`
}

func newSketch() *sketch { return &sketch{positive: newBins(), negative: newBins()} }

func (s *sketch) add(value float64) {
	switch {
	case value > 0:
		s.positive.add(binOf(value), 1)
	case value < 0:
		s.negative.add(binOf(-value), 1)
	default:
		s.zeros++
	}
}

func (s *sketch) merge(other sketchState) {
	s.zeros += other.Zeros
	s.positive.merge(other.Positive.First, other.Positive.Counts)
	s.negative.merge(other.Negative.First, other.Negative.Counts)
}

func (s *sketch) quantile(quantile float64) float64 {
	below := s.negative.total
	count := below + s.zeros + s.positive.total
	rank := uint64(math.Floor(quantile * float64(count-1)))
	switch {
	case rank < below: // the largest of what is below zero comes first
		return -middleOf(s.negative.binAt(below - 1 - rank))
	case rank < below+s.zeros:
		return 0
	default:
		return middleOf(s.positive.binAt(rank - below - s.zeros))
	}
}

func (s *sketch) state() sketchState {
	return sketchState{Zeros: s.zeros, Positive: s.positive.state(), Negative: s.negative.state()}
}

func (s *sketch) json() string {
	text, _ := json.Marshal(s.state()) // numbers alone: it cannot fail
	return string(text)
}

// bins are counts by the number of a bin.
type bins struct {
	first   int
	counts  []uint64
	total   uint64
	largest int
}

// noBin is below all bins.
const noBin = math.MinInt32

func newBins() bins { return bins{largest: noBin} }

func (b *bins) add(bin int, count uint64) {
	b.total += count
	b.largest = max(b.largest, bin)
	kept := max(bin, b.largest-mostBins+1)
	if kept < b.first || kept >= b.first+len(b.counts) {
		b.reach(kept)
	}
	b.counts[kept-b.first] += count
}

func (b *bins) merge(first int, counts []uint64) {
	// The largest one says which are too small to be kept apart.
	for at := len(counts) - 1; at >= 0; at-- {
		if counts[at] > 0 {
			b.add(first+at, counts[at])
		}
	}
}

// reach makes room for a bin above all others, or below them.
func (b *bins) reach(bin int) {
	start, end := bin-binRoom, bin+binRoom
	if len(b.counts) > 0 {
		start = min(b.first, start)
		end = max(b.first+len(b.counts), end)
	}
	start = max(b.largest-mostBins+1, start)
	moved := make([]uint64, end-start)
	for at, count := range b.counts {
		moved[max(b.first+at, start)-start] += count
	}
	b.first, b.counts = start, moved
}

// binAt is the bin of the value of this rank, from 0.
func (b *bins) binAt(rank uint64) int {
	if b.first <= b.largest-mostBins {
		b.reach(b.largest) // room above may have put off what has become too small
	}
	at := 0
	for seen := b.counts[0]; seen <= rank; seen += b.counts[at] {
		at++
	}
	return b.first + at
}

func (b *bins) state() binsState {
	if b.total == 0 {
		return binsState{Counts: []uint64{}}
	}
	b.reach(b.largest) // as in binAt()
	from := 0
	for b.counts[from] == 0 {
		from++
	}
	return binsState{First: b.first + from, Counts: b.counts[from : b.largest-b.first+1]}
}
