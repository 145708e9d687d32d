//! Writes a process's log to standard error, and its results to standard output.

use std::io::{self, ErrorKind, Write};

use crate::program::Failure;
use crate::visible_text::visible;

/// Writes one line to standard error.
pub fn log(message: &str) {
    // Whoever read our output is gone; a service does not die of that.
    let _ = writeln!(io::stderr(), "{}", visible(&message.replace('\n', " ")));
}

/// Writes one line to standard output.
///
/// # Errors
///
/// [`Failure::OutputClosed`] if nobody reads it any more.
pub fn print(line: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", visible(line))
        .and_then(|()| output.flush())
        .map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Failure::OutputClosed,
            _ => Failure::Told(format!("Cannot write to standard output: {error}")),
        })
}
