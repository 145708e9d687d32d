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
