//! What a stage of the pipeline needs to be written in Rust.

pub mod contracts;
