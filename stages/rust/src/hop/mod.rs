//! The stream between two stages: batches to the right, receipts to the left.

pub mod batch;
pub mod bytes_codec;
pub mod fan_out;
pub mod latencies;
pub mod meter;
pub mod next;
pub mod opening;
pub mod receiver;
pub mod relay;
pub mod sender;
pub mod window;
