//! Calls the calculator, whichever of its servers is there: each in its turn,
//! and the next one at once when one has died.

use std::{collections::HashMap, time::Duration};

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};
use tonic::{Request, Status};

use crate::CALCULATOR_SERVICE;
use crate::backoff::Backoff;
use crate::brokers::Brokers;
use crate::channel::{LocalChannel, channel_to, is_passing, reason};
use crate::contracts::calculator::CalculateRequest;
use crate::contracts::calculator::calculator_service_client::CalculatorServiceClient;
use crate::discovery::{Discovery, follow};
use crate::format::Answer;
use crate::program::Failure;
use crate::tls::Identity;

/// Tries of one call that finds no server.
const MAX_ATTEMPTS: usize = 4;

/// Between two tries, once every server has had one.
const RETRY: Backoff = Backoff {
    base: Duration::from_millis(50),
    max: Duration::from_millis(500),
};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It passes: a server or the broker is away, has died, or hangs.
    Passing(String),
    /// The question itself is refused, or whoever asks it.
    Refused(String),
}

/// What a client asks; a trait, so that asking can be tested without servers.
pub trait Calculate {
    /// Carries out one calculation.
    fn calculate(
        &mut self,
        question: CalculateRequest,
        deadline: Duration,
    ) -> impl Future<Output = Result<Answer, Fault>>;
}

/// All calculator servers that the broker knows.
pub struct Calculator {
    brokers: Brokers,
    identity: Option<Identity>,
    discovery: watch::Receiver<Discovery>,
    /// Kept for the life of the process, or until an address is forgotten.
    clients: HashMap<String, CalculatorServiceClient<LocalChannel>>,
    turn: usize,
}

impl Calculator {
    /// Begins to follow the servers in the broker.
    ///
    /// # Errors
    ///
    /// If one of the brokers has no address that can be called.
    pub fn connect(brokers: Brokers, identity: Option<Identity>) -> Result<Self, Failure> {
        Ok(Self {
            discovery: follow(CALCULATOR_SERVICE, &brokers, identity.as_ref())?,
            brokers,
            identity,
            clients: HashMap::new(),
            turn: 0,
        })
    }

    /// The addresses that are known now; waits only for the first news.
    async fn addresses(&mut self) -> Result<Vec<String>, Fault> {
        let brokers = &self.brokers;
        let found = self
            .discovery
            .wait_for(|found| *found != Discovery::Pending)
            .await;
        match found.as_deref() {
            Ok(Discovery::Known(addresses)) if !addresses.is_empty() => Ok(addresses.clone()),
            Ok(Discovery::Known(_)) => Err(Fault::Passing(format!(
                "Cannot reach {CALCULATOR_SERVICE}: no instance is registered with the broker at {brokers}"
            ))),
            Ok(Discovery::Away(why)) => Err(Fault::Passing(why.clone())),
            Ok(Discovery::Refused(why)) => Err(Fault::Refused(why.clone())),
            Ok(Discovery::Pending) | Err(_) => Err(Fault::Passing(format!(
                "Cannot reach the broker at {brokers}: no answer"
            ))),
        }
    }

    /// Asks server after server until one answers.
    async fn ask(
        &mut self,
        question: CalculateRequest,
        until: Instant,
    ) -> Result<(f64, String), Fault> {
        let mut attempts = 0;
        loop {
            let addresses = self.addresses().await?;
            self.clients
                .retain(|address, _| addresses.contains(address));
            self.turn = (self.turn + 1) % addresses.len();
            let address = &addresses[self.turn];
            let status = match self.ask_one(address, question, until).await {
                Ok(result) => return Ok((result, address.clone())),
                Err(status) => status,
            };
            if !is_passing(&status) {
                return Err(Fault::Refused(status.message().into()));
            }
            attempts += 1;
            if attempts >= MAX_ATTEMPTS.max(addresses.len()) || Instant::now() >= until {
                return Err(Fault::Passing(format!(
                    "Cannot reach {CALCULATOR_SERVICE} at {address}: {}",
                    reason(&status),
                )));
            }
            if let Some(rounds @ 1..) = attempts.checked_div(addresses.len()) {
                sleep(RETRY.after(rounds as u32)).await;
            }
        }
    }

    async fn ask_one(
        &mut self,
        address: &str,
        question: CalculateRequest,
        until: Instant,
    ) -> Result<f64, Status> {
        let client = match self.clients.get_mut(address) {
            Some(client) => client,
            None => {
                let channel = channel_to(address, self.identity.as_ref())
                    .map_err(|error| Status::unavailable(error.to_string()))?;
                let client = CalculatorServiceClient::new(channel);
                self.clients.entry(address.into()).or_insert(client)
            }
        };
        let mut request = Request::new(question);
        request.set_timeout(until.saturating_duration_since(Instant::now()));
        Ok(client.calculate(request).await?.into_inner().result)
    }
}

impl Calculate for Calculator {
    async fn calculate(
        &mut self,
        question: CalculateRequest,
        deadline: Duration,
    ) -> Result<Answer, Fault> {
        let started = Instant::now();
        let until = started + deadline;
        let (result, address) = timeout_at(until, self.ask(question, until))
            .await
            .unwrap_or_else(|_| {
                Err(Fault::Passing(format!(
                    "Cannot reach {CALCULATOR_SERVICE}: no answer within {} ms",
                    deadline.as_millis(),
                )))
            })?;
        Ok(Answer {
            question,
            result,
            elapsed: started.elapsed(),
            address,
        })
    }
}
