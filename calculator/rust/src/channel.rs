//! The one way to open a connection, and to say why one failed.

use std::{error::Error, io, time::Duration};

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tower::service_fn;

use crate::address::Address;
use crate::tls::Identity;
use crate::tls_problem::{alert_problem, client_problem, tls_error};
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
/// With an identity it speaks TLS, and shows no token; on a unix socket nobody can
/// listen, so that goes without.
///
/// # Errors
///
/// If `address` is neither `host:port` nor `unix:/path`.
pub fn channel_to(
    address: &str,
    identity: Option<&Identity>,
) -> Result<LocalChannel, tonic::transport::Error> {
    let uri = match address.starts_with("unix:") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    let endpoint = Endpoint::from_shared(uri)?
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT);
    let (channel, token) = match (identity.cloned(), address.parse()) {
        (Some(identity), Ok(Address::Tcp { host, port })) => {
            // What is called is named so; the connection is made below.
            let endpoint = endpoint.origin(format!("https://{address}").parse().map_err(|_| {
                Endpoint::from_shared("no address at all").expect_err("it has blanks")
            })?);
            let connector = service_fn(move |_: Uri| connect(identity.clone(), host.clone(), port));
            (endpoint.connect_with_connector_lazy(connector), None)
        }
        _ => (endpoint.connect_lazy(), Token::of_environment()),
    };
    Ok(InterceptedService::new(
        channel,
        ShowToken::to(address, token.as_ref()),
    ))
}

/// Connects with the certificate that is in force now.
async fn connect(
    identity: Identity,
    host: String,
    port: u16,
) -> io::Result<TokioIo<TlsStream<TcpStream>>> {
    let socket = TcpStream::connect((host.as_str(), port)).await?;
    socket.set_nodelay(true)?;
    let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
    let connector = TlsConnector::from(identity.client());
    match connector.connect(name, socket).await {
        Ok(stream) => Ok(TokioIo::new(stream)),
        Err(error) => Err(match tls_error(&error) {
            Some(problem) => io::Error::other(client_problem(problem, &host)),
            None => error,
        }),
    }
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
    // What a server says of our certificate comes after the handshake.
    if let Some(problem) = status.source().and_then(tls_error) {
        return client_problem(problem, "it");
    }
    let mut cause = status.source();
    while let Some(inner) = cause.and_then(Error::source) {
        cause = Some(inner);
    }
    let text = cause.map_or_else(|| status.message().to_owned(), ToString::to_string);
    alert_problem(&text).unwrap_or(text)
}
