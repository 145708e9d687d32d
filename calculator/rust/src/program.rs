//! How a program runs as a process: its signals and its exit codes.
//!
//! 0 good (or told to stop by SIGTERM), 1 failed, 2 the command line is wrong,
//! 130 after Ctrl-C.

use std::{env, ffi::OsString, process, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::log::{log, print};

/// Two signals within this time are one Ctrl-C: a terminal signals every
/// process in the foreground, and whoever started us passes its own on.
const SAME_KEY: Duration = Duration::from_millis(300);

/// Why a program ends before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not a failure: help was asked for.
    Help(String),
    /// The command line is wrong.
    Usage(String),
    /// It failed, for the reason given.
    Told(String),
    /// Whoever read our results has seen enough, as in `client | head -1`.
    OutputClosed,
}

/// Runs `main` and ends the process.
///
/// SIGTERM and SIGINT cancel the token; `main` then has all the time it takes
/// to finish, until a second signal ends the process at once.
pub fn run<F>(main: impl FnOnce(CancellationToken) -> F) -> !
where
    F: Future<Output = Result<(), Failure>>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a runtime its timers and sockets");
    let code = runtime.block_on(async {
        let stop = CancellationToken::new();
        let stopped = tokio::spawn(stop_on_signal(stop.clone()));
        match main(stop.clone()).await {
            Ok(()) if stop.is_cancelled() => stopped.await.unwrap_or(1),
            result => exit_code_of(result),
        }
    });
    process::exit(code)
}

/// Tells a failure, and returns its exit code.
fn exit_code_of(result: Result<(), Failure>) -> i32 {
    match result {
        Ok(()) | Err(Failure::OutputClosed) => 0,
        Err(Failure::Help(text)) => exit_code_of(print(&text)),
        Err(Failure::Usage(message)) => {
            log(&message);
            2
        }
        Err(Failure::Told(message)) => {
            log(&message);
            1
        }
    }
}

/// Cancels `stop` at the first signal, and returns the exit code for it.
async fn stop_on_signal(stop: CancellationToken) -> i32 {
    let (mut terminated, mut interrupted) = match (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) {
        (Ok(terminated), Ok(interrupted)) => (terminated, interrupted),
        (Err(error), _) | (_, Err(error)) => {
            log(&format!("Cannot listen for signals: {error}"));
            process::exit(1)
        }
    };
    let (code, _) = next(&mut terminated, &mut interrupted).await;
    tokio::spawn(end_on_signal(terminated, interrupted));
    stop.cancel();
    code
}

/// Ends the process at the next signal that is not still the first one's.
async fn end_on_signal(mut terminated: Signal, mut interrupted: Signal) {
    let same_until = Instant::now() + SAME_KEY;
    loop {
        let (_, forced_code) = next(&mut terminated, &mut interrupted).await;
        if Instant::now() >= same_until {
            process::exit(forced_code);
        }
    }
}

/// The next signal's exit codes: of a stop, and of a forced end.
async fn next(terminated: &mut Signal, interrupted: &mut Signal) -> (i32, i32) {
    tokio::select! {
        _ = terminated.recv() => (0, 143),
        _ = interrupted.recv() => (130, 130),
    }
}

/// A variable of the environment that has a value.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// How the user calls the program that has started us, for hints.
pub fn command() -> String {
    variable("DENIZEN_COMMAND").map_or_else(
        || "deno task".into(),
        |command| command.to_string_lossy().into(),
    )
}

/// Waits for `future`, but no longer than `limit`. True if it was in time.
pub async fn within(limit: Duration, future: impl Future) -> bool {
    timeout(limit, future).await.is_ok()
}
