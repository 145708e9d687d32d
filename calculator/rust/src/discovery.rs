//! Finds the instances of a service: follows them in the broker, over its
//! restarts, and remembers the last known addresses while it is away.

use std::{future, time::Duration};

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Code, Request, Status};

use crate::backoff::REOPEN;
use crate::channel::{LocalChannel, channel_to, reason};
use crate::contracts::broker::{WatchRequest, broker_service_client::BrokerServiceClient};
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
    /// The broker has never answered; the reason of the last failure.
    Away(String),
    /// The broker has never let this process in; its words.
    Refused(String),
    /// The addresses of the instances, in order of their names.
    Known(Vec<String>),
}

/// Follows `service` in the background, for as long as somebody reads.
///
/// # Errors
///
/// If `broker` is no address.
pub fn follow(
    service: &str,
    broker: &str,
    identity: Option<&Identity>,
) -> Result<watch::Receiver<Discovery>, Failure> {
    let channel = channel_to(broker, identity)
        .map_err(|error| Failure::Usage(format!("Cannot read --broker=\"{broker}\": {error}")))?;
    let (found, receiver) = watch::channel(Discovery::Pending);
    let follower = Follower {
        client: BrokerServiceClient::new(channel),
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
    client: BrokerServiceClient<LocalChannel>,
    request: WatchRequest,
    known: KnownAddresses,
    /// Failures in a row.
    failures: u32,
    found: watch::Sender<Discovery>,
}

impl Follower {
    async fn run(mut self) {
        loop {
            let failed = match self.read().await {
                Ok(()) => Discovery::Away("the broker has stopped".into()),
                Err(status) if is_refusal(&status) => Discovery::Refused(status.message().into()),
                Err(status) => Discovery::Away(reason(&status)),
            };
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

    /// Reads one stream until it ends.
    async fn read(&mut self) -> Result<(), Status> {
        let mut request = Request::new(self.request.clone());
        if let Some(caller) = own_caller() {
            request.metadata_mut().insert(CALLER, caller);
        }
        let mut updates = self.client.watch(request).await?.into_inner();
        let mut snapshots = WholeSnapshots::default();
        let mut settle_at = None;
        loop {
            tokio::select! {
                update = updates.message() => {
                    let Some(update) = update? else { return Ok(()) };
                    self.failures = 0;
                    let Some(update) = snapshots.join(update) else { continue };
                    self.known.apply(update);
                    if self.known.is_unsettled() {
                        settle_at.get_or_insert_with(|| Instant::now() + SETTLE);
                    }
                }
                () = reached(settle_at) => {
                    self.known.settle();
                    settle_at = None;
                }
            }
            self.found.send_replace(Discovery::Known(self.known.list()));
        }
    }
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
        let address = broker.local_addr().unwrap().to_string();
        let reader = follow("any", &address, None).unwrap();
        let (mut connection, _) = broker.accept().await.unwrap();

        drop(reader);

        let closed = async { while connection.read(&mut [0; 1_024]).await.unwrap() > 0 {} };
        timeout(Duration::from_secs(30), closed).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_tries_to_reach_a_broker_for_a_reader_that_is_gone() {
        let reader = follow("any", "127.0.0.1:1", None).unwrap();
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
