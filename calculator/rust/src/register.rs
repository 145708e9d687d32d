//! Keeps one server registered with the broker, over the broker's restarts.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::backoff::REOPEN;
use crate::brokers::{Broker, Brokers, BrokersInTurn, Patience, is_gone};
use crate::channel::{is_passing, reason};
use crate::contracts::broker::{Entry, Registration};
use crate::log::log;
use crate::program::{Failure, within};
use crate::tls::Identity;

/// The version of the broker's contract that this program speaks.
const PROTOCOL: u32 = 1;
/// How long the broker may take to confirm that an entry is removed.
const LEAVE: Duration = Duration::from_millis(500);
/// How long clients may take to hear from the broker that an entry is removed.
/// Until then they call it as before.
const NEWS: Duration = Duration::from_millis(200);

/// Registers a server until `stop` is cancelled, and returns when its entry is
/// removed and the clients have heard of it: nobody calls a server that stops
/// after this. Cancels `known` once the broker has confirmed the entry.
///
/// Waits for a broker that is away, or goes on with the next one of several, and
/// waits for whoever holds the same instance to end; registers again after a break.
///
/// # Errors
///
/// If the entry is wrong: another try would not help.
pub async fn keep_registered(
    entry: Entry,
    brokers: &Brokers,
    identity: Option<&Identity>,
    known: &CancellationToken,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let what = describe(&entry);
    let mut brokers = BrokersInTurn::connect(brokers, identity)?;
    let mut failures = 0;
    let mut told = None;
    let mut listed = false;
    while !stop.is_cancelled() {
        let patience = brokers.patience();
        let broker = brokers.used();
        let ended = hold(broker, patience, &entry, &stop, || {
            log(&format!(
                "Registered {what}{}",
                if failures > 0 { " again" } else { "" }
            ));
            failures = 0;
            told = None;
            listed = true;
            known.cancel();
        });
        let status = match ended.await {
            Ok(()) => Status::unavailable("the broker has stopped"),
            Err(status) if status.code() == Code::InvalidArgument => {
                return Err(Failure::Told(status.message().into()));
            }
            Err(status) => status,
        };
        if stop.is_cancelled() {
            break;
        }
        listed = false;
        // Once for each reason: it tries again and again.
        let kind = match is_passing(&status) {
            true => Code::Unavailable,
            false => status.code(),
        };
        if told.replace(kind) != Some(kind) {
            let why = describe_wait(&status, &what, &broker.address);
            log(&format!("Waiting to register {what}: {why}"));
        }
        if is_gone(&status) {
            brokers.leave();
        }
        failures += 1;
        let _stopped = stop
            .run_until_cancelled(sleep(REOPEN.after(failures)))
            .await;
    }
    if listed {
        sleep(NEWS).await;
    }
    Ok(())
}

/// Holds one registration until its stream ends, or `stop` is cancelled and the
/// broker has confirmed that the entry is removed.
async fn hold(
    broker: &mut Broker,
    patience: Patience,
    entry: &Entry,
    stop: &CancellationToken,
    mut registered: impl FnMut(),
) -> Result<(), Status> {
    let (sender, receiver) = mpsc::channel(1);
    let registration = Registration {
        entry: Some(entry.clone()),
        protocol: PROTOCOL,
    };
    sender
        .try_send(registration)
        .expect("an empty queue has room for one");
    let opening = patience.wait_for(async {
        let opened = broker
            .client
            .register(ReceiverStream::new(receiver))
            .await?;
        let mut answers = opened.into_inner();
        let first = answers.message().await?;
        Ok((answers, first))
    });
    let Some(opened) = stop.run_until_cancelled(opening).await else {
        return Ok(());
    };
    let (mut answers, first) = opened?;
    match first {
        Some(_) => registered(),
        None => return Ok(()),
    }
    while let Some(answer) = stop.run_until_cancelled(answers.message()).await {
        match answer? {
            Some(_) => registered(),
            None => return Ok(()),
        }
    }
    // Ending our side tells the broker; it ends its own once the entry is gone.
    drop(sender);
    within(LEAVE, async {
        while let Ok(Some(_)) = answers.message().await {}
    })
    .await;
    Ok(())
}

/// Says why a registration has to wait: the broker cannot be reached, or it has
/// refused, and its message begins with what is refused.
fn describe_wait(status: &Status, what: &str, broker: &str) -> String {
    if is_passing(status) {
        return format!("Cannot reach the broker at {broker}: {}", reason(status));
    }
    let refused = format!("Cannot register service {what}: ");
    let message = status.message();
    message.strip_prefix(&refused).unwrap_or(message).to_owned()
}

/// Names an entry in a message.
fn describe(
    Entry {
        service,
        instance,
        address,
        ..
    }: &Entry,
) -> String {
    if instance == address {
        format!("\"{service}\" at {address}")
    } else {
        format!("\"{service}\" instance \"{instance}\" at {address}")
    }
}
