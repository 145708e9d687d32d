"""Measures the stage during one opening of the chain, for its report."""

import resource
import time
from collections import Counter
from contextlib import contextmanager

from columns import StageReport

_PERCENTILES = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}


class Meter:
    """Counts and clocks; the callers add to the counts. Times are milliseconds."""

    def __init__(self, name, worker):
        self._report = StageReport(name=name, worker=worker)
        self._cpu_at_start = time.process_time()
        # How often a batch took so long, to two digits: few numbers, however many
        # batches there are.
        self._latencies = Counter()
        self._waits = 0
        self._idle_since = None
        # How many streams it measures; the process waits when all of them do.
        self.streams = 0

    def arrived(self, batch, size):
        """Adds a batch that has come in."""
        self._report.bytes_in += size
        self._report.events_in += batch.rows
        # An empty one only says that this was all.
        self._report.batches += batch.begin != batch.end

    def sent(self, size):
        self._report.bytes_out += size

    def passed_on(self, rows, arrived):
        """Notes that a batch is on its way, which had arrived at that moment."""
        self._report.events_out += rows
        took_ms = (time.perf_counter() - arrived) * 1_000
        self._latencies[float(f"{took_ms:.1e}")] += 1

    @contextmanager
    def processing(self):
        """Adds the CPU time of the block: the stage's own work, in one thread."""
        start = time.thread_time()
        yield
        self._report.processing_ms += (time.thread_time() - start) * 1_000

    @contextmanager
    def codec(self):
        """Adds the time of the block: encoding or decoding."""
        start = time.perf_counter()
        yield
        self._report.codec_ms += (time.perf_counter() - start) * 1_000

    @contextmanager
    def waiting(self):
        """Adds the time of the block where all the streams wait."""
        self._change_waits(1)
        try:
            yield
        finally:
            self._change_waits(-1)

    def _change_waits(self, by):
        self._waits += by
        is_idle = self._waits >= self.streams
        if is_idle == (self._idle_since is not None):
            return
        now = time.perf_counter()
        if self._idle_since is not None:
            self._report.waiting_ms += (now - self._idle_since) * 1_000
        self._idle_since = now if is_idle else None

    def report(self):
        """What was measured until now."""
        report = StageReport()
        report.CopyFrom(self._report)
        report.cpu_ms = (time.process_time() - self._cpu_at_start) * 1_000
        # Linux gives kilobytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        report.peak_rss_bytes = peak * 1_024
        if self._latencies:
            for name, share in _PERCENTILES.items():
                setattr(report.batch_latency, name, self._percentile(share))
        return report

    def _percentile(self, share):
        left = share * self._latencies.total()
        for took_ms, count in sorted(self._latencies.items()):
            left -= count
            if left <= 0:
                break
        return took_ms


class Meters:
    """One meter for all streams of one opening that go through this process."""

    def __init__(self, name, worker):
        self._name = name
        self._worker = worker
        self._shared = {}

    @contextmanager
    def take(self, opening):
        """Gives the meter of a stream, until the end of the block."""
        key = opening.lane.opening if opening.HasField("lane") else object()
        meter = self._shared.setdefault(key, Meter(self._name, self._worker))
        meter.streams += 1
        try:
            yield meter
        finally:
            meter.streams -= 1
            if meter.streams == 0:
                del self._shared[key]
