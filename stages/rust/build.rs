//! Compiles the contract in `proto/`, the same file that the TypeScript stages
//! read. protox does it in Rust, so that no `protoc` has to be installed.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;

const CONTRACT: &str = "pipeline/v1/pipeline.proto";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", root.join(CONTRACT).display());

    let descriptors = protox::compile([CONTRACT], [&root])?;
    // Reflection answers from these bytes.
    fs::write(out.join("contracts.bin"), descriptors.encode_to_vec())?;
    // Bytes of a message stay where they came in, and are not copied.
    prost_build::Config::new()
        .bytes(["."])
        .compile_fds(descriptors)?;
    Ok(())
}
