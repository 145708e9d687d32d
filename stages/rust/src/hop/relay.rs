//! The runner of the stages in the middle, parse and rules: takes a batch,
//! transforms it, passes it on.
//!
//! Keeps nothing. When either side breaks, the call fails, the break travels to
//! both ends, and ingest decides what to do.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use prost::Message;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::batch::Batch;
use super::fan_out::FanOut;
use super::meter::{Counts, Meters, SharedMeter, lock};
use super::next::Next;
use super::opening::opening_of_next;
use super::receiver::{Inlet, Received};
use super::sender::Answer;
use super::window::Load;
use crate::contracts::receipt::Kind;
use crate::contracts::{Opening, Resume};
use crate::stage::Stage;

/// A stage in the middle.
pub trait Middle: Send + Sync + 'static {
    const STAGE: Stage;
    /// The stage after it.
    const NEXT: Stage;
    type Transform: Transform;

    /// Sets up the stage for a stream, now that both neighbours are known.
    ///
    /// `resume` is what the next stage has said. Returns what the stage before
    /// this one is told.
    ///
    /// # Errors
    ///
    /// If it cannot take part; the run ends with FAILED_PRECONDITION.
    fn start(&self, opening: &Opening, resume: Resume)
    -> Result<(Resume, Self::Transform), Status>;

    /// What the next stage is told of an opening.
    ///
    /// # Errors
    ///
    /// As [`Middle::start`].
    fn open_next(&self, opening: Opening) -> Result<Opening, Status> {
        Ok(opening)
    }
}

/// A stage during one stream.
pub trait Transform: Send + 'static {
    type In: Batch;
    type Out: Batch;

    /// Makes of a batch the one that is passed on, and counts its events.
    ///
    /// # Errors
    ///
    /// If the run cannot go on.
    fn transform(&mut self, batch: Self::In, counts: &mut Counts) -> Result<Self::Out, Status>;
}

/// What a stage is in the chain.
pub struct Place {
    /// The run that it belongs to; none takes part in any.
    pub run: Option<String>,
    /// Which of the stage's processes this is; 0 for the only one.
    pub worker: u32,
    pub next: Next,
    pub meters: Meters,
    /// Ends all streams.
    pub stop: CancellationToken,
}

/// Serves one stream, from its opening to its end.
///
/// # Errors
///
/// When either neighbour goes away, or something is wrong.
pub async fn relay<M: Middle>(
    middle: Arc<M>,
    place: Arc<Place>,
    incoming: Streaming<Bytes>,
    receipts: UnboundedSender<Bytes>,
) -> Result<(), Status> {
    let work = relay_all(&*middle, &place, incoming, receipts);
    match place.stop.run_until_cancelled(work).await {
        Some(ended) => ended,
        None => Err(Status::unavailable(format!(
            "{} is stopping",
            M::STAGE.name
        ))),
    }
}

/// What a stage has to do next.
enum Step<B> {
    Received(Option<Received<B>>),
    Answered(Answer),
}

/// A batch that waits for room.
struct Waiting {
    bytes: Bytes,
    is_last: bool,
    /// What is answered to the left once it has gone.
    received_bytes: usize,
    arrived: Instant,
}

async fn relay_all<M: Middle>(
    middle: &M,
    place: &Place,
    incoming: Streaming<Bytes>,
    receipts: UnboundedSender<Bytes>,
) -> Result<(), Status> {
    let name = M::STAGE.name;
    let mut inlet = Inlet::<In<M>>::open(incoming, receipts, name, place.run.as_deref()).await?;
    let metered = place.meters.take(&inlet.opening);
    let addresses = place.next.in_use(&inlet.opening.next)?;
    let opening = middle.open_next(inlet.opening.clone())?;
    let window = Load::window_of(&inlet.opening);
    let mut hops =
        FanOut::open::<Out<M>>(&place.next, &addresses, opening_of_next(opening), window).await?;
    let (resume, mut transform) = middle.start(&inlet.opening, hops.resume())?;
    inlet.resume(resume);
    let mut waiting: Option<Waiting> = None;
    let mut is_finished = false;
    loop {
        let takes_more = waiting.is_none() && !is_finished;
        let step = measured(&metered.meter, async {
            tokio::select! {
                biased;
                answer = hops.answer() => answer.map(Step::Answered),
                received = inlet.next(), if takes_more => received.map(Step::Received),
            }
        });
        match step.await? {
            Step::Answered(Answer::End) => break,
            Step::Answered(Answer::Committed(committed)) => inlet.send(Kind::Committed(committed)),
            Step::Answered(Answer::Credit | Answer::Other) => {}
            Step::Received(None) => {
                is_finished = true;
                hops.finish();
            }
            Step::Received(Some(received)) => {
                waiting = Some(transformed(&metered.meter, &mut transform, received)?);
            }
        }
        if let Some(batch) = waiting.take_if(|batch| hops.try_send(&batch.bytes, batch.is_last)) {
            inlet.answer(batch.received_bytes);
            lock(&metered.meter).batch_done(batch.arrived.elapsed());
        }
    }
    let report = lock(&metered.meter).report(name, place.worker);
    inlet.end(report, hops.ending());
    Ok(())
}

type In<M> = <<M as Middle>::Transform as Transform>::In;
type Out<M> = <<M as Middle>::Transform as Transform>::Out;

/// Transforms a batch, and encodes what it becomes.
fn transformed<T: Transform>(
    meter: &SharedMeter,
    transform: &mut T,
    received: Received<T::In>,
) -> Result<Waiting, Status> {
    let mut meter = lock(meter);
    meter.arrived(&received);
    let carried = received.batch.carried();
    let start = Instant::now();
    let mut result = transform.transform(received.batch, &mut meter.counts)?;
    let end = Instant::now();
    meter.processed(end - start);
    result.carry(carried);
    let bytes = Bytes::from(result.encode_to_vec());
    meter.encoded(end.elapsed(), bytes.len());
    Ok(Waiting {
        bytes,
        is_last: result.is_last(),
        received_bytes: received.bytes,
        arrived: received.arrived,
    })
}

/// Waits, and counts the time as waiting; what is there already is no wait.
async fn measured<T>(meter: &SharedMeter, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut wait = None;
    poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        if polled.is_pending() && wait.is_none() {
            wait = Some(Wait::new(meter));
        }
        polled
    })
    .await
}

/// A wait, until it is dropped.
struct Wait<'a>(&'a SharedMeter);

impl<'a> Wait<'a> {
    fn new(meter: &'a SharedMeter) -> Self {
        lock(meter).wait();
        Self(meter)
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        lock(self.0).go_on();
    }
}
