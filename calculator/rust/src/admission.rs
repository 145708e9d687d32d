//! Lets in who belongs to the run: before any handler, by the headers of a call; or
//! with TLS by the certificate of who calls.
//!
//! The same rules and words as those of `runtime/rpc/admission.ts` and of
//! `runtime/rpc/tls/caller_admission.ts`.

use std::sync::Arc;

use http::{Extensions, HeaderMap, Request};
use rustls::pki_types::CertificateDer;
use tonic::Status;
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};
use tower::BoxError;
use tower::filter::{FilterLayer, Predicate};

use crate::caller::{Caller, owner_of, service_in};
use crate::program::{command, variable};
use crate::refusals::RefusalLog;
use crate::token::{AUTHORIZATION, TOKEN_VARIABLE, Token};

/// "none" where the servers of a process ask nobody for the token.
const AUTH_VARIABLE: &str = "DENIZEN_AUTH";

/// What a process is called; before a "/" stands whose it is.
const SERVICE_VARIABLE: &str = "DENIZEN_SERVICE";

/// What everybody may ask: whether a server is well, and what it offers.
const OPEN: [&str; 3] = [
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
    "/grpc.reflection.v1alpha.ServerReflection/",
];

/// Puts the guard before all that a server offers:
/// `Server::builder().layer(admission::layer())`.
pub fn layer() -> FilterLayer<Admission> {
    FilterLayer::new(Admission::of_environment())
}

/// Decides on the calls of a server.
#[derive(Clone)]
pub struct Admission(Rule);

#[derive(Clone)]
enum Rule {
    /// Everybody is let in.
    Open,
    /// Who shows the token.
    Token(Arc<Guard>),
    /// Who has a certificate, and is among those who may call.
    Certificate(Arc<CallerGuard>),
}

struct CallerGuard {
    /// What the server is called, for refusals.
    name: String,
    /// Those who may call; none for all that have a certificate.
    allow: Option<Vec<String>>,
    refusals: RefusalLog,
}

struct Guard {
    token: Token,
    /// What the server is called, for refusals.
    name: String,
    /// How the user calls the program that has started us, for hints.
    command: String,
    refusals: RefusalLog,
}

impl Admission {
    /// What the environment says; without a token everybody is let in.
    pub fn of_environment() -> Self {
        if variable(AUTH_VARIABLE).is_some_and(|auth| auth == "none") {
            return Self(Rule::Open);
        }
        Self(Token::of_environment().map_or(Rule::Open, |token| {
            Rule::Token(Arc::new(Guard {
                token,
                name: own_name(),
                command: command(),
                refusals: RefusalLog::default(),
            }))
        }))
    }

    /// With TLS: all that have a certificate, or those of them that are named.
    pub fn of_certificates(allow: Option<Vec<String>>) -> Self {
        Self(Rule::Certificate(Arc::new(CallerGuard {
            name: own_name(),
            allow,
            refusals: RefusalLog::default(),
        })))
    }
}

impl<Body> Predicate<Request<Body>> for Admission {
    type Request = Request<Body>;

    /// Refuses with a status; tonic makes an answer of that.
    fn check(&mut self, mut request: Request<Body>) -> Result<Request<Body>, BoxError> {
        let path = request.uri().path();
        let (status, refusals) = match &self.0 {
            Rule::Open => return Ok(request),
            Rule::Token(guard) => {
                let Some(reason) = guard.refusal(path, request.headers()) else {
                    return Ok(request);
                };
                (Status::unauthenticated(reason), &guard.refusals)
            }
            Rule::Certificate(guard) => {
                let chain = certificates_of(request.extensions());
                let Some(status) = guard.refusal(path, &chain) else {
                    if let Some(service) = service_in(&chain) {
                        request.extensions_mut().insert(Caller(service));
                    }
                    return Ok(request);
                };
                (status, &guard.refusals)
            }
        };
        let peer = peer_of(request.extensions());
        refusals.add(path, &peer, status.message());
        Err(status.into())
    }
}

impl CallerGuard {
    /// Why a call is refused, for both sides; none where it is let in.
    fn refusal(&self, path: &str, chain: &[CertificateDer<'_>]) -> Option<Status> {
        let Self { name, allow, .. } = self;
        if chain.is_empty() {
            return Some(Status::unauthenticated(format!(
                "{name} wants a certificate of its CA, and the caller has shown no certificate"
            )));
        }
        let allow = allow.as_ref().filter(|_| !is_open(path))?;
        if service_in(chain).is_some_and(|service| allow.contains(&service)) {
            return None;
        }
        let may = match allow.is_empty() {
            true => "none".into(),
            false => allow.join(", "),
        };
        Some(Status::permission_denied(format!(
            "{} may not call {name}: those who may are {may}; allow: of {name} lists them",
            owner_of(chain)
        )))
    }
}

/// What everybody may ask that is let in at all.
fn is_open(path: &str) -> bool {
    OPEN.iter().any(|open| path.starts_with(open))
}

/// The certificates that a connection has shown.
fn certificates_of(extensions: &Extensions) -> Vec<CertificateDer<'static>> {
    let tls = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
    let shown = tls.and_then(|tls| tls.peer_certs());
    shown.map_or_else(Vec::new, |shown| shown.to_vec())
}

/// What this server is called.
fn own_name() -> String {
    variable(SERVICE_VARIABLE).map_or_else(
        || "this server".into(),
        |service| after_slash(&service.to_string_lossy()).into(),
    )
}

impl Guard {
    /// Why a call is refused, for both sides; none where it is let in.
    fn refusal(&self, path: &str, headers: &HeaderMap) -> Option<String> {
        if is_open(path) {
            return None;
        }
        let mut all = headers.get_all(AUTHORIZATION).iter();
        let got = match (all.next(), all.next()) {
            (None, _) => "was called without it",
            (Some(shown), None) if self.token.is_shown_by(shown.as_bytes()) => return None,
            _ => "was shown another",
        };
        let Self { name, command, .. } = self;
        Some(format!(
            "{name} wants this run's token and {got}: processes of the run have it as \
             {TOKEN_VARIABLE}; else grpcurl -H \"$({command} token)\" …, or {command} call …; \
             or auth: none for {name}"
        ))
    }
}

fn after_slash(service: &str) -> &str {
    service.rsplit('/').next().unwrap_or(service)
}

/// Where a call comes from, for the log.
fn peer_of(extensions: &Extensions) -> String {
    let tls = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
    let tcp = tls.map(TlsConnectInfo::get_ref);
    tcp.or_else(|| extensions.get())
        .and_then(TcpConnectInfo::remote_addr)
        .map_or_else(|| "a unix socket".into(), |peer| peer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALCULATE: &str = "/calculator.v1.CalculatorService/Calculate";

    fn guard() -> Guard {
        Guard {
            token: Token::from("secret"),
            name: "calculator-server".into(),
            command: "denizen".into(),
            refusals: RefusalLog::default(),
        }
    }

    /// What a call that shows `shown` is told, if it is refused.
    fn refusal(path: &str, shown: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in shown {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        guard().refusal(path, &headers)
    }

    #[test]
    fn all_but_health_and_reflection_ask_for_the_token() {
        for (path, is_open) in [
            (CALCULATE, false),
            ("/no/no", false),
            ("/grpc.health.v1.Health/Check", true),
            ("/grpc.health.v1.Health/Watch", true),
            (
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                true,
            ),
            (
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                true,
            ),
            // Nothing that only looks like them.
            ("/x/grpc.health.v1.Health/Check", false),
            ("/grpc.health.v1.HealthX/Check", false),
            ("/grpcxhealth.v1.Health/Check", false),
        ] {
            assert_eq!(refusal(path, &[]).is_none(), is_open, "{path}");
            assert_eq!(refusal(path, &["Bearer secret"]), None, "{path}");
        }
    }

    #[test]
    fn a_refusal_names_the_server_what_is_wrong_and_each_way_in() {
        let ways = "processes of the run have it as DENIZEN_TOKEN; else grpcurl \
                    -H \"$(denizen token)\" …, or denizen call …; \
                    or auth: none for calculator-server";
        let wants = "calculator-server wants this run's token and";
        for (shown, got) in [
            (vec![], "was called without it"),
            (vec!["Bearer other"], "was shown another"),
            (vec!["Bearer secret", "Bearer secret"], "was shown another"),
        ] {
            assert_eq!(
                refusal(CALCULATE, &shown).unwrap(),
                format!("{wants} {got}: {ways}"),
            );
        }
    }

    #[test]
    fn a_server_is_called_what_stands_after_the_run() {
        for (service, name) in [("run/calculator", "calculator"), ("a/b/c", "c"), ("a", "a")] {
            assert_eq!(after_slash(service), name);
        }
    }

    #[test]
    fn without_a_token_everybody_is_let_in() {
        let request = Request::builder().uri(CALCULATE).body(()).unwrap();

        assert!(Admission(Rule::Open).check(request).is_ok());
    }
}
