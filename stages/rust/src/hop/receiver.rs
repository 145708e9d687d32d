//! The receiving end of the stream between two stages.
//!
//! Reads the opening, then batches that must follow one another without a gap,
//! and answers them in groups, so that receipts cost little.

use std::marker::PhantomData;
use std::time::{Duration, Instant};

use bytes::Bytes;
use prost::Message;
use tokio::sync::mpsc::UnboundedSender;
use tonic::{Status, Streaming};

use super::batch::Batch;
use super::opening;
use super::sender::Ending;
use super::window::Load;
use crate::contracts::receipt::Kind;
use crate::contracts::{Credit, Opening, Position, Receipt, Resume, StageReport};

/// A batch as it arrived.
pub struct Received<B> {
    pub batch: B,
    /// Its encoded size.
    pub bytes: usize,
    /// When it was decoded, and how long that took.
    pub arrived: Instant,
    pub decoding: Duration,
}

/// The receiving end, after its opening.
pub struct Inlet<B> {
    pub opening: Opening,
    incoming: Streaming<Bytes>,
    receipts: UnboundedSender<Bytes>,
    window: Load,
    unanswered: Load,
    /// Where the next batch must begin; nowhere before the resume.
    position: Option<Position>,
    batches: PhantomData<fn() -> B>,
}

impl<B: Batch> Inlet<B> {
    /// Reads the opening of a stream.
    ///
    /// `stage` is whose stream it is, `own` the run that it belongs to.
    ///
    /// # Errors
    ///
    /// INVALID_ARGUMENT if the stream does not begin with one; FAILED_PRECONDITION
    /// if it is of another run, or of a newer protocol.
    pub async fn open(
        mut incoming: Streaming<Bytes>,
        receipts: UnboundedSender<Bytes>,
        stage: &str,
        own: Option<&str>,
    ) -> Result<Self, Status> {
        let opening = match incoming.message().await? {
            Some(first) => decode::<B>(first)?.batch.take_opening(),
            None => None,
        };
        let Some(opening) = opening.filter(|opening| !opening.run.is_empty()) else {
            return Err(Status::invalid_argument(
                "Cannot read the stream: its first message is no opening that names a run",
            ));
        };
        opening::check(&opening, stage, own)?;
        Ok(Self {
            window: Load::window_of(&opening),
            opening,
            incoming,
            receipts,
            unanswered: Load::default(),
            position: None,
            batches: PhantomData,
        })
    }

    /// Tells the sender where to send from. To be called once, before reading.
    pub fn resume(&mut self, resume: Resume) {
        self.position = resume.position;
        self.send(Kind::Resume(resume));
    }

    /// The next batch; none after the last. May be dropped while it waits.
    ///
    /// # Errors
    ///
    /// When the sender goes away; INVALID_ARGUMENT for a batch that does not begin
    /// where it must.
    pub async fn next(&mut self) -> Result<Option<Received<B>>, Status> {
        let Some(bytes) = self.incoming.message().await? else {
            return Ok(None);
        };
        let received = decode::<B>(bytes)?;
        let begin = received.batch.begin();
        let follows = self.position.is_some_and(|position| {
            // What lies between two batches of a lane is on other lanes.
            match self.opening.lane {
                Some(_) => begin.offset >= position.offset,
                None => begin == position,
            }
        });
        if !follows {
            return Err(Status::invalid_argument(format!(
                "Cannot take the batch from {}: the one before it ended at {}",
                described(Some(begin)),
                described(self.position),
            )));
        }
        self.position = Some(received.batch.end());
        Ok(Some(received))
    }

    /// Says that a batch of so many bytes has been dealt with.
    pub fn answer(&mut self, bytes: usize) {
        self.unanswered.add(bytes);
        if !self.unanswered.must_be_answered(self.window) {
            return;
        }
        let Load { batches, bytes } = std::mem::take(&mut self.unanswered);
        self.send(Kind::Credit(Credit {
            batches: u32::try_from(batches).unwrap_or(u32::MAX),
            bytes,
        }));
    }

    /// Sends any other receipt, such as what is safe.
    pub fn send(&self, kind: Kind) {
        let receipt = Receipt { kind: Some(kind) };
        // A sender that is gone cancels all of this by itself.
        let _ = self.receipts.send(receipt.encode_to_vec().into());
    }

    /// Sends what the stream ends with, the stage's own report first.
    pub fn end(&self, own: StageReport, behind: Ending) {
        if let Some(totals) = behind.totals {
            self.send(Kind::Totals(totals));
        }
        self.send(Kind::Report(own));
        for report in behind.reports {
            self.send(Kind::Report(report));
        }
    }
}

fn decode<B: Batch>(bytes: Bytes) -> Result<Received<B>, Status> {
    let start = Instant::now();
    let size = bytes.len();
    let batch = B::decode(bytes)
        .map_err(|error| Status::internal(format!("Cannot read a message: {error}")))?;
    let arrived = Instant::now();
    Ok(Received {
        batch,
        bytes: size,
        arrived,
        decoding: arrived - start,
    })
}

fn described(position: Option<Position>) -> String {
    position.map_or_else(
        || "nowhere".into(),
        |Position { event, offset, .. }| format!("event {event}, offset {offset}"),
    )
}
