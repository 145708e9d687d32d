// The aggregate stage of the pipeline, in Go.
//
//	aggregate aggregate --address=HOST:PORT --next=HOST:PORT --state=FOLDER [...]
//
// It takes the place of stages/aggregate/ in a run, also in the middle of one:
// results, rejects, checkpoints and words are the same. docs/write-a-stage.md says
// what a stage must do. Begin reading at service.go, which serves a stream, and at
// aggregate.go, which counts.
package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	pb "denizen/stages/generated/pipelinev1"
)

const (
	// maxMessageBytes is how large a message between stages may be, and
	// flowWindowBytes what HTTP/2 lets be on its way: more than the window between
	// stages, so that receipts alone hold a sender back.
	maxMessageBytes = 512 << 20
	flowWindowBytes = 8 << 20
	// drainTime is how long open streams may take to end.
	drainTime = 5 * time.Second
	// The next stage may have been started just now: no long waits between attempts.
	firstBackoff   = 20 * time.Millisecond
	longestBackoff = 50 * time.Millisecond
	connectTime    = time.Second
	// leastPingTime between two pings of a client that are no abuse.
	leastPingTime = time.Second

	exitFailed = 1
	exitUsage  = 2
)

func main() {
	options, err := readFlags(os.Args[1:])
	if err != nil {
		logLine(err.Error())
		os.Exit(exitUsage)
	}
	if options.help {
		logLine(usage)
		return
	}
	if err := serve(options); err != nil {
		logLine(err.Error())
		os.Exit(exitFailed)
	}
}

// serve serves until the process is told to stop, then ends open streams.
func serve(options options) error {
	stopping, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if !options.expose && !isLocal(options.address) {
		return fmt.Errorf(`Cannot serve on "%s": other machines can reach it; add --expose to allow that`, options.address)
	}
	token := os.Getenv("DENIZEN_TOKEN")
	next, err := connectNext(options.next, token)
	if err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.InitialWindowSize(flowWindowBytes),
		grpc.InitialConnWindowSize(flowWindowBytes),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: leastPingTime, PermitWithoutStream: true}),
		grpc.ForceServerCodecV2(newCodec()),
		grpc.InTapHandle(admission(token)),
	)
	pb.RegisterAggregateServiceServer(server, &service{
		options:  options,
		next:     next,
		store:    &store{folder: options.state},
		fanIn:    fanIn{waiting: map[string]*laneGroup{}},
		stopping: stopping,
	})
	healths := health.NewServer()
	healthpb.RegisterHealthServer(server, healths)
	healths.SetServingStatus(pb.AggregateService_ServiceDesc.ServiceName, healthpb.HealthCheckResponse_SERVING)
	if options.run != "" {
		name := fmt.Sprintf("run %s of process %d", options.run, options.owner)
		healths.SetServingStatus(name, healthpb.HealthCheckResponse_SERVING)
	}
	reflection.Register(server)

	listener, err := listen(options.address)
	if err != nil {
		return fmt.Errorf(`Cannot serve on "%s": %s`, options.address, reasonOf(err))
	}
	go func() {
		<-stopping.Done()
		healths.Shutdown()
		time.AfterFunc(drainTime, server.Stop)
		server.GracefulStop()
	}()
	if options.owner > 0 {
		fmt.Println("serves")
	}
	err = server.Serve(listener)
	if errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	return err
}

func listen(address string) (net.Listener, error) {
	if path, isUnix := strings.CutPrefix(address, "unix:"); isUnix {
		return net.Listen("unix", path)
	}
	return net.Listen("tcp", address)
}

// isLocal is true where only this machine can reach an address.
func isLocal(address string) bool {
	if strings.HasPrefix(address, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return true // it cannot be served on, which will be said
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// bearer is what a call shows: RFC 6750, section 2.1.
var bearer = regexp.MustCompile(`(?i)^bearer +(\S+)$`)

// admission lets in who belongs to the run, before anything of a message is read.
// Everybody may ask for health, and for what is served.
func admission(token string) tap.ServerInHandle {
	name := os.Getenv("DENIZEN_SERVICE")
	name = name[strings.LastIndex(name, "/")+1:]
	if name == "" {
		name = "this server"
	}
	// How the user calls the program that has started us.
	command := os.Getenv("DENIZEN_COMMAND")
	if command == "" {
		command = "deno task"
	}
	refusals := &refusalLog{}
	return func(ctx context.Context, call *tap.Info) (context.Context, error) {
		isOpen := strings.HasPrefix(call.FullMethodName, "/grpc.health.v1.Health/") ||
			strings.HasPrefix(call.FullMethodName, "/grpc.reflection.v1")
		if token == "" || isOpen {
			return ctx, nil
		}
		got := "was called without it"
		if shown := call.Header.Get("authorization"); len(shown) > 0 {
			words := bearer.FindStringSubmatch(shown[0])
			if words != nil && subtle.ConstantTimeCompare([]byte(words[1]), []byte(token)) == 1 {
				return ctx, nil
			}
			got = "was shown another"
		}
		reason := fmt.Sprintf(
			`%s wants this run's token and %s: processes of the run have it as DENIZEN_TOKEN; else grpcurl -H "$(%s token)" …, or %s call …`,
			name, got, command, command,
		)
		from := "a unix socket"
		if peer, isKnown := peer.FromContext(ctx); isKnown {
			from = peer.Addr.String()
		}
		refusals.tell(fmt.Sprintf("Refused %s from %s: %s", call.FullMethodName, from, reason))
		return ctx, status.Error(codes.Unauthenticated, reason)
	}
}

// nextStage keeps a connection to each process of the sink that may ever be in use.
type nextStage struct {
	addresses   []string
	connections map[string]*connection
	token       string
}

// connection is one to a process.
type connection struct {
	*grpc.ClientConn
	address string
}

func connectNext(addresses []string, token string) (*nextStage, error) {
	next := &nextStage{addresses, map[string]*connection{}, token}
	for _, address := range addresses {
		if !isLocal(address) {
			next.token = "" // somebody may listen on the way
		}
		made, err := grpc.NewClient(
			address,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithNoProxy(),
			grpc.WithInitialWindowSize(flowWindowBytes),
			grpc.WithInitialConnWindowSize(flowWindowBytes),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: firstBackoff, Multiplier: 1.5, MaxDelay: longestBackoff},
				MinConnectTimeout: connectTime,
			}),
			grpc.WithDefaultCallOptions(
				grpc.WaitForReady(true), // it may have been started again just now
				grpc.MaxCallRecvMsgSize(maxMessageBytes),
				grpc.ForceCodecV2(encoding.CodecV2(newCodec())),
			),
		)
		if err != nil {
			return nil, err
		}
		next.connections[address] = &connection{made, address}
	}
	// While the stages come up, and not when the chain is opened.
	next.connections[addresses[0]].Connect()
	return next, nil
}

// inUse is the process that an opening names; the first where it names none.
func (n *nextStage) inUse(told []*pb.NextStage) (*connection, error) {
	inUse := n.addresses
	if len(told) > 0 {
		inUse = told[0].GetAddresses()
	}
	for _, address := range inUse {
		if !slices.Contains(n.addresses, address) {
			return nil, status.Errorf(
				codes.FailedPrecondition,
				`Cannot open the chain: stage "sink" is at %s, and only %s may be called; name it in --next`,
				address, strings.Join(n.addresses, ", "),
			)
		}
	}
	if len(inUse) == 0 {
		return nil, status.Error(codes.FailedPrecondition, `Cannot open the chain: it says no address of stage "sink"`)
	}
	return n.connections[inUse[0]], nil
}
