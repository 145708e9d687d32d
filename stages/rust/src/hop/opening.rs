//! What an opening says besides the run: which protocol is spoken, and where the
//! stages behind are.

use tonic::Status;

use crate::contracts::Opening;

/// The version of the protocol between stages that this crate speaks.
pub const PROTOCOL: u32 = 1;

/// Refuses an opening of another run, or of a newer protocol.
///
/// `own` is the run that the stage belongs to; none takes part in any.
///
/// # Errors
///
/// FAILED_PRECONDITION, in the words of the other stages.
pub fn check(opening: &Opening, stage: &str, own: Option<&str>) -> Result<(), Status> {
    let Opening { run, protocol, .. } = opening;
    if *protocol > PROTOCOL {
        return Err(Status::failed_precondition(format!(
            "Cannot open the chain: it speaks version {protocol} of the protocol, and stage \
             \"{stage}\" knows version {PROTOCOL}; update the program of that stage"
        )));
    }
    match own {
        Some(own) if own != run => Err(Status::failed_precondition(format!(
            "Cannot take part in run {run}: this stage belongs to run {own}, of another pipeline \
             on the same ports; choose others with --port"
        ))),
        _ => Ok(()),
    }
}

/// What the next stage is told of what a stage was told.
pub fn opening_of_next(mut opening: Opening) -> Opening {
    opening.protocol = PROTOCOL;
    if !opening.next.is_empty() {
        opening.next.remove(0);
    }
    opening
}
