//! Serves the calculator with health and reflection, so that any gRPC tool can
//! ask it what it is.

use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::{fs, io, io::ErrorKind, time::Duration};

use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio_stream::wrappers::{TcpListenerStream, UnixListenerStream};
use tokio_util::sync::CancellationToken;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status, transport};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower::filter::FilterLayer;
use tower::layer::util::{Identity as NoLayer, Stack};

use crate::CALCULATOR_SERVICE;
use crate::address::Address;
use crate::admission::Admission;
use crate::calculate::calculate;
use crate::contracts::DESCRIPTORS;
use crate::contracts::calculator::calculator_service_server::{
    CalculatorService, CalculatorServiceServer,
};
use crate::contracts::calculator::{CalculateRequest, CalculateResponse};
use crate::program::Failure;
use crate::secure_listener::secure_connections;
use crate::tls::{Identity, NAMES_TLS};

/// How long running calls may take once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(3);

/// What is served, behind the guard.
type Guarded = Router<Stack<FilterLayer<Admission>, NoLayer>>;

struct Calculator;

#[tonic::async_trait]
impl CalculatorService for Calculator {
    async fn calculate(
        &self,
        request: Request<CalculateRequest>,
    ) -> Result<Response<CalculateResponse>, Status> {
        let result = calculate(request.get_ref()).map_err(Status::invalid_argument)?;
        Ok(Response::new(CalculateResponse { result }))
    }
}

/// A socket that listens.
pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// Listens on `wanted`.
///
/// Returns the address too, with the port that port 0 became.
///
/// # Errors
///
/// If the address is malformed, reaches beyond this machine although it may not, or
/// cannot be bound.
pub async fn listen(wanted: &str, beyond: bool) -> Result<(Listener, Address), Failure> {
    let address: Address = wanted.parse().map_err(Failure::Told)?;
    let refused = |why: &str| Failure::Told(format!("Cannot serve on \"{wanted}\": {why}"));
    if !beyond && !address.is_loopback() {
        return Err(Failure::Usage(format!(
            "Cannot serve on \"{wanted}\": other machines can reach it; give it a certificate \
             ({NAMES_TLS}), or add --insecure to go without"
        )));
    }
    let bound = match address {
        Address::Unix(path) => bind_unix(&path)
            .await
            .map(|listener| (Listener::Unix(listener), Address::Unix(path))),
        Address::Tcp { host, port } => {
            TcpListener::bind((host.as_str(), port))
                .await
                .and_then(|listener| {
                    let port = listener.local_addr()?.port();
                    Ok((Listener::Tcp(listener), Address::Tcp { host, port }))
                })
        }
    };
    bound.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => refused("another process listens there"),
        _ => refused(&error.to_string()),
    })
}

/// Binds a unix socket, also where a server that was killed has left one.
async fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    if let Err(error) = UnixStream::connect(path).await
        && error.kind() == ErrorKind::ConnectionRefused
    {
        // Nobody listens there. Any other file refuses too, and is not ours.
        if !fs::symlink_metadata(path)?.file_type().is_socket() {
            return Err(io::Error::other("the file there is not a socket"));
        }
        fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}

/// Serves until `stop` is cancelled, then finishes the calls that run. Healthy
/// once `known` is cancelled: before that, clients cannot find it.
///
/// # Errors
///
/// If the server cannot go on.
pub async fn serve(
    listener: Listener,
    identity: Option<&Identity>,
    admission: Admission,
    known: CancellationToken,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let failed = |error: &dyn std::error::Error| {
        Failure::Told(format!("Cannot serve {CALCULATOR_SERVICE}: {error}"))
    };
    let (health, router) = router(admission).await.map_err(|error| failed(&error))?;
    let stopped = stop.clone().cancelled_owned();
    let serving = async {
        match (listener, identity) {
            (Listener::Tcp(tcp), Some(identity)) => {
                let connections = secure_connections(tcp, identity.clone());
                router
                    .serve_with_incoming_shutdown(connections, stopped)
                    .await
            }
            (Listener::Tcp(tcp), None) => {
                let connections = TcpListenerStream::new(tcp);
                router
                    .serve_with_incoming_shutdown(connections, stopped)
                    .await
            }
            (Listener::Unix(unix), _) => {
                let _file = SocketFile::of(&unix);
                let connections = UnixListenerStream::new(unix);
                router
                    .serve_with_incoming_shutdown(connections, stopped)
                    .await
            }
        }
    };
    let drained = async {
        if stop.run_until_cancelled(known.cancelled()).await.is_some() {
            set_health(&health, ServingStatus::Serving).await;
        }
        stop.cancelled().await;
        set_health(&health, ServingStatus::NotServing).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(|error| failed(&error)),
        () = drained => Ok(()),
    }
}

/// The file of a socket; removed when this is dropped.
struct SocketFile(Option<PathBuf>);

impl SocketFile {
    fn of(listener: &UnixListener) -> Self {
        let address = listener.local_addr().ok();
        Self(address.and_then(|address| address.as_pathname().map(Path::to_path_buf)))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody else may have removed it.
        let _ = self.0.as_ref().map(fs::remove_file);
    }
}

/// Everything that the server offers, for those who may call it; not healthy yet.
async fn router(
    admission: Admission,
) -> Result<(HealthReporter, Guarded), tonic_reflection::server::Error> {
    let (health, health_service) = tonic_health::server::health_reporter();
    set_health(&health, ServingStatus::NotServing).await;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            // The descriptors hold the broker's contract too, which is not served.
            .with_service_name(CALCULATOR_SERVICE)
            .with_service_name("grpc.health.v1.Health")
    };
    let router = transport::Server::builder()
        .layer(FilterLayer::new(admission))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .add_service(CalculatorServiceServer::new(Calculator));
    Ok((health, router))
}

async fn set_health(health: &HealthReporter, status: ServingStatus) {
    for service in ["", CALCULATOR_SERVICE] {
        health.set_service_status(service, status).await;
    }
}
