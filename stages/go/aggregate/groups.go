package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "denizen/stages/generated/pipelinev1"
)

// group is the open group of some events.
type group struct {
	// slot is its number in a checkpoint; it is given again once it is closed.
	slot int
	// window is where its window begins, in ms since 1970; where there are windows.
	window float64
	// key has the fields of the key as JSON; none in the group of those that were
	// too many.
	key     []string
	isOther bool

	count uint64
	// tagged counts the values of each tag; of each tag, the first is unset.
	tagged []uint64
	values []figures
	scores scores
}

// window is one that has groups.
type window struct {
	start  float64
	groups []*group
}

// groups are the open groups of a run, by what makes them.
//
// What is decided here depends on the order of the events alone, and not on how
// they are cut into batches.
type groups struct {
	schema *pb.Schema
	// make makes a group without events.
	make func() *group
	// bySlot has nil where a slot is free, and always at slot 0.
	bySlot []*group
	free   []int
	// touched are the slots that have changed since they were saved.
	touched   []int
	isTouched []bool
	byKey     map[string]*group
	// own and others count the open groups, and those of others that were too many.
	own, others uint64

	// windows has all that have groups; starts those that can close, ascending.
	windows map[float64]*window
	starts  []float64
	// closing are the starts of those that were closed by the batch.
	closing []float64
	// watermarkMs is the latest time of an event; where events can be late.
	watermarkMs float64

	// Used again for each batch.
	rowGroups []*group
	windowOf  []uint32
	combined  []uint32
}

func newGroups(schema *pb.Schema, make func() *group) *groups {
	return &groups{
		schema:      schema,
		make:        make,
		bySlot:      []*group{nil},
		isTouched:   []bool{true}, // is never told
		byKey:       map[string]*group{},
		windows:     map[float64]*window{},
		watermarkMs: math.Inf(-1),
	}
}

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
	key     strings.Builder
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

// lookupKey is the same for the same group. No JSON text has a line end in it.
func (g *groups) lookupKey(start float64, key []string, isOther bool) string {
	text := strings.Join(key, "\n")
	if isOther {
		text = "\n"
	}
	if g.schema.GetWindows() != nil {
		return fmt.Sprintf("%x\n%s", math.Float64bits(start+0), text)
	}
	return text
}

func (g *groups) open(start float64, key []string, isOther bool) *group {
	made := g.make()
	made.window, made.isOther = start, isOther
	for _, json := range key {
		// Else it would keep the memory of the whole batch.
		made.key = append(made.key, strings.Clone(json))
	}
	slot := len(g.bySlot)
	if last := len(g.free) - 1; last >= 0 {
		slot, g.free = g.free[last], g.free[:last]
	}
	g.restore(slot, made)
	g.touch(slot)
	return made
}

// touch notes that a slot is another one than it was.
func (g *groups) touch(slot int) {
	if g.isTouched[slot] {
		return
	}
	g.isTouched[slot] = true
	g.touched = append(g.touched, slot)
}

// takeTouched are the slots that have changed since the last call.
func (g *groups) takeTouched() []int {
	taken := g.touched
	g.touched = nil
	for _, slot := range taken {
		g.isTouched[slot] = false
	}
	return taken
}

// restore puts a group into the slot that it has, or had.
func (g *groups) restore(slot int, made *group) {
	for len(g.bySlot) <= slot {
		g.bySlot = append(g.bySlot, nil)
		g.isTouched = append(g.isTouched, false)
	}
	made.slot = slot
	g.bySlot[slot] = made
	g.byKey[g.lookupKey(made.window, made.key, made.isOther)] = made
	*g.counted(made)++
	windows := g.schema.GetWindows()
	if windows == nil {
		return
	}
	open := g.windows[made.window]
	if open == nil {
		open = &window{start: made.window}
		g.windows[made.window] = open
		if windows.AllowedLatenessMs != nil {
			at, _ := slices.BinarySearch(g.starts, made.window)
			g.starts = slices.Insert(g.starts, at, made.window)
		}
	}
	open.groups = append(open.groups, made)
}

// restored is to be called when all are restored.
func (g *groups) restored() {
	for slot := 1; slot < len(g.bySlot); slot++ {
		if g.bySlot[slot] == nil {
			g.free = append(g.free, slot)
		}
	}
}

func (g *groups) counted(group *group) *uint64 {
	if group.isOther {
		return &g.others
	}
	return &g.own
}

// advance goes on to a later time. It is true where that closes windows: their
// groups are counted no more.
func (g *groups) advance(timeMs float64) bool {
	windows := g.schema.GetWindows()
	closesAfterMs := windows.GetSizeMs() + windows.GetAllowedLatenessMs()
	g.watermarkMs = timeMs
	closed := 0
	for closed < len(g.starts) && g.starts[closed]+closesAfterMs <= timeMs {
		for _, group := range g.windows[g.starts[closed]].groups {
			*g.counted(group)--
		}
		closed++
	}
	g.closing = append(g.closing, g.starts[:closed]...)
	g.starts = slices.Delete(g.starts, 0, closed)
	return closed > 0
}

// release forgets a group whose window is closed.
func (g *groups) release(group *group) {
	delete(g.byKey, g.lookupKey(group.window, group.key, group.isOther))
	delete(g.windows, group.window)
	g.bySlot[group.slot] = nil
	g.free = append(g.free, group.slot)
}

// all are the open groups, by their slots.
func (g *groups) all() []*group {
	all := make([]*group, 0, g.own+g.others)
	for _, group := range g.bySlot {
		if group != nil {
			all = append(all, group)
		}
	}
	return all
}

func (g *groups) tooMany() error {
	what, remedy := "groups", "or count the rest as one by --other, or other: true in the schema"
	if g.schema.GetWindows() != nil {
		what = "groups in open windows"
	}
	if g.schema.GetOther() || len(g.schema.Keys) == 0 {
		remedy = "or have fewer windows open, by --allowed-lateness or a longer --window"
	}
	return status.Errorf(
		codes.FailedPrecondition,
		"Cannot count more than %d %s at once: allow more by --max-groups, or max_groups in the schema; %s",
		g.schema.GetMaxGroups(), what, remedy,
	)
}

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
