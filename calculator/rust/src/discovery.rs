//! Finds the instances of a service: follows them in the broker, over its
//! restarts, and remembers the last known addresses while it is away.

use std::{future, time::Duration};

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tonic::Status;

use crate::backoff::REOPEN;
use crate::channel::{channel_to, reason};
use crate::contracts::broker::{WatchRequest, broker_service_client::BrokerServiceClient};
use crate::known_addresses::KnownAddresses;
use crate::program::Failure;

/// How long services may take to register with a broker that has restarted:
/// more than their longest backoff and connecting anew.
const SETTLE: Duration = Duration::from_secs(5);

/// What is known of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// The broker has not been asked yet.
    Pending,
    /// The broker has never answered; the reason of the last failure.
    Away(String),
    /// The addresses of the instances, in order of their names.
    Known(Vec<String>),
}

/// Follows `service` in the background, for as long as somebody reads.
///
/// # Errors
///
/// If `broker` is no address.
pub fn follow(service: &str, broker: &str) -> Result<watch::Receiver<Discovery>, Failure> {
    let channel = channel_to(broker)
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
    tokio::spawn(follower.run());
    Ok(receiver)
}

struct Follower {
    client: BrokerServiceClient<tonic::transport::Channel>,
    request: WatchRequest,
    known: KnownAddresses,
    /// Failures in a row.
    failures: u32,
    found: watch::Sender<Discovery>,
}

impl Follower {
    async fn run(mut self) {
        while !self.found.is_closed() {
            let why = match self.read().await {
                Ok(()) => "the broker has stopped".into(),
                Err(status) => reason(&status),
            };
            self.found.send_if_modified(|found| {
                let unknown = !matches!(found, Discovery::Known(_));
                if unknown {
                    *found = Discovery::Away(why);
                }
                unknown
            });
            self.failures += 1;
            sleep(REOPEN.after(self.failures)).await;
        }
    }

    /// Reads one stream until it ends.
    async fn read(&mut self) -> Result<(), Status> {
        let mut updates = self.client.watch(self.request.clone()).await?.into_inner();
        let mut settle_at = None;
        loop {
            tokio::select! {
                update = updates.message() => {
                    let Some(update) = update? else { return Ok(()) };
                    self.failures = 0;
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

async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => future::pending().await,
    }
}
