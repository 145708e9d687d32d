package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "denizen/stages/generated/pipelinev1"
)

// outlet is the stream to the sink. One goroutine sends; another reads what comes
// back.
type outlet struct {
	stream pb.SinkService_WriteClient
	peer   string
	window load
	meter  *meter
	// end is where the batch before ended.
	end position

	mutex      sync.Mutex
	unanswered load
	isFinished bool
	// answered has a value when there may be room.
	answered chan struct{}
	// kept tells what the sink has made safe, written that results so far have been
	// dealt with.
	kept    chan *pb.Committed
	written chan struct{}
	// over is closed when the stream has ended: as it should where err is nil.
	over    chan struct{}
	err     error
	reports []*pb.StageReport
}

// openOutlet opens the stream and waits for its resume.
func openOutlet(ctx context.Context, next *nextStage, opening *pb.Opening, from position, meter *meter) (*outlet, error) {
	connection, err := next.inUse(opening.GetNext())
	if err != nil {
		return nil, err
	}
	if next.token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+next.token)
	}
	out := &outlet{
		peer:     "sink at " + connection.address,
		window:   load{opening.GetWindowBatches(), opening.GetWindowBytes()},
		meter:    meter,
		end:      from,
		answered: make(chan struct{}, 1),
		kept:     make(chan *pb.Committed, 1),
		written:  make(chan struct{}, 1),
		over:     make(chan struct{}),
	}
	if out.stream, err = pb.NewSinkServiceClient(connection).Write(ctx); err != nil {
		return nil, out.fault(err)
	}
	first := &pb.ResultBatch{Opening: openingOfNext(opening), Begin: from.message(), End: from.message()}
	if err := out.stream.Send(first); err != nil && !errors.Is(err, io.EOF) {
		return nil, out.fault(err)
	}
	receipt, err := out.stream.Recv()
	switch {
	case errors.Is(err, io.EOF):
		return nil, out.endedEarly("before it began")
	case err != nil:
		return nil, out.fault(err)
	case receipt.GetResume() == nil:
		return nil, status.Errorf(codes.Internal, "The stream to %s did not begin with a resume", out.peer)
	}
	go out.readReceipts(ctx)
	return out, nil
}

// openingOfNext is what the sink is told of what this stage was told.
func openingOfNext(opening *pb.Opening) *pb.Opening {
	told := proto.Clone(opening).(*pb.Opening)
	told.Protocol = protocolVersion
	told.Lane = nil
	if len(told.Next) > 0 {
		told.Next = told.Next[1:]
	}
	return told
}

func (o *outlet) readReceipts(ctx context.Context) {
	defer close(o.over)
	for {
		receipt, err := o.stream.Recv()
		if err != nil {
			o.err = o.ending(err)
			return
		}
		switch kind := receipt.GetKind().(type) {
		case *pb.Receipt_Credit:
			o.mutex.Lock()
			o.unanswered.batches -= kind.Credit.GetBatches()
			o.unanswered.bytes -= kind.Credit.GetBytes()
			o.mutex.Unlock()
			select {
			case o.answered <- struct{}{}:
			default: // it is known already
			}
		case *pb.Receipt_Committed:
			tell(ctx, o.kept, kind.Committed)
		case *pb.Receipt_Written:
			tell(ctx, o.written, struct{}{})
		case *pb.Receipt_Report:
			o.reports = append(o.reports, kind.Report)
		}
	}
}

func tell[Word any](ctx context.Context, to chan<- Word, word Word) {
	select {
	case to <- word:
	case <-ctx.Done():
	}
}

// ending says what the end of the stream stands for; nil where all is well.
func (o *outlet) ending(err error) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	switch {
	case !errors.Is(err, io.EOF):
		return o.fault(err)
	case !o.isFinished:
		return o.endedEarly("before all was sent")
	case len(o.reports) == 0:
		return o.endedEarly("without a report")
	default:
		return nil
	}
}

// tell sends the sink what there is since the call before, up to `end`, once the
// window has room for it.
func (o *outlet) tell(ctx context.Context, end position, told *pb.ResultBatch) error {
	told.Begin, told.End = o.end.message(), end.message()
	o.end = end
	start := time.Now()
	encoded, err := proto.Marshal(told)
	if err != nil {
		return status.Errorf(codes.Internal, "Cannot encode the results: %v", err)
	}
	o.meter.codec += time.Since(start)
	if err := o.waitForRoom(ctx, uint64(len(encoded))); err != nil {
		return err
	}
	o.meter.bytesOut += uint64(len(encoded))
	if err := o.stream.SendMsg(encodedMessage(encoded)); err != nil {
		// Why it has ended is heard at the other end of it.
		<-o.over
		return o.failure()
	}
	return nil
}

func (o *outlet) waitForRoom(ctx context.Context, bytes uint64) error {
	for {
		o.mutex.Lock()
		isRoom := hasRoom(o.unanswered, o.window, bytes)
		if isRoom {
			o.unanswered.batches++
			o.unanswered.bytes += bytes
		}
		o.mutex.Unlock()
		if isRoom {
			return nil
		}
		wait := o.meter.beginWait()
		select {
		case <-o.answered:
		case <-o.over:
			return o.failure()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		wait()
	}
}

// failure is why the stream is over although more was to be sent.
func (o *outlet) failure() error {
	if o.err != nil {
		return o.err
	}
	return o.endedEarly("before all was sent")
}

// finish says that this was all, and waits for the reports of the sink.
func (o *outlet) finish() ([]*pb.StageReport, error) {
	o.mutex.Lock()
	o.isFinished = true
	o.mutex.Unlock()
	if err := o.stream.CloseSend(); err != nil {
		return nil, o.fault(err)
	}
	wait := o.meter.beginWait()
	<-o.over
	wait()
	return o.reports, o.err
}

// fault is what a call has failed of. What the sink says itself is passed on.
func (o *outlet) fault(err error) error {
	told := status.Convert(err)
	if told.Code() == codes.Unavailable {
		return status.Errorf(codes.Unavailable, "Cannot reach %s: %s", o.peer, told.Message())
	}
	return status.Error(told.Code(), told.Message())
}

// endedEarly is a clean end without its last word: a break, as of a stage that
// stops.
func (o *outlet) endedEarly(how string) error {
	return status.Error(codes.Unavailable, fmt.Sprintf("The stream to %s ended %s", o.peer, how))
}
