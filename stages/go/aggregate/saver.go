package main

import (
	"context"
	"time"

	pb "denizen/stages/generated/pipelinev1"
)

const (
	// A save is not followed by the next before heldTimes as long as it has held the
	// stage, and writtenTimes as long as the disk took, while the stage went on.
	heldTimes    = 40
	writtenTimes = 10
	// A telling of results is not followed by the next before so many times its own
	// time.
	tellingTimes = 20
)

// saver decides when the state is saved, and in which order: the counts are taken
// as they are, the sink makes the rejects up to the same position safe, both are
// written, and only then are the stages before told that they may forget.
//
// One save at a time; what is asked for meanwhile is done right after. All of it
// runs in the goroutine of the run, but for the disk.
type saver struct {
	store     *store
	run       string
	aggregate *aggregate
	out       *outlet
	// committed tells the stages before.
	committed func(position) error
	// interval is the least time between two saves, pause that of now.
	interval, pause time.Duration
	timer           *time.Timer
	// saved is what the last save is of: until there is more, there is nothing to
	// save.
	saved   position
	pending *pendingSave
	// written tells how the disk has taken a save.
	written chan error
	again   bool
	stopped bool
}

// pendingSave is one that is not yet written.
type pendingSave struct {
	*save
	position position
	started  time.Time
	held     time.Duration
	// kept is when the sink has answered; zero before.
	kept time.Time
}

// startSaver starts saving, after what was saved before.
func startSaver(s saver) *saver {
	s.pause = s.interval
	s.saved = s.aggregate.position
	s.written = make(chan error, 1)
	s.timer = time.NewTimer(s.pause)
	return &s
}

// due is to be called when the timer has gone off.
func (s *saver) due(ctx context.Context) error {
	hasBegun, err := s.begin(ctx)
	if err == nil && !hasBegun {
		s.timer.Reset(s.pause)
	}
	return err
}

// request saves what is counted by now.
func (s *saver) request(ctx context.Context) error {
	if s.stopped {
		return nil
	}
	if s.pending != nil {
		s.again = true
		return nil
	}
	_, err := s.begin(ctx)
	return err
}

// begin is false where there is nothing to save.
func (s *saver) begin(ctx context.Context) (bool, error) {
	if s.stopped || s.pending != nil || s.aggregate.position == s.saved {
		return false, nil
	}
	s.timer.Stop()
	started := time.Now()
	save, err := s.store.begin(s.run, s.aggregate.changes())
	if err != nil {
		return false, err
	}
	s.pending = &pendingSave{save: save, position: s.aggregate.position, started: started, held: time.Since(started)}
	return true, s.out.tell(ctx, s.aggregate.position, &pb.ResultBatch{Sync: true})
}

// keeps is to be called when the sink says what it has made safe.
func (s *saver) keeps(committed *pb.Committed) {
	pending := s.pending
	if s.stopped || pending == nil || !pending.kept.IsZero() || committed.GetKept() == nil {
		return
	}
	if positionOf(committed.GetPosition()) != pending.position {
		return
	}
	pending.kept = time.Now()
	// While the disk is asked, the stage goes on with its work.
	go func() { s.written <- pending.finish(keptOf(committed.GetKept())) }()
}

// finish is to be called when the disk has taken a save, or not.
func (s *saver) finish(ctx context.Context, err error) error {
	pending := s.pending
	s.pending = nil
	if err != nil || s.stopped {
		return err
	}
	s.pause = max(s.interval, heldTimes*pending.held+writtenTimes*time.Since(pending.kept))
	s.saved = pending.position
	if err := s.committed(s.saved); err != nil {
		return err
	}
	isAsked := s.again
	s.again = false
	if isAsked {
		if hasBegun, err := s.begin(ctx); hasBegun || err != nil {
			return err
		}
	}
	s.timer.Reset(max(0, s.pause-time.Since(pending.started)))
	return nil
}

// stop saves no more: the outcome is about to be told. What the sink has answered
// for is written; for the rest nobody waits.
func (s *saver) stop() {
	s.stopped = true
	s.timer.Stop()
	if s.pending != nil && s.pending.kept.IsZero() {
		s.pending.abandon()
		s.pending = nil
	}
}

// close waits for what is being written: a new stream must find either all of it
// or nothing.
func (s *saver) close() {
	s.stop()
	if s.pending != nil {
		if err := <-s.written; err != nil {
			logLine(reasonInWords(err))
		}
		s.pending = nil
	}
}

// teller tells the sink the results: those of a moment, as often as it is asked
// to, and all of them at the end. Those of closed windows never change, and are
// told once.
type teller struct {
	aggregate *aggregate
	out       *outlet
	meter     *meter
	// every is the least time from one telling of a moment to the next; 0 for none.
	every time.Duration
	timer *time.Timer
	// told counts the results of closed windows that are told, and toldAt is the
	// position of the last moment.
	told    int
	toldAt  position
	started time.Time
}

func startTeller(t teller) *teller {
	t.toldAt = t.aggregate.position
	t.timer = time.NewTimer(t.every)
	if t.every == 0 {
		t.timer.Stop()
	}
	return &t
}

// due tells the results of this moment, when the timer has gone off. There is no
// next telling before the sink has dealt with this one.
func (t *teller) due(ctx context.Context) error {
	now := t.aggregate.position
	if now == t.toldAt {
		t.timer.Reset(t.every)
		return nil
	}
	t.toldAt, t.started = now, time.Now()
	if _, err := t.tell(ctx); err != nil {
		return err
	}
	t.told = len(t.aggregate.finished)
	return t.out.tell(ctx, now, &pb.ResultBatch{Interim: &pb.Interim{Closed: uint64(t.told)}})
}

// written is to be called when the sink has dealt with what was told.
func (t *teller) written() {
	if t.every == 0 || t.started.IsZero() {
		return
	}
	cost := time.Since(t.started)
	t.started = time.Time{}
	t.timer.Reset(max(t.every, tellingTimes*cost) - cost)
}

const (
	// A part of the results has at most so many.
	mostResults = 1_000
	// A part that is so long, in characters, is whole.
	mostCharacters = 131_072
	// numberCharacters are the numbers of a result, and what is around them.
	numberCharacters = 64
)

// tell tells those results that are not told, in parts that fit into a message each.
// It says how many there are in all.
func (t *teller) tell(ctx context.Context) (uint64, error) {
	count := uint64(t.told)
	var part []*pb.Result
	length := 0
	send := func() error {
		count += uint64(len(part))
		told := &pb.ResultBatch{Results: part}
		part, length = nil, 0
		return t.out.tell(ctx, t.aggregate.position, told)
	}
	for result := range t.aggregate.results(t.told) {
		part = append(part, result)
		length += lengthOf(result)
		if len(part) < mostResults && length < mostCharacters {
			continue
		}
		if err := send(); err != nil {
			return 0, err
		}
	}
	if len(part) == 0 {
		return count, nil
	}
	err := send()
	return count, err
}

// lengthOf is about as many characters as a result has.
func lengthOf(result *pb.Result) int {
	length := numberCharacters * (1 + len(result.GetValues()))
	for _, json := range result.GetKey() {
		length += utf16Length(json)
	}
	for _, figures := range result.GetValues() {
		length += len(figures.GetSum()) + len(figures.GetMin()) + len(figures.GetMax())
		for _, percentile := range figures.GetPercentiles() {
			length += len(percentile)
		}
	}
	for _, tag := range result.GetTags() {
		length += numberCharacters + utf16Length(tag.GetTag()) + utf16Length(tag.GetValue())
	}
	return length
}
