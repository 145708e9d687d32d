package main

import (
	"math"
	"math/big"
)

// exactSum is a sum of doubles that does not depend on the order of adding.
//
// It is held as a few doubles that do not overlap, so that nothing is lost by
// rounding (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and
// Fast Robust Geometric Predicates", 1997, grow-expansion). It is rounded once,
// when it is asked for.
type exactSum struct {
	// Usual are numbers whose sum it is, beside the others.
	Usual []float64 `json:"usual"`
	// Huge are numbers that are multiplied by shrunk.
	Huge []float64 `json:"huge"`
}

const (
	// Numbers of this size are held apart, and smaller: beside others they could
	// become infinite before the sum does.
	huge = 0x1p960
	// shrunk is what they are multiplied by; nothing is lost by it.
	shrunk = 0x1p-128
	// exactBits are more than lie between the largest double, times the number of
	// its addends, and the last bit of the smallest one.
	exactBits = 2_300
)

func (s *exactSum) add(value float64) {
	if math.Abs(value) < huge {
		s.Usual = grow(s.Usual, value)
	} else {
		s.Huge = grow(s.Huge, value*shrunk)
	}
}

// total is the double next to the sum, never -0; infinite where the sum is
// beyond all of them.
func (s *exactSum) total() float64 {
	all := make([]float64, 0, len(s.Huge)+len(s.Usual))
	for _, part := range s.Huge {
		all = append(all, part/shrunk)
	}
	all = append(all, s.Usual...)
	for _, part := range all {
		if math.IsInf(part, 0) {
			return s.shrunkTotal() / shrunk
		}
	}
	return sumOf(all)
}

// mean is the total by `count`; finite also where the total is not.
func (s *exactSum) mean(count float64) float64 {
	if sum := s.total(); !math.IsInf(sum, 0) {
		return sum / count
	}
	return s.shrunkTotal() / count / shrunk
}

// shrunkTotal is never infinite.
func (s *exactSum) shrunkTotal() float64 {
	all := append([]float64{}, s.Huge...)
	for _, part := range s.Usual {
		all = append(all, part*shrunk)
	}
	return sumOf(all)
}

// json writes what is held, to go on from elsewhere.
func (s *exactSum) json() string {
	return `{"usual":` + numbers(s.Usual) + `,"huge":` + numbers(s.Huge) + "}"
}

// sumOf adds without rounding and rounds once. It is 0 where that is -0.
func sumOf(all []float64) float64 {
	if len(all) == 1 {
		return all[0] + 0
	}
	var sum, part big.Float
	sum.SetPrec(exactBits)
	for _, each := range all {
		sum.Add(&sum, part.SetFloat64(each))
	}
	if sum.Sign() == 0 {
		return 0
	}
	rounded, _ := sum.Float64()
	return rounded
}

// grow adds a number to numbers that do not overlap, by ascending size.
func grow(parts []float64, value float64) []float64 {
	carried := value
	kept := 0
	for _, part := range parts {
		larger, smaller := carried, part
		if math.Abs(carried) < math.Abs(part) {
			larger, smaller = part, carried
		}
		sum := larger + smaller
		if rest := smaller - (sum - larger); rest != 0 {
			parts[kept] = rest
			kept++
		}
		carried = sum
	}
	parts = parts[:kept]
	if carried != 0 {
		parts = append(parts, carried)
	}
	return parts
}

// twoSum gives a sum, and exactly what rounding has left out of it (Knuth).
func twoSum(a, b float64) (sum, left float64) {
	sum = a + b
	added := sum - a
	return sum, (a - (sum - added)) + (b - added)
}
