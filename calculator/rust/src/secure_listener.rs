//! Accepts connections with TLS: does the handshake of each beside the others, and
//! tells of those that come to nothing.

use std::io;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;

use crate::refusals::RefusalLog;
use crate::tls::Identity;
use crate::tls_problem::server_problem;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long to wait where the system has no more sockets to give.
const RETRY: Duration = Duration::from_millis(50);

/// Connections whose handshake is over and that nobody has taken yet.
const WAITING: usize = 64;

/// The connections that show a good certificate. To be called in a runtime; nobody
/// is let in any more once they are dropped.
pub fn secure_connections(
    listener: TcpListener,
    identity: Identity,
) -> ReceiverStream<io::Result<TlsStream<TcpStream>>> {
    let (ready, connections) = mpsc::channel(WAITING);
    let refusals = RefusalLog::default();
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = ready.closed() => return,
            };
            let Ok((socket, peer)) = accepted else {
                sleep(RETRY).await;
                continue;
            };
            let (ready, refusals) = (ready.clone(), refusals.clone());
            let acceptor = TlsAcceptor::from(identity.server());
            tokio::spawn(async move {
                let _ = socket.set_nodelay(true); // it would only be slower
                match timeout(HANDSHAKE, acceptor.accept(socket)).await {
                    // Nobody takes it any more once the server stops.
                    Ok(Ok(stream)) => drop(ready.send(Ok(stream)).await),
                    Ok(Err(error)) => {
                        let why = server_problem(&error);
                        refusals.add("a connection", &peer.to_string(), &why);
                    }
                    Err(_) => {
                        let why = "the handshake took too long";
                        refusals.add("a connection", &peer.to_string(), why);
                    }
                }
            });
        }
    });
    ReceiverStream::new(connections)
}
