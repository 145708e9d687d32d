//! The parse stage as a program.

use denizen_calculator::program::Failure;
use denizen_stage::parse::Parse;

fn main() {
    denizen_stage::run(|own| match own.first() {
        None => Ok(Parse),
        Some(word) => Err(Failure::Usage(format!(
            "Cannot read \"{word}\": there is no such flag; --help lists them"
        ))),
    })
}
