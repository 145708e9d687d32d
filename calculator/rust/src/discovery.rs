//! Finds the instances of a service: follows them in the broker, over its
//! restarts, and remembers the last known addresses while it is away.

use std::{future, time::Duration};

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Code, Request, Status};

use crate::backoff::REOPEN;
use crate::brokers::{Brokers, BrokersInTurn, is_gone};
use crate::channel::reason;
use crate::contracts::broker::{WatchRequest, WatchUpdate};
use crate::known_addresses::KnownAddresses;
use crate::program::{Failure, variable};
use crate::tls::Identity;
use crate::whole_snapshots::WholeSnapshots;

/// How long services may take to register with a broker that has restarted:
/// more than their longest backoff and connecting anew.
const SETTLE: Duration = Duration::from_secs(5);

/// The variable that holds what this process is called, and the metadata that
/// tells the broker.
const SERVICE_VARIABLE: &str = "DENIZEN_SERVICE";
const CALLER: &str = "denizen-service";

/// What is known of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// The broker has not been asked yet.
    Pending,
    /// No broker has ever answered; what the last one that was tried cannot do.
    Away(String),
    /// A broker has never let this process in; its words.
    Refused(String),
    /// The addresses of the instances, in order of their names.
    Known(Vec<String>),
}

/// Follows `service` in the background, for as long as somebody reads.
///
/// # Errors
///
/// If one of the brokers has no address that can be called.
pub fn follow(
    service: &str,
    brokers: &Brokers,
    identity: Option<&Identity>,
) -> Result<watch::Receiver<Discovery>, Failure> {
    let (found, receiver) = watch::channel(Discovery::Pending);
    let follower = Follower {
        brokers: BrokersInTurn::connect(brokers, identity)?,
        request: WatchRequest {
            service: service.into(),
        },
        known: KnownAddresses::default(),
        failures: 0,
        found,
    };
    tokio::spawn(async {
        let closed = follower.found.clone();
        tokio::select! {
            () = follower.run() => (),
            // Nobody reads any more: end the stream and the connection at once.
            () = closed.closed() => (),
        }
    });
    Ok(receiver)
}

struct Follower {
    brokers: BrokersInTurn,
    request: WatchRequest,
    known: KnownAddresses,
    /// Failures in a row.
    failures: u32,
    found: watch::Sender<Discovery>,
}

impl Follower {
    async fn run(mut self) {
        loop {
            let failed = self.read_one_that_answers().await;
            self.found.send_if_modified(|found| {
                let unknown = !matches!(found, Discovery::Known(_));
                if unknown {
                    *found = failed;
                }
                unknown
            });
            self.failures += 1;
            sleep(REOPEN.after(self.failures)).await;
        }
    }

    /// Reads from the first broker that answers, until its stream ends, and says
    /// what has ended that. The next one is used from then on.
    async fn read_one_that_answers(&mut self) -> Discovery {
        let mut tries = 1;
        loop {
            let mut has_answered = false;
            let ended = self.read(&mut has_answered).await;
            let address = self.brokers.used().address.clone();
            let why = match ended {
                Ok(()) => "the broker has stopped".into(),
                Err(status) if is_refusal(&status) => {
                    return Discovery::Refused(status.message().into());
                }
                Err(status) if is_gone(&status) => reason(&status),
                Err(status) => return away(&address, &reason(&status)),
            };
            self.brokers.leave();
            if has_answered || tries == self.brokers.count() {
                return away(&address, &why);
            }
            tries += 1;
        }
    }

    /// Reads one stream until it ends.
    async fn read(&mut self, has_answered: &mut bool) -> Result<(), Status> {
        let mut request = Request::new(self.request.clone());
        if let Some(caller) = own_caller() {
            request.metadata_mut().insert(CALLER, caller);
        }
        let patience = self.brokers.patience();
        let client = &mut self.brokers.used().client;
        let opening = async {
            let mut updates = client.watch(request).await?.into_inner();
            let first = updates.message().await?;
            Ok((updates, first))
        };
        let (mut updates, first) = patience.wait_for(opening).await?;
        let Some(first) = first else { return Ok(()) };
        *has_answered = true;
        let mut snapshots = WholeSnapshots::default();
        let mut settle_at = None;
        self.take(first, &mut snapshots, &mut settle_at);
        loop {
            tokio::select! {
                update = updates.message() => {
                    let Some(update) = update? else { return Ok(()) };
                    self.take(update, &mut snapshots, &mut settle_at);
                }
                () = reached(settle_at) => {
                    self.known.settle();
                    settle_at = None;
                    self.tell();
                }
            }
        }
    }

    /// Takes account of what a broker has told.
    fn take(
        &mut self,
        update: WatchUpdate,
        snapshots: &mut WholeSnapshots,
        settle_at: &mut Option<Instant>,
    ) {
        self.failures = 0;
        let Some(update) = snapshots.join(update) else {
            return;
        };
        self.known.apply(update);
        if self.known.is_unsettled() {
            settle_at.get_or_insert_with(|| Instant::now() + SETTLE);
        }
        self.tell();
    }

    fn tell(&self) {
        self.found.send_replace(Discovery::Known(self.known.list()));
    }
}

fn away(broker: &str, why: &str) -> Discovery {
    Discovery::Away(format!("Cannot reach the broker at {broker}: {why}"))
}

/// True when the broker has said that this process may not ask.
fn is_refusal(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unauthenticated | Code::PermissionDenied
    )
}

/// What the supervisor calls this process, for who looks who follows; none if
/// that is nothing that metadata can carry. Before the last slash stands whose
/// it is.
fn own_caller() -> Option<MetadataValue<Ascii>> {
    let name = variable(SERVICE_VARIABLE)?.into_string().ok()?;
    let (_, own) = name.rsplit_once('/').unwrap_or(("", &name));
    own.parse().ok()
}

async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{io::AsyncReadExt, net::TcpListener, time::timeout};

    #[tokio::test]
    async fn the_connection_is_closed_as_soon_as_nobody_reads() {
        let broker = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = broker.local_addr().unwrap().to_string().parse().unwrap();
        let reader = follow("any", &address, None).unwrap();
        let (mut connection, _) = broker.accept().await.unwrap();

        drop(reader);

        let closed = async { while connection.read(&mut [0; 1_024]).await.unwrap() > 0 {} };
        timeout(Duration::from_secs(30), closed).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_tries_to_reach_a_broker_for_a_reader_that_is_gone() {
        let reader = follow("any", &"127.0.0.1:1".parse().unwrap(), None).unwrap();
        let tasks = || {
            tokio::runtime::Handle::current()
                .metrics()
                .num_alive_tasks()
        };
        let following = tasks();

        drop(reader);

        let ended = async {
            while tasks() >= following {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(30), ended).await.unwrap();
    }
}
