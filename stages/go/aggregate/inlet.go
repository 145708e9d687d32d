package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec that is looked up
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"

	pb "denizen/stages/generated/pipelinev1"
)

// protocolVersion is that of the protocol between stages that is spoken here.
const protocolVersion = 1

// load is a number of batches and their encoded size.
type load struct {
	batches uint32
	bytes   uint64
}

// answerShare is the share of the window after which a receiver answers: a
// quarter. A sender relies on it.
const answerShare = 4

// mustAnswer is true when a receiver must answer what it has dealt with.
func mustAnswer(unanswered, window load) bool {
	return unanswered.batches*answerShare >= window.batches || unanswered.bytes*answerShare >= window.bytes
}

// hasRoom is true when a sender may send one more batch. While so little is
// unanswered that the receiver may keep silent, any batch may go, even one larger
// than the window.
func hasRoom(unanswered, window load, bytes uint64) bool {
	return !mustAnswer(unanswered, window) ||
		(unanswered.batches < window.batches && unanswered.bytes+bytes <= window.bytes)
}

// received is a batch as it arrived, or why there is none.
type received struct {
	batch   *pb.EventBatch
	bytes   int
	arrived time.Time
	decoded time.Duration
	from    *inlet
	err     error
}

// encodedMessage is one that was encoded beforehand, since its size is counted.
type encodedMessage []byte

// measuringCodec is that of protobuf; it says how large a batch is, and takes
// messages that are encoded.
type measuringCodec struct{ encoding.CodecV2 }

func newCodec() measuringCodec { return measuringCodec{encoding.GetCodecV2("proto")} }

func (c measuringCodec) Marshal(message any) (mem.BufferSlice, error) {
	if encoded, is := message.(encodedMessage); is {
		return mem.BufferSlice{mem.SliceBuffer(encoded)}, nil
	}
	return c.CodecV2.Marshal(message)
}

func (c measuringCodec) Unmarshal(data mem.BufferSlice, message any) error {
	into, is := message.(*received)
	if !is {
		return c.CodecV2.Unmarshal(data, message)
	}
	start := time.Now()
	into.batch, into.bytes = &pb.EventBatch{}, data.Len()
	err := c.CodecV2.Unmarshal(data, into.batch)
	into.arrived = time.Now()
	into.decoded = into.arrived.Sub(start)
	return err
}

// inlet is the receiving end of a stream, after its opening.
type inlet struct {
	stream     pb.AggregateService_AggregateServer
	opening    *pb.Opening
	window     load
	unanswered load
}

// openInlet reads the opening of a stream.
func openInlet(stream pb.AggregateService_AggregateServer, run string) (*inlet, error) {
	var first received
	err := stream.RecvMsg(&first)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	opening := first.batch.GetOpening()
	switch {
	case opening.GetRun() == "":
		return nil, status.Error(codes.InvalidArgument, "Cannot read the stream: its first message is no opening that names a run")
	case opening.GetProtocol() > protocolVersion:
		return nil, status.Errorf(
			codes.FailedPrecondition,
			`Cannot open the chain: it speaks version %d of the protocol, and stage "aggregate" knows version %d; update the program of that stage`,
			opening.GetProtocol(), protocolVersion,
		)
	case run != "" && opening.GetRun() != run:
		return nil, status.Errorf(
			codes.FailedPrecondition,
			"Cannot take part in run %s: this stage belongs to run %s, of another pipeline on the same ports; choose others with --port",
			opening.GetRun(), run,
		)
	}
	window := load{opening.GetWindowBatches(), opening.GetWindowBytes()}
	return &inlet{stream: stream, opening: opening, window: window}, nil
}

// receive gives the batches as they come, until the stream ends: then nothing more
// is given.
func (in *inlet) receive(ctx context.Context, to chan<- received) {
	defer close(to)
	for {
		next := received{from: in}
		err := in.stream.RecvMsg(&next)
		if errors.Is(err, io.EOF) {
			return
		}
		next.err = err
		select {
		case to <- next:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// answer says that a batch has been dealt with.
func (in *inlet) answer(bytes int) error {
	in.unanswered.batches++
	in.unanswered.bytes += uint64(bytes)
	if !mustAnswer(in.unanswered, in.window) {
		return nil
	}
	credit := &pb.Credit{Batches: in.unanswered.batches, Bytes: in.unanswered.bytes}
	in.unanswered = load{}
	return in.stream.Send(&pb.Receipt{Kind: &pb.Receipt_Credit{Credit: credit}})
}

// resume tells the sender where to send from.
func (in *inlet) resume(from position) error {
	resume := &pb.Resume{Position: from.message()}
	return in.stream.Send(&pb.Receipt{Kind: &pb.Receipt_Resume{Resume: resume}})
}

// committed says what is safe.
func (in *inlet) committed(until position) error {
	committed := &pb.Committed{Position: until.message()}
	return in.stream.Send(&pb.Receipt{Kind: &pb.Receipt_Committed{Committed: committed}})
}

// end sends what the stream ends with.
func (in *inlet) end(totals *pb.Totals, reports []*pb.StageReport) error {
	if err := in.stream.Send(&pb.Receipt{Kind: &pb.Receipt_Totals{Totals: totals}}); err != nil {
		return err
	}
	for _, report := range reports {
		if err := in.stream.Send(&pb.Receipt{Kind: &pb.Receipt_Report{Report: report}}); err != nil {
			return err
		}
	}
	return nil
}

// inOrder passes the batches of one stream on. Each must begin where the one before
// it ended.
func inOrder(ctx context.Context, in *inlet, from position, to chan<- received) {
	defer close(to)
	came := make(chan received, cap(to))
	go in.receive(ctx, came)
	for next := range came {
		if next.err == nil {
			begin := positionOf(next.batch.GetBegin())
			if begin != from {
				next.err = outOfOrder(begin, &from)
			}
			from = positionOf(next.batch.GetEnd())
		}
		select {
		case to <- next:
		case <-ctx.Done():
			return
		}
	}
}

// outOfOrder says that a batch does not begin where it must.
func outOfOrder(begin position, expected *position) error {
	ended := "nowhere"
	if expected != nil {
		ended = expected.describe()
	}
	return status.Errorf(
		codes.InvalidArgument,
		"Cannot take the batch from %s: the one before it ended at %s", begin.describe(), ended,
	)
}

func (p position) describe() string { return fmt.Sprintf("event %d, offset %d", p.Event, p.Offset) }
