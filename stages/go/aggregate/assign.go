package main

import (
	pb "denizen/stages/generated/pipelinev1"
)

// lateEvent is an event whose window was closed before it.
type lateEvent struct {
	row         int
	windowEndMs float64
	// watermarkMs is the latest time before it.
	watermarkMs float64
}

// assigned are the groups of a batch.
type assigned struct {
	// groups has each row's; nil where it is late. Good until the next batch.
	groups []*group
	late   []lateEvent
	// others counts the events of groups that were too many.
	others uint64
	// closed are the windows that are closed now, the earliest first.
	closed []float64
}

// assign finds the group of each event, or makes it. After an error the groups
// are of no more use.
func (g *groups) assign(batch *pb.EventBatch) (assigned, error) {
	rows := int(batch.GetRows())
	if rows == 0 {
		return assigned{}, nil
	}
	g.reserve(rows)
	finder := g.finderFor(batch, rows)
	late, err := g.assignInOrder(batch, rows, finder)
	if err != nil {
		return assigned{}, err
	}
	result := assigned{groups: g.rowGroups[:rows], late: late, closed: g.closing}
	g.closing = nil
	if g.schema.GetOther() {
		for _, group := range result.groups {
			if group != nil && group.isOther {
				result.others++
			}
		}
	}
	return result, nil
}

func (g *groups) assignInOrder(batch *pb.EventBatch, rows int, finder *finder) ([]lateEvent, error) {
	windows := g.schema.GetWindows()
	known := make([]*group, finder.count)
	var late []lateEvent
	// others were put with others, which a closed window may make room for.
	var others []uint32
	for row := range rows {
		if windows != nil && windows.AllowedLatenessMs != nil {
			if time := batch.TimeMs[row]; time > g.watermarkMs && g.advance(time) {
				for _, at := range others {
					known[at] = nil
				}
				others = others[:0]
			}
			windowEndMs := finder.starts[g.windowOf[row]] + windows.GetSizeMs()
			if windowEndMs+windows.GetAllowedLatenessMs() <= g.watermarkMs {
				late = append(late, lateEvent{row, windowEndMs, g.watermarkMs})
				g.rowGroups[row] = nil
				continue
			}
		}
		at := finder.numbers[row]
		group := known[at]
		if group == nil {
			var err error
			if group, err = finder.resolve(row); err != nil {
				return nil, err
			}
			known[at] = group
			if group.isOther {
				others = append(others, at)
			}
		}
		g.rowGroups[row] = group
	}
	return late, nil
}

func (g *groups) reserve(rows int) {
	if len(g.rowGroups) >= rows {
		return
	}
	g.rowGroups = make([]*group, rows)
	g.windowOf = make([]uint32, rows)
	g.combined = make([]uint32, rows)
}

// finder finds the groups of one batch.
type finder struct {
	*groups
	batch *pb.EventBatch
	// starts are those of the batch's windows, by the numbers in windowOf.
	starts []float64
	// numbers are below `count`, and the same for rows of the same group.
	numbers []uint32
	count   int
}

func (g *groups) finderFor(batch *pb.EventBatch, rows int) *finder {
	finder := &finder{groups: g, batch: batch}
	var columns []numberColumn
	if windows := g.schema.GetWindows(); windows != nil {
		finder.starts = numberWindows(batch.TimeMs, windows, g.windowOf)
		columns = append(columns, numberColumn{g.windowOf, len(finder.starts)})
	}
	for at, column := range batch.Keys {
		columns = append(columns, numberColumn{column.Index, len(g.entriesOf(column, at))})
	}
	finder.numbers, finder.count = combine(columns, rows, g.combined)
	return finder
}

// entriesOf are what the numbers of a column stand for, as JSON.
func (g *groups) entriesOf(column *pb.Column, field int) []string {
	if oneOf := g.schema.Keys[field].GetOneOf(); len(oneOf) > 0 {
		return oneOf
	}
	return column.Dictionary
}

// resolve finds the group of a row, or makes it.
func (f *finder) resolve(row int) (*group, error) {
	var start float64
	if f.starts != nil {
		start = f.starts[f.windowOf[row]]
	}
	key := make([]string, len(f.batch.Keys))
	for at, column := range f.batch.Keys {
		key[at] = f.entriesOf(column, at)[column.Index[row]]
	}
	most := f.schema.GetMaxGroups()
	if known := f.byKey[f.lookupKey(start, key, false)]; known != nil {
		return known, nil
	}
	if f.own < most {
		return f.open(start, key, false), nil
	}
	if !f.schema.GetOther() {
		return nil, f.tooMany()
	}
	if other := f.byKey[f.lookupKey(start, nil, true)]; other != nil {
		return other, nil
	}
	if f.others >= most {
		return nil, f.tooMany()
	}
	return f.open(start, nil, true), nil
}
