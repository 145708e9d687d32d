//! How long to wait before another try.

use std::time::Duration;

/// The range of one kind of wait.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Longest wait before the second try.
    pub base: Duration,
    /// Longest wait before any try.
    pub max: Duration,
}

/// Between two streams to the broker.
pub const REOPEN: Backoff = Backoff {
    base: Duration::from_millis(50),
    max: Duration::from_secs(1),
};

impl Backoff {
    /// Anywhere between nothing and a limit that doubles with each failure
    /// ("full jitter"), so that many clients do not come back in one instant.
    ///
    /// `failures` counts those in a row, from 1.
    pub fn after(self, failures: u32) -> Duration {
        self.limit(failures).mul_f64(fastrand::f64())
    }

    fn limit(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        self.base.saturating_mul(1 << doublings).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_doubles_up_to_the_longest() {
        let limits = [1, 2, 3, 5, 6, 1_000].map(|failures| REOPEN.limit(failures).as_millis());

        assert_eq!(limits, [50, 100, 200, 800, 1_000, 1_000]);
    }

    #[test]
    fn a_wait_is_never_longer_than_its_limit() {
        assert!((1..100).all(|failures| REOPEN.after(failures) <= REOPEN.limit(failures)));
    }
}
