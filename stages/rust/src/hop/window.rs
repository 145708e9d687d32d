//! How much may be on its way between two stages and not answered.
//!
//! Decides only; sender.rs waits by it, receiver.rs answers by it. The two rules
//! belong together: a sender never waits for an answer that the receiver does not
//! owe.

use crate::contracts::{Credit, Opening};

/// A number of batches and their encoded size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub batches: u64,
    pub bytes: u64,
}

/// What HTTP/2 lets be on its way, in bytes: more than the window of a stream
/// between stages, so that receipts alone hold a sender back.
pub const FLOW_CONTROL_WINDOW: u32 = 8_388_608;

/// How large a message between stages may be, in bytes: a batch is one line at the
/// least, and what a line becomes takes at most eight times its bytes. A line has
/// at most 64 MiB.
pub const MAX_MESSAGE_BYTES: usize = 536_870_912;

/// The share of the window after which a receiver answers: a quarter.
const ANSWER_SHARE: u64 = 4;

impl Load {
    /// The window that an opening says.
    pub fn window_of(opening: &Opening) -> Self {
        Self {
            batches: opening.window_batches.into(),
            bytes: opening.window_bytes,
        }
    }

    /// Counts a batch of so many bytes.
    pub fn add(&mut self, bytes: usize) {
        self.batches += 1;
        self.bytes += bytes as u64;
    }

    /// Takes off what has been answered.
    pub fn answered(&mut self, credit: Credit) {
        self.batches = self.batches.saturating_sub(credit.batches.into());
        self.bytes = self.bytes.saturating_sub(credit.bytes);
    }

    /// True when a receiver must answer what it has dealt with.
    pub fn must_be_answered(&self, window: Load) -> bool {
        self.batches.saturating_mul(ANSWER_SHARE) >= window.batches
            || self.bytes.saturating_mul(ANSWER_SHARE) >= window.bytes
    }

    /// True when a sender may send one more batch, of so many bytes.
    ///
    /// While so little is unanswered that the receiver may keep silent, any batch
    /// may go, even one larger than the window.
    pub fn has_room(&self, window: Load, bytes: usize) -> bool {
        !self.must_be_answered(window)
            || (self.batches < window.batches && self.bytes + bytes as u64 <= window.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_never_waits_for_an_answer_that_is_not_owed() {
        let load = |batches, bytes| Load { batches, bytes };
        for (unanswered, window, bytes, is_owed, has_room) in [
            (load(0, 0), load(4, 100), 1_000, false, true),
            (load(1, 10), load(4, 100), 90, true, true),
            (load(1, 10), load(4, 100), 91, true, false),
            (load(4, 10), load(4, 100), 1, true, false),
            (load(3, 10), load(16, 100), 1_000, false, true),
            (load(0, 0), load(0, 0), 1, true, false),
        ] {
            assert_eq!(
                unanswered.must_be_answered(window),
                is_owed,
                "{unanswered:?}"
            );
            assert_eq!(
                unanswered.has_room(window, bytes),
                has_room,
                "{unanswered:?}"
            );
        }
    }
}
