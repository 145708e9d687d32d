//! What every batch has.

use prost::Message;

use crate::contracts::{EventBatch, Opening, Position, RawBatch};

/// What a batch carries through every stage.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    pub sync: bool,
    pub first_ms: Option<f64>,
    pub last_ms: Option<f64>,
}

/// A message that travels to the right.
pub trait Batch: Message + Default + 'static {
    /// The first message of a stream: it carries the opening only.
    fn open(opening: Opening) -> Self;

    fn take_opening(&mut self) -> Option<Opening>;

    fn begin(&self) -> Position;

    fn end(&self) -> Position;

    fn carried(&self) -> Carried;

    /// Says of a batch what the one said that it was made of.
    fn carry(&mut self, carried: Carried);

    /// True for the batch that says that this was all.
    fn is_last(&self) -> bool {
        self.begin() == self.end()
    }
}

macro_rules! batch {
    ($message:ident) => {
        impl Batch for $message {
            fn open(opening: Opening) -> Self {
                Self {
                    opening: Some(opening),
                    begin: Some(Position::default()),
                    end: Some(Position::default()),
                    ..Self::default()
                }
            }

            fn take_opening(&mut self) -> Option<Opening> {
                self.opening.take()
            }

            fn begin(&self) -> Position {
                self.begin.unwrap_or_default()
            }

            fn end(&self) -> Position {
                self.end.unwrap_or_default()
            }

            fn carried(&self) -> Carried {
                Carried {
                    sync: self.sync,
                    first_ms: self.first_ms,
                    last_ms: self.last_ms,
                }
            }

            fn carry(&mut self, carried: Carried) {
                self.sync = carried.sync;
                self.first_ms = carried.first_ms;
                self.last_ms = carried.last_ms;
            }
        }
    };
}

batch!(RawBatch);
batch!(EventBatch);
