//! How long many like events took, as percentiles.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::contracts::Latency;

/// What is longer counts as so long, in microseconds.
const LONGEST_US: u64 = 600_000_000;

/// Times, as they are counted; none where they cannot be.
pub struct Latencies(Option<Histogram<u32>>);

impl Default for Latencies {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_US, 2).ok())
    }
}

impl Latencies {
    pub fn record(&mut self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US);
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record(us.clamp(1, LONGEST_US));
        }
    }

    /// The percentiles, where anything was counted.
    pub fn percentiles(&self) -> Option<Latency> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        let ms = |us: u64| us as f64 / 1_000.0;
        Some(Latency {
            p50_ms: ms(histogram.value_at_percentile(50.0)),
            p95_ms: ms(histogram.value_at_percentile(95.0)),
            p99_ms: ms(histogram.value_at_percentile(99.0)),
            max_ms: ms(histogram.max()),
        })
    }
}
