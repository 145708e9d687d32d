//! Tells of callers that are turned away, without letting them fill the log.
//!
//! The same lines as those of `runtime/rpc/refusals.ts`.

use std::mem::{replace, take};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use crate::format::quantity;
use crate::log::log;

/// Time after a line in which refusals are only counted.
const QUIET: Duration = Duration::from_secs(10);

/// Tells of the first at once, and of those in the ten seconds after it by
/// their number.
#[derive(Clone, Default)]
pub struct RefusalLog(Arc<Mutex<Counter>>);

impl RefusalLog {
    /// Tells of a call that was turned away. To be called in a runtime.
    pub fn add(&self, path: &str, peer: &str, reason: &str) {
        if !self.counter().add() {
            return;
        }
        log(&format!("Refused {path} from {peer}: {reason}"));
        let refusals = self.clone();
        tokio::spawn(async move {
            sleep(QUIET).await;
            while let Some(line) = refusals.rest() {
                log(&line);
                sleep(QUIET).await;
            }
        });
    }

    /// The line for those that were only counted, when the time is over.
    fn rest(&self) -> Option<String> {
        let more = self.counter().rest()?;
        Some(format!("Refused {}", quantity(more, "more call")))
    }

    fn counter(&self) -> MutexGuard<'_, Counter> {
        // Two numbers: whoever held it has left nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides which refusals are told.
#[derive(Debug, Default)]
struct Counter {
    is_quiet: bool,
    more: u64,
}

impl Counter {
    /// Takes account of a refusal. True if it is to be told.
    fn add(&mut self) -> bool {
        self.more += u64::from(self.is_quiet);
        !replace(&mut self.is_quiet, true)
    }

    /// The quiet time is over: the number of refusals in it, which begins
    /// another; none ends it.
    fn rest(&mut self) -> Option<u64> {
        self.is_quiet = self.more > 0;
        Some(take(&mut self.more)).filter(|more| *more > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_one_line_at_once_and_its_number_later() {
        let refusals = RefusalLog::default();
        let told = (0..1_001).filter(|_| refusals.counter().add()).count();

        assert_eq!(told, 1);
        assert_eq!(refusals.rest().unwrap(), "Refused 1,000 more calls");
        // Quiet for as long again, then as at first.
        assert!(!refusals.counter().add());
        assert_eq!(refusals.rest().unwrap(), "Refused 1 more call");
        assert_eq!(refusals.rest(), None);
        assert!(refusals.counter().add());
    }
}
