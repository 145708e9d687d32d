package main

import (
	"math"

	pb "denizen/stages/generated/pipelinev1"
)

// windowStart is the start of the window that holds a time, in ms since 1970.
func windowStart(timeMs float64, windows *pb.Windows) float64 {
	size, offset := windows.GetSizeMs(), windows.GetOffsetMs()
	start := float64(math.Floor((timeMs-offset)/size)*size) + offset
	// The difference and the quotient are rounded, which can reach the next one.
	switch {
	case start > timeMs:
		return start - size
	case start+size <= timeMs:
		return start + size
	default:
		return start
	}
}

// numberWindows numbers the windows of a batch in the order of their first event,
// and gives their starts.
func numberWindows(timesMs []float64, windows *pb.Windows, into []uint32) []float64 {
	numbers := map[float64]uint32{}
	starts := []float64{}
	start, end := math.Inf(1), math.Inf(-1)
	var number uint32
	for row, time := range timesMs {
		if time < start || time >= end {
			start = windowStart(time, windows)
			end = start + windows.GetSizeMs()
			known, isKnown := numbers[start]
			if !isKnown {
				known = uint32(len(starts))
				numbers[start] = known
				starts = append(starts, start)
			}
			number = known
		}
		into[row] = number
	}
	return starts
}

// numberColumn has a number below `count` for each row.
type numberColumn struct {
	index []uint32
	count int
}

const (
	// fewNumbers are never too many for a table, and so many for each row neither.
	fewNumbers    = 1_024
	numbersPerRow = 64
	// mostNumbers is the most places that a table may have.
	mostNumbers = 1 << 20
)

// combine makes one number of those that a row has in several columns: rows that
// have the same ones get the same.
func combine(columns []numberColumn, rows int, scratch []uint32) ([]uint32, int) {
	most := min(mostNumbers, fewNumbers+numbersPerRow*rows)
	combined, count := scratch[:rows], 1
	clear(combined)
	for _, column := range columns {
		if count*column.count <= most {
			for row, number := range column.index[:rows] {
				combined[row] = combined[row]*uint32(column.count) + number
			}
			count *= column.count
			continue
		}
		numbers := map[uint64]uint32{}
		for row, number := range column.index[:rows] {
			both := uint64(combined[row])*uint64(column.count) + uint64(number)
			known, isKnown := numbers[both]
			if !isKnown {
				known = uint32(len(numbers))
				numbers[both] = known
			}
			combined[row] = known
		}
		count = len(numbers)
	}
	return combined, count
}
