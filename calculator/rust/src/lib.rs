//! The calculator in Rust: a client and a server that find each other through
//! the broker, as the TypeScript ones do.
//!
//! What each module answers is in its first line. The two programs are in
//! `src/bin/`; `src/bin/calculator-soak.rs` is for tests.

pub mod address;
pub mod admission;
pub mod ask_patiently;
pub mod backoff;
pub mod brokers;
pub mod calculate;
pub mod calculator;
pub mod caller;
pub mod channel;
pub mod contracts;
pub mod discovery;
pub mod flags;
pub mod format;
pub mod known_addresses;
pub mod log;
pub mod operations;
pub mod program;
pub mod refusals;
pub mod register;
pub mod secure_listener;
pub mod serve;
pub mod tls;
pub mod tls_problem;
pub mod token;
pub mod visible_text;
pub mod whole_snapshots;

/// The calculator's full name, as it is registered.
pub const CALCULATOR_SERVICE: &str = "calculator.v1.CalculatorService";

/// Where the broker is, unless something else is said.
pub const DEFAULT_BROKER: &str = "127.0.0.1:50051";
