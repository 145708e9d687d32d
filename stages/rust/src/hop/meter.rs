//! Measures one stage of one run, for its report.
//!
//! CPU times are differences of the process's own CPU clock, so a process that had
//! to wait for a core does not count the wait as work. That clock is read where the
//! stage begins and ends to wait: of the CPU time between, the stage's own work has
//! the share that it has of the wall time.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

use super::batch::Batch;
use super::latencies::Latencies;
use super::receiver::Received;
use crate::contracts::{Lane, Opening, StageReport};

/// The events that came in and went out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub events_in: u64,
    pub events_out: u64,
}

/// Counts and clocks of one stage.
pub struct Meter {
    pub counts: Counts,
    bytes_in: u64,
    bytes_out: u64,
    batches: u64,
    /// How many streams it measures; the process waits when all of them do.
    streams: usize,
    waits: usize,
    idle_from: Option<Instant>,
    cpu_at_start: Duration,
    /// The stretch between two waits: its begin, and the wall time of its work.
    stretch: (Duration, Instant),
    work: Duration,
    processing: Duration,
    codec: Duration,
    waiting: Duration,
    latencies: Latencies,
}

impl Default for Meter {
    fn default() -> Self {
        let cpu = cpu_time();
        Self {
            counts: Counts::default(),
            bytes_in: 0,
            bytes_out: 0,
            batches: 0,
            streams: 0,
            waits: 0,
            idle_from: None,
            cpu_at_start: cpu,
            stretch: (cpu, Instant::now()),
            work: Duration::ZERO,
            processing: Duration::ZERO,
            codec: Duration::ZERO,
            waiting: Duration::ZERO,
            latencies: Latencies::default(),
        }
    }
}

impl Meter {
    /// Counts a batch that has come in.
    pub fn arrived<B: Batch>(&mut self, received: &Received<B>) {
        // An empty one only says that this was all.
        self.batches += u64::from(!received.batch.is_last());
        self.bytes_in += received.bytes as u64;
        self.codec += received.decoding;
    }

    /// Counts wall time of the stage's own work.
    pub fn processed(&mut self, took: Duration) {
        self.work += took;
    }

    /// Counts a batch that has been encoded.
    pub fn encoded(&mut self, took: Duration, bytes: usize) {
        self.codec += took;
        self.bytes_out += bytes as u64;
    }

    /// Notes how long a batch took from arrival to being passed on.
    pub fn batch_done(&mut self, took: Duration) {
        self.latencies.record(took);
    }

    /// A stream begins to wait.
    pub fn wait(&mut self) {
        self.settle();
        self.waits += 1;
        self.count_idle();
    }

    /// A stream has waited.
    pub fn go_on(&mut self) {
        self.waits -= 1;
        self.count_idle();
        self.settle();
    }

    fn count_idle(&mut self) {
        let is_idle = self.waits >= self.streams;
        if is_idle == self.idle_from.is_some() {
            return;
        }
        let now = Instant::now();
        match self.idle_from.take() {
            Some(from) => self.waiting += now - from,
            None => self.idle_from = Some(now),
        }
    }

    /// Ends a stretch, and begins the next one.
    fn settle(&mut self) {
        let now = (cpu_time(), Instant::now());
        if !self.work.is_zero() {
            let wall = (now.1 - self.stretch.1).as_secs_f64();
            let share = (self.work.as_secs_f64() / wall).min(1.0);
            self.processing += now.0.saturating_sub(self.stretch.0).mul_f64(share);
        }
        self.work = Duration::ZERO;
        self.stretch = now;
    }

    /// What was measured until now. `worker` is which of the stage's processes
    /// this is; 0 for the only one.
    pub fn report(&mut self, stage: &str, worker: u32) -> StageReport {
        self.settle();
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        StageReport {
            name: stage.into(),
            worker,
            events_in: self.counts.events_in,
            events_out: self.counts.events_out,
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            batches: self.batches,
            processing_ms: ms(self.processing),
            codec_ms: ms(self.codec),
            waiting_ms: ms(self.waiting),
            cpu_ms: ms(cpu_time().saturating_sub(self.cpu_at_start)),
            peak_rss_bytes: peak_rss_bytes(),
            batch_latency: self.latencies.percentiles(),
            event_latency: None,
        }
    }
}

/// CPU time of this process so far.
fn cpu_time() -> Duration {
    // Every system that Denizen runs on has this clock.
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

/// The largest resident set so far; 0, not measured, where nobody says.
fn peak_rss_bytes() -> u64 {
    // What getrusage() says begins with the process that has started this one.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or(0, |kilobytes| kilobytes * 1_024)
}

/// A meter that several streams share.
pub type SharedMeter = Arc<Mutex<Meter>>;

/// Locks a meter: whoever held it has left nothing half done.
pub fn lock(meter: &SharedMeter) -> MutexGuard<'_, Meter> {
    meter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes one meter for all streams of one opening that go through the same
/// process: they share its clocks.
#[derive(Clone, Default)]
pub struct Meters(Arc<Mutex<HashMap<String, SharedMeter>>>);

impl Meters {
    /// The meter of a stream, until what is returned is dropped.
    pub fn take(&self, opening: &Opening) -> Metered {
        let name = opening
            .lane
            .as_ref()
            .map(|lane: &Lane| lane.opening.clone());
        let meter = match &name {
            Some(name) => self.shared().entry(name.clone()).or_default().clone(),
            None => SharedMeter::default(),
        };
        lock(&meter).streams += 1;
        Metered {
            meter,
            name,
            meters: self.clone(),
        }
    }

    fn shared(&self) -> MutexGuard<'_, HashMap<String, SharedMeter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that is measured.
pub struct Metered {
    pub meter: SharedMeter,
    name: Option<String>,
    meters: Meters,
}

impl Drop for Metered {
    fn drop(&mut self) {
        let mut shared = self.meters.shared();
        let mut meter = lock(&self.meter);
        meter.streams -= 1;
        if let Some(name) = self.name.as_ref().filter(|_| meter.streams == 0) {
            shared.remove(name);
        }
    }
}
