package main

import (
	"math"
	"math/bits"
	"os"
	"regexp"
	"strconv"
	"syscall"
	"time"

	pb "denizen/stages/generated/pipelinev1"
)

// meter measures one run, for the stage's report. It belongs to the goroutine that
// does the run's work.
type meter struct {
	eventsIn, eventsOut, bytesIn, bytesOut, batches uint64
	// processing is the wall time of the transform, which waits for nothing but a
	// core: a goroutine has no clock of its own.
	processing, codec, waiting time.Duration
	cpuAtStart                 time.Duration
	batchLatency, eventLatency latencies
}

func newMeter() *meter { return &meter{cpuAtStart: resources().cpu} }

// beginWait gives what ends a wait, and counts it.
func (m *meter) beginWait() func() {
	start := time.Now()
	return func() { m.waiting += time.Since(start) }
}

// arrived counts a batch that has come in.
func (m *meter) arrived(came received) {
	if !came.isEmpty() {
		m.batches++
	}
	m.bytesIn += uint64(came.bytes)
	m.codec += came.decoded
}

// latencySteps is by how many points the latencies of a batch's events are told.
const latencySteps = 8

// eventsDone notes that events have come to their end: how long ago the first of
// them was read, and the last.
func (m *meter) eventsDone(count uint64, firstMs, lastMs float64) {
	if firstMs == 0 || lastMs == 0 || count == 0 {
		return
	}
	nowMs := float64(time.Now().UnixMicro()) / 1_000
	steps := min(count, latencySteps)
	for step := range steps {
		// What came in between is taken to have come evenly.
		readMs := firstMs + (lastMs-firstMs)*float64(step)/float64(max(1, steps-1))
		m.eventLatency.record(nowMs-readMs, max(1, (count+steps/2)/steps))
	}
}

// report says what was measured until now.
func (m *meter) report() *pb.StageReport {
	used := resources()
	return &pb.StageReport{
		Name:         "aggregate",
		EventsIn:     m.eventsIn,
		EventsOut:    m.eventsOut,
		BytesIn:      m.bytesIn,
		BytesOut:     m.bytesOut,
		Batches:      m.batches,
		ProcessingMs: milliseconds(min(m.processing, used.cpu-m.cpuAtStart)),
		CodecMs:      milliseconds(m.codec),
		WaitingMs:    milliseconds(m.waiting),
		CpuMs:        milliseconds(used.cpu - m.cpuAtStart),
		PeakRssBytes: used.peakBytes,
		BatchLatency: m.batchLatency.message(),
		EventLatency: m.eventLatency.message(),
	}
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration) / float64(time.Millisecond)
}

// used is what the process has taken so far; what was not measured is 0.
type used struct {
	cpu       time.Duration
	peakBytes uint64
}

func resources() used {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return used{}
	}
	return used{time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), peakBytes()}
}

// peakLine is where Linux tells the largest resident set of a process. That of
// getrusage() counts in the program that has started this one.
var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

func peakBytes() uint64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := peakLine.FindSubmatch(text)
	if found == nil {
		return 0
	}
	kilobytes, _ := strconv.ParseUint(string(found[1]), 10, 64)
	return kilobytes * 1_024
}

const (
	// latencyBits of a time count, which is two digits.
	latencyBits = 8
	halfBuckets = 1 << (latencyBits - 1)
	longestMs   = 600_000
)

// latencies is a histogram of times, from one microsecond up. Its size does not
// grow with what it is given.
type latencies struct {
	counts []uint64
	total  uint64
	maxUs  uint64
}

// record counts a time so many times.
func (l *latencies) record(ms float64, count uint64) {
	us := uint64(min(longestMs*1_000, max(1, math.Round(ms*1_000))))
	at := bucketOf(us)
	for len(l.counts) <= at {
		l.counts = append(l.counts, 0)
	}
	l.counts[at] += count
	l.total += count
	l.maxUs = max(l.maxUs, us)
}

// bucketOf numbers times so that those of one bucket agree in latencyBits.
func bucketOf(us uint64) int {
	shift := max(0, bits.Len64(us)-latencyBits)
	return shift*halfBuckets + int(us>>shift)
}

// largestIn is the longest time of a bucket.
func largestIn(bucket int) uint64 {
	shift := max(0, bucket/halfBuckets-1)
	return uint64(bucket-shift*halfBuckets+1)<<shift - 1
}

// percentileMs is the time that so many percent of them were within.
func (l *latencies) percentileMs(percent float64) float64 {
	wanted := max(1, uint64(math.Ceil(percent/100*float64(l.total))))
	var seen uint64
	for bucket, count := range l.counts {
		if seen += count; seen >= wanted {
			return float64(largestIn(bucket)) / 1_000
		}
	}
	return 0
}

func (l *latencies) message() *pb.Latency {
	if l.total == 0 {
		return nil
	}
	return &pb.Latency{
		P50Ms: l.percentileMs(50),
		P95Ms: l.percentileMs(95),
		P99Ms: l.percentileMs(99),
		MaxMs: float64(largestIn(bucketOf(l.maxUs))) / 1_000,
	}
}
