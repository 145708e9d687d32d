package main

import (
	"context"
	"math"
	"math/bits"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "denizen/stages/generated/pipelinev1"
)

// service serves the aggregate stage: applies batches to the run's state, hands
// rejects to the sink as they come, and the results at the end.
//
// The only stage that remembers. It saves its state as it goes, and a chain that
// is opened anew begins where the last checkpoint ends, whichever stage had died,
// and in whichever language this one was.
type service struct {
	pb.UnimplementedAggregateServiceServer
	options
	next     *nextStage
	store    *store
	turns    turns
	fanIn    fanIn
	stopping context.Context
}

// held is how many batches are decoded before they are dealt with.
const held = 16

// Aggregate takes one stream, which may be one of several.
func (s *service) Aggregate(stream pb.AggregateService_AggregateServer) error {
	ctx, end := context.WithCancelCause(stream.Context())
	defer end(nil)
	stop := context.AfterFunc(s.stopping, func() { end(status.Error(codes.Unavailable, "the server is stopping")) })
	defer stop()
	in, err := openInlet(stream, s.run)
	if err != nil {
		return asStatus(err)
	}
	return asStatus(s.fanIn.join(ctx, in, s.aggregateAll))
}

// aggregateAll does the work of the streams of one opening.
func (s *service) aggregateAll(ctx context.Context, inlets []*inlet) error {
	ctx, over, err := s.turns.take(ctx)
	if err != nil {
		return err
	}
	defer over()
	// Ends the stream to the right when this call ends in any way.
	ctx, end := context.WithCancel(ctx)
	defer end()
	opening := inlets[0].opening
	saved, err := s.store.load(opening.GetRun())
	if err != nil {
		return err
	}
	aggregate, err := newAggregate(opening, saved)
	if err != nil {
		return err
	}
	if saved != nil {
		opening.Kept = saved.kept.message()
	}
	from := aggregate.position
	meter := newMeter()
	out, err := openOutlet(ctx, s.next, opening, from, meter)
	if err != nil {
		return causeOr(ctx, err)
	}
	for _, in := range inlets {
		if err := in.resume(from); err != nil {
			return err
		}
	}
	run := &run{
		options:   &s.options,
		ctx:       ctx,
		inlets:    inlets,
		aggregate: aggregate,
		out:       out,
		meter:     meter,
		saver: startSaver(saver{
			store:     s.store,
			run:       opening.GetRun(),
			aggregate: aggregate,
			out:       out,
			committed: inlets[0].committed, // by one way, so that it comes in order
			interval:  s.checkpointInterval,
		}),
		teller: startTeller(teller{aggregate: aggregate, out: out, meter: meter, every: s.every}),
	}
	defer run.saver.close()
	defer run.teller.timer.Stop()
	batches := make(chan received, held)
	if opening.GetLane() != nil {
		go mergeLanes(ctx, inlets, from, batches)
	} else {
		go inOrder(ctx, inlets[0], from, batches)
	}
	return causeOr(ctx, run.all(batches))
}

// run is the work on one opening of the chain. One goroutine does all of it.
type run struct {
	*options
	ctx       context.Context
	inlets    []*inlet
	aggregate *aggregate
	out       *outlet
	meter     *meter
	saver     *saver
	teller    *teller
	// isWhole is true after the batch that says that this was all.
	isWhole bool
}

// all applies all batches and tells the sink the outcome.
func (r *run) all(batches <-chan received) error {
	for isOpen := true; isOpen; {
		var err error
		if isOpen, err = r.next(batches); err != nil {
			return err
		}
	}
	if !r.isWhole {
		return status.Errorf(
			codes.Canceled,
			"The stream of batches ended at event %d, before all was sent", r.aggregate.position.Event,
		)
	}
	r.saver.stop()
	count, err := r.teller.tell(r.ctx)
	if err != nil {
		return err
	}
	r.meter.eventsOut = count
	totals := r.aggregate.totals.message()
	if err := r.out.tell(r.ctx, r.aggregate.position, &pb.ResultBatch{Outcome: &pb.Outcome{Totals: totals}}); err != nil {
		return err
	}
	reports, err := r.out.finish()
	if err != nil {
		return err
	}
	reports = append([]*pb.StageReport{r.meter.report()}, reports...)
	for _, in := range r.inlets {
		if err := in.end(totals, reports); err != nil {
			return err
		}
	}
	return nil
}

// next waits for whatever comes next, and does it. It is false at the end of the
// batches.
func (r *run) next(batches <-chan received) (bool, error) {
	wait := r.meter.beginWait()
	select {
	case came, isOpen := <-batches:
		wait()
		if !isOpen || came.err != nil {
			return false, came.err
		}
		return true, r.take(came)
	case <-r.saver.timer.C:
		return true, r.saver.due(r.ctx)
	case committed := <-r.out.kept:
		r.saver.keeps(committed)
		return true, nil
	case err := <-r.saver.written:
		return true, r.saver.finish(r.ctx, err)
	case <-r.teller.timer.C:
		return true, r.teller.due(r.ctx)
	case <-r.out.written:
		r.teller.written()
		return true, nil
	case <-r.out.over:
		// A failure must not wait for the next batch to be noticed.
		return false, r.out.failure()
	case <-r.ctx.Done():
		return false, context.Cause(r.ctx)
	}
}

// take applies a batch.
func (r *run) take(came received) error {
	batch := came.batch
	r.isWhole = came.isEmpty()
	r.meter.arrived(came)
	r.meter.eventsIn += uint64(batch.GetRows())
	start := time.Now()
	before := r.aggregate.position
	rejects, err := r.aggregate.apply(batch)
	r.meter.processing += time.Since(start)
	if err != nil {
		return err
	}
	position := r.aggregate.position
	r.meter.eventsDone(position.Event-before.Event, batch.GetFirstMs(), batch.GetLastMs())
	if r.aggregate.totals.Rejected > r.maxRejects {
		return r.endWithTooMany(rejects)
	}
	if len(rejects) > 0 {
		if err := r.out.tell(r.ctx, position, &pb.ResultBatch{Rejects: rejects}); err != nil {
			return err
		}
	}
	if batch.GetSync() {
		if err := r.saver.request(r.ctx); err != nil {
			return err
		}
	}
	if err := came.from.answer(came.bytes); err != nil {
		return err
	}
	r.meter.batchLatency.record(milliseconds(time.Since(came.arrived)), 1)
	return nil
}

// endWithTooMany has the sink keep the rejects, and says what the run fails of.
func (r *run) endWithTooMany(rejects []*pb.Reject) error {
	r.saver.stop()
	totals := r.aggregate.totals
	told := &pb.ResultBatch{
		Rejects: rejects,
		Outcome: &pb.Outcome{Totals: totals.message(), TooManyRejects: true},
	}
	if err := r.out.tell(r.ctx, r.aggregate.position, told); err != nil {
		return err
	}
	if _, err := r.out.finish(); err != nil {
		return err
	}
	last := rejects[len(rejects)-1]
	return status.Errorf(
		codes.FailedPrecondition,
		"Cannot go on: %d rejects are more than --max-rejects=%d; the last is %s: %s",
		totals.Rejected, r.maxRejects, r.describeLine(last), last.GetReason(),
	)
}

const (
	// Offsets are whole numbers that a double holds. Each input has a range of them
	// of the same length.
	offsetBits = 53
	// followedRanges there are where the last input is followed.
	followedRanges = 8_192
)

// describeLine names the place of a reject; the file only where there are several.
func (o *options) describeLine(reject *pb.Reject) string {
	ranges := uint64(len(o.inputs))
	if o.follow {
		ranges = followedRanges
	}
	if ranges < 2 {
		return describeLine(reject.GetLine(), "")
	}
	range_ := uint64(1) << (offsetBits - bits.Len64(ranges-1))
	at := min(reject.GetOffset()/range_, uint64(len(o.inputs)-1))
	return describeLine(reject.GetLine(), o.inputs[at])
}

// unlimited is how many rejects a run may have where nobody says.
const unlimited = math.MaxUint64

// causeOr is why the work was ended, where it was, or what it has failed of.
func causeOr(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// mostDetails are the most characters of a message that leaves: a header takes no
// more.
const mostDetails = 4_000

// asStatus makes what a call ends with of an error.
func asStatus(err error) error {
	if err == nil {
		return nil
	}
	told := status.FromContextError(err)
	if told.Code() == codes.Unknown {
		told = status.Convert(err)
	}
	if words := []rune(told.Message()); len(words) > mostDetails {
		return status.Error(told.Code(), string(words[:mostDetails]))
	}
	return told.Err()
}
