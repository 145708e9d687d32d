//! The stages by name.

/// One of the five stages, and the method that the stage before it calls.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// As in `stages.yaml`.
    pub name: &'static str,
    /// The full name of its gRPC service.
    pub service: &'static str,
    pub method: &'static str,
}

impl Stage {
    /// The path of its method, as HTTP/2 has it.
    pub fn path(&self) -> String {
        format!("/{}/{}", self.service, self.method)
    }
}

/// What the health of a stage is called that belongs to a run: a stranger on its
/// port has no health of that name.
pub fn health_name_of(run: &str, owner: u64) -> String {
    format!("run {run} of process {owner}")
}

/// The line on standard output by which a stage tells who has started it that it
/// serves.
pub const SERVES: &str = "serves";
