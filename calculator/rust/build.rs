//! Compiles the contracts in `proto/`, the same files that the TypeScript side
//! reads. protox does it in Rust, so that no `protoc` has to be installed.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;

const CONTRACTS: &[&str] = &["broker/v1/broker.proto", "calculator/v1/calculator.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for contract in CONTRACTS {
        println!("cargo::rerun-if-changed={}", root.join(contract).display());
    }

    let descriptors = protox::compile(CONTRACTS, [&root])?;
    // Reflection answers from these bytes.
    fs::write(out.join("contracts.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
