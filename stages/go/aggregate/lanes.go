package main

import (
	"context"
	"slices"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fanIn brings the streams of one opening together. The work is done once, when all
// are there, and its end is the end of every one of them.
type fanIn struct {
	mutex   sync.Mutex
	waiting map[string]*laneGroup
}

// laneGroup are the streams of one opening.
type laneGroup struct {
	inlets []*inlet
	// ctx ends with the first stream that is lost.
	ctx  context.Context
	lost context.CancelCauseFunc
	// over is closed when err says how the work has ended.
	over chan struct{}
	err  error
}

// work is done with the streams of one opening.
type work func(ctx context.Context, inlets []*inlet) error

func (f *fanIn) join(ctx context.Context, in *inlet, work work) error {
	lane := in.opening.GetLane()
	if lane == nil {
		return work(ctx, []*inlet{in})
	}
	group, isWhole, err := f.enter(in)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() {
		f.leave(lane.GetOpening(), group)
		group.lost(status.Errorf(codes.Canceled, "Cannot go on: lane %d is gone", lane.GetIndex()))
	})
	defer stop()
	if isWhole {
		group.err = work(group.ctx, group.inlets)
		group.lost(nil)
		close(group.over)
	}
	select {
	case <-group.over:
		return group.err
	case <-group.ctx.Done():
	}
	// Once it runs, its own end counts: it may have to wait for a file.
	if slices.Contains(group.inlets, nil) {
		return context.Cause(group.ctx)
	}
	<-group.over
	return group.err
}

// enter puts a stream among those of its opening, and says whether all are there.
func (f *fanIn) enter(in *inlet) (*laneGroup, bool, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	lane := in.opening.GetLane()
	group := f.waiting[lane.GetOpening()]
	if group == nil {
		group = &laneGroup{inlets: make([]*inlet, lane.GetCount()), over: make(chan struct{})}
		group.ctx, group.lost = context.WithCancelCause(context.Background())
		f.waiting[lane.GetOpening()] = group
	}
	index, count := int(lane.GetIndex()), int(lane.GetCount())
	why := "there is no such lane"
	isFree := len(group.inlets) == count && index < count
	if isFree && group.inlets[index] != nil {
		why, isFree = "it is there already", false
	}
	if !isFree {
		return nil, false, status.Errorf(codes.InvalidArgument, "Cannot take lane %d of %d: %s", index, count, why)
	}
	group.inlets[index] = in
	isWhole := !slices.Contains(group.inlets, nil)
	if isWhole {
		delete(f.waiting, lane.GetOpening())
	}
	return group, isWhole, nil
}

func (f *fanIn) leave(opening string, group *laneGroup) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.waiting[opening] == group {
		delete(f.waiting, opening)
	}
}

// lane is a stream of batches in ascending order, and the batch of it that is held.
type lane struct {
	came  chan received
	head  *received
	ended bool
}

// mergeLanes puts the batches of several streams into the one order that they have
// in the input.
//
// Within a lane they are in order, so the next batch is always the first of its
// lane, and one of each lane is all that is held; what comes early waits in its
// stream, where the window bounds it. After the last batch the empty one is passed
// on once, when every lane has it. Where a lane ends before, that is a cut: nothing
// more is passed on.
func mergeLanes(ctx context.Context, inlets []*inlet, from position, to chan<- received) {
	defer close(to)
	type arrival struct {
		lane *lane
		next *received
	}
	arrivals := make(chan arrival, len(inlets))
	lanes := make([]*lane, len(inlets))
	pull := func(lane *lane) {
		lane.head = nil
		go func() {
			next, isOpen := <-lane.came
			if !isOpen {
				arrivals <- arrival{lane, nil}
			} else {
				arrivals <- arrival{lane, &next}
			}
		}()
	}
	for at, in := range inlets {
		lanes[at] = &lane{came: make(chan received)}
		go in.receive(ctx, lanes[at].came)
		pull(lanes[at])
	}
	pass := func(next received) bool {
		select {
		case to <- next:
			return next.err == nil
		case <-ctx.Done():
			return false
		}
	}
	// until waits for arrivals until it holds; false where a lane has failed.
	until := func(holds func() bool) bool {
		for !holds() {
			select {
			case came := <-arrivals:
				came.lane.head, came.lane.ended = came.next, came.next == nil
				if came.next != nil && came.next.err != nil {
					pass(*came.next)
					return false
				}
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	hasEnded := func(lane *lane) bool { return lane.ended }
	isWaiting := func(lane *lane) bool { return lane.head == nil }
	for {
		isDue := func(lane *lane) bool {
			return lane.head != nil && !lane.head.isEmpty() && lane.head.begin() == from
		}
		if !until(func() bool {
			return slices.ContainsFunc(lanes, hasEnded) || slices.ContainsFunc(lanes, isDue) ||
				!slices.ContainsFunc(lanes, isWaiting)
		}) {
			return
		}
		at := slices.IndexFunc(lanes, isDue)
		if at < 0 {
			break
		}
		next := *lanes[at].head
		from = positionOf(next.batch.GetEnd())
		pull(lanes[at])
		if !pass(next) {
			return
		}
	}
	if slices.ContainsFunc(lanes, hasEnded) {
		return
	}
	for _, lane := range lanes {
		if !lane.head.isEmpty() || lane.head.begin() != from {
			pass(received{err: outOfOrder(lane.head.begin(), &from)})
			return
		}
	}
	if !pass(*lanes[0].head) {
		return
	}
	for _, lane := range lanes {
		pull(lane)
	}
	if !until(func() bool {
		return !slices.ContainsFunc(lanes, func(lane *lane) bool { return lane.head == nil && !lane.ended })
	}) {
		return
	}
	for _, lane := range lanes {
		if lane.head != nil {
			pass(received{err: outOfOrder(lane.head.begin(), nil)})
			return
		}
	}
}

func (r *received) begin() position { return positionOf(r.batch.GetBegin()) }

// isEmpty is true of the batch that says that this was all.
func (r *received) isEmpty() bool { return r.begin() == positionOf(r.batch.GetEnd()) }

// turns lets one stream at a time in. The newest is right: it ends the one before
// and waits until that is over, so that no two of them write the same file.
type turns struct {
	mutex sync.Mutex
	end   context.CancelCauseFunc
	over  chan struct{}
}

var errOvertaken = status.Error(codes.Canceled, "Cannot go on: the stream is over")

// take gives a context that ends when a newer stream has come, and what says that
// this one is over.
func (t *turns) take(ctx context.Context) (context.Context, func(), error) {
	ctx, end := context.WithCancelCause(ctx)
	over := make(chan struct{})
	t.mutex.Lock()
	endBefore, before := t.end, t.over
	t.end, t.over = end, over
	t.mutex.Unlock()
	if before != nil {
		endBefore(errOvertaken)
		<-before
	}
	if ctx.Err() != nil {
		close(over)
		return nil, nil, errOvertaken
	}
	return ctx, func() { end(nil); close(over) }, nil
}
