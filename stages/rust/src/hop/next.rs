//! The connections to the next stage.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use denizen_calculator::token::{ShowToken, Token};
use http::uri::PathAndQuery;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::sleep;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, ConnectError, Request, Status, Streaming, client};

use super::bytes_codec::BytesCodec;
use super::window::{FLOW_CONTROL_WINDOW, MAX_MESSAGE_BYTES};
use crate::contracts::NextStage;
use crate::stage::Stage;

/// The pause between two attempts to connect: a stage that was started is there
/// within half a second, and everybody waits for it.
const PAUSE: Duration = Duration::from_millis(20);

type NextChannel = InterceptedService<Channel, ShowToken>;

/// The next stage, and a connection to each process of it that was ever called.
pub struct Next {
    stage: Stage,
    /// All that may be called.
    addresses: Vec<String>,
    channels: Mutex<HashMap<String, NextChannel>>,
}

/// An open stream to a process of the next stage.
pub struct NextStream {
    /// Who is called, for messages.
    pub peer: String,
    pub outgoing: UnboundedSender<Bytes>,
    pub incoming: Streaming<Bytes>,
}

impl Next {
    pub fn new(stage: Stage, addresses: Vec<String>) -> Self {
        Self {
            stage,
            addresses,
            channels: Mutex::default(),
        }
    }

    /// The processes that are in use: what an opening says, or all.
    ///
    /// # Errors
    ///
    /// FAILED_PRECONDITION if one of them is not known: there is no right to call
    /// it.
    pub fn in_use(&self, next: &[NextStage]) -> Result<Vec<String>, Status> {
        let Some(nearest) = next.first() else {
            return Ok(self.addresses.clone());
        };
        let is_known = |address: &&String| self.addresses.contains(address);
        match nearest.addresses.iter().find(|address| !is_known(address)) {
            None => Ok(nearest.addresses.clone()),
            Some(unknown) => Err(Status::failed_precondition(format!(
                "Cannot open the chain: stage \"{}\" is at {unknown}, and only {} may be called; \
                 name it in --next",
                self.stage.name,
                self.addresses.join(", "),
            ))),
        }
    }

    /// Opens a stream, and sends its first message. Waits for a process that does
    /// not serve yet: it may have been started again just now.
    ///
    /// # Errors
    ///
    /// What the process says, or why it cannot be called.
    pub async fn open(&self, address: &str, first: Bytes) -> Result<NextStream, Status> {
        let peer = format!("{} at {address}", self.stage.name);
        let path: PathAndQuery = self.stage.path().try_into().map_err(internal)?;
        loop {
            let (outgoing, messages) = unbounded_channel();
            let _ = outgoing.send(first.clone()); // the other end is here
            let mut client = client::Grpc::new(self.channel(address)?)
                .max_decoding_message_size(MAX_MESSAGE_BYTES);
            let called = async {
                client
                    .ready()
                    .await
                    .map_err(|error| Status::from_error(Box::new(error)))?;
                let request = Request::new(UnboundedReceiverStream::new(messages));
                client.streaming(request, path.clone(), BytesCodec).await
            };
            match called.await {
                Ok(response) => {
                    return Ok(NextStream {
                        peer,
                        outgoing,
                        incoming: response.into_inner(),
                    });
                }
                Err(status) if is_not_there(&status) => sleep(PAUSE).await,
                Err(status) => return Err(broken(&status, &peer)),
            }
        }
    }

    fn channel(&self, address: &str) -> Result<NextChannel, Status> {
        let mut channels = self.channels.lock().map_err(internal)?;
        if let Some(known) = channels.get(address) {
            return Ok(known.clone());
        }
        let channel = Endpoint::from_shared(format!("http://{address}"))
            .map_err(internal)?
            .initial_stream_window_size(FLOW_CONTROL_WINDOW)
            .initial_connection_window_size(FLOW_CONTROL_WINDOW)
            .connect_lazy();
        let token = Token::of_environment();
        let shown = InterceptedService::new(channel, ShowToken::to(address, token.as_ref()));
        channels.insert(address.into(), shown.clone());
        Ok(shown)
    }
}

/// What is said to the left of a stream to the right that has failed.
///
/// A status with a cause was made here, when the connection broke.
pub fn broken(status: &Status, peer: &str) -> Status {
    if status.source().is_none() {
        return Status::new(status.code(), status.message());
    }
    let mut cause: &dyn Error = status;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Status::unavailable(format!("Cannot reach {peer}: {cause}"))
}

/// True if nobody took the connection.
fn is_not_there(status: &Status) -> bool {
    let mut cause = status.source();
    while let Some(error) = cause {
        let is_refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        if error.is::<ConnectError>() || error.downcast_ref().is_some_and(is_refused) {
            return true;
        }
        cause = error.source();
    }
    status.code() == Code::Unavailable && status.message().contains("tcp connect error")
}

fn internal(error: impl ToString) -> Status {
    Status::internal(error.to_string())
}
