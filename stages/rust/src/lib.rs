//! What a stage of the pipeline needs to be written in Rust.
//!
//! A stage in the middle, parse or rules, is a [`Middle`](hop::relay::Middle): it
//! says what it makes of a batch. Everything else is done here: flags, the token,
//! health and reflection, the stream from the stage before and to the one after,
//! windows and credit, resuming, lanes, reports, and the end on SIGTERM.
//! `docs/write-a-stage.md` says what all of that is; [`parse`] is one such stage,
//! and `src/bin/parse.rs` the whole of its program.

pub mod contracts;
pub mod flags;
pub mod hop;
pub mod parse;
pub mod server;
pub mod stage;

use denizen_calculator::program::{self, Failure};
use hop::relay::Middle;

/// Runs this program as a stage, until SIGTERM, and ends the process.
///
/// `start` makes the stage of what stands before its name on the command line,
/// which is its own.
///
/// Exit codes: 0 after SIGTERM, 1 if it could not serve, 2 if its flags are wrong.
pub fn run<M: Middle>(start: impl FnOnce(&[String]) -> Result<M, Failure>) -> ! {
    program::run(async |stop| {
        let flags = flags::read(M::STAGE.name)?;
        let stage = start(&flags.own)?;
        server::serve(stage, flags, stop).await
    })
}
