//! The sending end of the stream to one process of the next stage.
//!
//! Opens it, learns where to send from, keeps what is unanswered within the
//! window, and collects the reports at the end.

use bytes::Bytes;
use prost::Message;
use tokio::sync::mpsc::UnboundedSender;
use tonic::{Status, Streaming};

use super::next::{Next, NextStream, broken};
use super::window::Load;
use crate::contracts::receipt::Kind;
use crate::contracts::{Committed, Receipt, Resume, StageReport, Totals};

/// What a stream ends with.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// What became of all events; the sink does not know.
    pub totals: Option<Totals>,
    /// The reports of the next stage and of those behind it.
    pub reports: Vec<StageReport>,
}

/// What comes back.
pub enum Answer {
    /// There may be room now.
    Credit,
    /// The next stage says what is safe.
    Committed(Committed),
    /// Kept for the end, or of no use to this stage.
    Other,
    /// The stream is over, as it should be.
    End,
}

/// An open stream to a process of the next stage.
pub struct Hop {
    /// Where the next stage wants to be sent from.
    pub resume: Resume,
    pub ending: Ending,
    peer: String,
    /// None once all has been sent.
    outgoing: Option<UnboundedSender<Bytes>>,
    incoming: Streaming<Bytes>,
    window: Load,
    unanswered: Load,
}

impl Hop {
    /// Opens the stream and waits for its resume.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub async fn open(
        next: &Next,
        address: &str,
        first: Bytes,
        window: Load,
    ) -> Result<Self, Status> {
        let NextStream {
            peer,
            outgoing,
            incoming,
        } = next.open(address, first).await?;
        let mut hop = Self {
            resume: Resume::default(),
            ending: Ending::default(),
            peer,
            outgoing: Some(outgoing),
            incoming,
            window,
            unanswered: Load::default(),
        };
        match hop.receipt().await? {
            None => Err(hop.ended_early("before it began")),
            Some(Kind::Resume(resume)) => {
                hop.resume = resume;
                Ok(hop)
            }
            Some(_) => Err(Status::internal(format!(
                "The stream to {} did not begin with a resume",
                hop.peer
            ))),
        }
    }

    /// True if the window has room for a batch of so many bytes.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.unanswered.has_room(self.window, bytes)
    }

    /// Sends an encoded batch, for which there must be room.
    pub fn send(&mut self, batch: Bytes) {
        self.unanswered.add(batch.len());
        if let Some(outgoing) = &self.outgoing {
            // Where the stream has failed, its answers say so.
            let _ = outgoing.send(batch);
        }
    }

    /// Says that this was all.
    pub fn finish(&mut self) {
        self.outgoing = None;
    }

    /// Waits for what comes back. May be dropped while it waits.
    ///
    /// # Errors
    ///
    /// If the stream has failed. A clean end without its last word is a break, as
    /// of a stage that stops.
    pub async fn answer(&mut self) -> Result<Answer, Status> {
        let Some(kind) = self.receipt().await? else {
            if self.outgoing.is_some() {
                return Err(self.ended_early("before all was sent"));
            }
            if self.ending.reports.is_empty() {
                return Err(self.ended_early("without a report"));
            }
            return Ok(Answer::End);
        };
        match kind {
            Kind::Credit(credit) => {
                self.unanswered.answered(credit);
                return Ok(Answer::Credit);
            }
            Kind::Committed(committed) => return Ok(Answer::Committed(committed)),
            Kind::Totals(totals) => self.ending.totals = Some(totals),
            Kind::Report(report) => self.ending.reports.push(report),
            Kind::Resume(_) | Kind::Written(_) => {}
        }
        Ok(Answer::Other)
    }

    /// The next receipt of a kind that is known; none at the end of the stream.
    async fn receipt(&mut self) -> Result<Option<Kind>, Status> {
        loop {
            let message = self.incoming.message().await;
            let Some(bytes) = message.map_err(|status| broken(&status, &self.peer))? else {
                return Ok(None);
            };
            let receipt = Receipt::decode(bytes)
                .map_err(|error| Status::internal(format!("Cannot read a receipt: {error}")))?;
            if let Some(kind) = receipt.kind {
                return Ok(Some(kind));
            }
        }
    }

    fn ended_early(&self, how: &str) -> Status {
        Status::unavailable(format!("The stream to {} ended {how}", self.peer))
    }
}
