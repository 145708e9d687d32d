//! Serves a stage in the middle, with health and reflection.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use denizen_calculator::address::Address;
use denizen_calculator::admission;
use denizen_calculator::log::print;
use denizen_calculator::program::Failure;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_stream::Stream;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::{Body as HttpBody, BoxFuture, Service, StdError};
use tonic::server::{Grpc, NamedService, StreamingService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;

use crate::contracts::DESCRIPTORS;
use crate::flags::StageFlags;
use crate::hop::bytes_codec::BytesCodec;
use crate::hop::meter::Meters;
use crate::hop::next::Next;
use crate::hop::relay::{Middle, Place, relay};
use crate::hop::window::{FLOW_CONTROL_WINDOW, MAX_MESSAGE_BYTES};
use crate::stage::{SERVES, health_name_of};

/// How long streams may take to end once the stage is told to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves until `stop` is cancelled; then ends all streams.
///
/// # Errors
///
/// If the address reaches beyond this machine without `--expose`, or cannot be
/// bound, or the server cannot go on.
pub async fn serve<M: Middle>(
    middle: M,
    flags: StageFlags,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let listener = bind(&flags).await?;
    let place = Place {
        run: flags.run.clone(),
        worker: flags.worker,
        next: Next::new(M::NEXT, flags.next),
        meters: Meters::default(),
        stop: stop.clone(),
    };
    let (health, health_service) = tonic_health::server::health_reporter();
    let name = flags.run.map(|run| health_name_of(&run, flags.owner));
    let healthy = ["", M::STAGE.service].into_iter().chain(name.as_deref());
    for name in healthy.clone() {
        health
            .set_service_status(name, ServingStatus::Serving)
            .await;
    }
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            // The descriptors hold the other stages' contracts too.
            .with_service_name(M::STAGE.service)
            .with_service_name("grpc.health.v1.Health")
    };
    let failed = |error: &dyn std::error::Error| {
        Failure::Told(format!("Cannot serve {}: {error}", M::STAGE.service))
    };
    let router = Server::builder()
        .initial_stream_window_size(FLOW_CONTROL_WINDOW)
        .initial_connection_window_size(FLOW_CONTROL_WINDOW)
        .layer(admission::layer())
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(|error| failed(&error))?)
        .add_service(
            reflection()
                .build_v1alpha()
                .map_err(|error| failed(&error))?,
        )
        .add_service(StageService {
            middle: Arc::new(middle),
            place: Arc::new(place),
        });
    if flags.owner > 0 {
        print(SERVES)?;
    }
    // Small messages must not wait for others to go with them.
    let connections = TcpIncoming::from(listener).with_nodelay(Some(true));
    let stopped = stop.clone().cancelled_owned();
    let serving = router.serve_with_incoming_shutdown(connections, stopped);
    let drained = async {
        stop.cancelled().await;
        for name in healthy {
            health
                .set_service_status(name, ServingStatus::NotServing)
                .await;
        }
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(|error| failed(&error)),
        () = drained => Ok(()),
    }
}

async fn bind(flags: &StageFlags) -> Result<TcpListener, Failure> {
    let wanted = &flags.address;
    let refused = |why: &str| Failure::Told(format!("Cannot serve on \"{wanted}\": {why}"));
    let address: Address = wanted.parse().map_err(Failure::Told)?;
    if !flags.expose && !address.is_loopback() {
        return Err(refused(
            "other machines can reach it; add --expose to allow that",
        ));
    }
    TcpListener::bind(wanted)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => refused("another process listens there"),
            _ => refused(&error.to_string()),
        })
}

/// The gRPC service of a stage.
struct StageService<M> {
    middle: Arc<M>,
    place: Arc<Place>,
}

impl<M> Clone for StageService<M> {
    fn clone(&self) -> Self {
        Self {
            middle: self.middle.clone(),
            place: self.place.clone(),
        }
    }
}

impl<M: Middle> NamedService for StageService<M> {
    const NAME: &'static str = M::STAGE.service;
}

impl<M, B> Service<http::Request<B>> for StageService<M>
where
    M: Middle,
    B: HttpBody + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        if request.uri().path() != M::STAGE.path() {
            return Box::pin(ready(Ok(Status::unimplemented("").into_http())));
        }
        let service = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(BytesCodec).max_decoding_message_size(MAX_MESSAGE_BYTES);
            Ok(grpc.streaming(service, request).await)
        })
    }
}

impl<M: Middle> StreamingService<Bytes> for StageService<M> {
    type Response = Bytes;
    type ResponseStream = Driven;
    type Future = Ready<Result<Response<Driven>, Status>>;

    fn call(&mut self, request: Request<Streaming<Bytes>>) -> Self::Future {
        let (sender, receipts) = unbounded_channel();
        let work = relay(
            self.middle.clone(),
            self.place.clone(),
            request.into_inner(),
            sender,
        );
        ready(Ok(Response::new(Driven {
            work: Some(Box::pin(work)),
            receipts,
            failure: None,
        })))
    }
}

type Work = Pin<Box<dyn Future<Output = Result<(), Status>> + Send>>;

/// The receipts of a stream, and the work that makes them: who reads the receipts
/// does the work, and a caller that has gone ends it.
struct Driven {
    work: Option<Work>,
    receipts: UnboundedReceiver<Bytes>,
    failure: Option<Status>,
}

impl Stream for Driven {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(work) = &mut self.work
            && let Poll::Ready(ended) = work.as_mut().poll(context)
        {
            self.failure = ended.err();
            self.work = None;
        }
        match self.receipts.poll_recv(context) {
            Poll::Ready(Some(receipt)) => Poll::Ready(Some(Ok(receipt))),
            // All are gone out, and the work is over.
            Poll::Ready(None) => Poll::Ready(self.failure.take().map(Err)),
            Poll::Pending => Poll::Pending,
        }
    }
}
