//! The one way to open a connection, and to say why one failed.

use std::{error::Error, time::Duration};

use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use crate::token::{ShowToken, Token};

/// A frozen peer is noticed after at most the sum of these.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(5);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A channel that shows the token of the run, if its server is of this machine.
pub type LocalChannel = InterceptedService<Channel, ShowToken>;

/// Returns a channel that connects at the first call, and again whenever the
/// connection has been lost.
///
/// # Errors
///
/// If `address` is neither `host:port` nor `unix:/path`.
pub fn channel_to(address: &str) -> Result<LocalChannel, tonic::transport::Error> {
    let uri = match address.starts_with("unix:") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    let channel = Endpoint::from_shared(uri)?
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .connect_lazy();
    let token = Token::of_environment();
    Ok(InterceptedService::new(
        channel,
        ShowToken::to(address, token.as_ref()),
    ))
}

/// True when the server has not answered, so that another try may help.
pub fn is_passing(status: &Status) -> bool {
    let code = status.code();
    // A status with a cause was made here, when the connection broke.
    matches!(
        code,
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled
    ) || status.source().is_some()
}

/// Says why a call failed, from the innermost cause: what the system said.
pub fn reason(status: &Status) -> String {
    let mut cause = status.source();
    while let Some(inner) = cause.and_then(Error::source) {
        cause = Some(inner);
    }
    cause.map_or_else(|| status.message().to_owned(), ToString::to_string)
}
