//! What is wrong with a connection by TLS, in words: what to do on which side.
//!
//! The same words as those of `runtime/rpc/tls/`.

use std::{error, io};

use rustls::{CertificateError, Error, PeerMisbehaved};

use crate::program::command;

/// Finds what TLS has said among the causes of a failure.
pub fn tls_error<'a>(failure: &'a (dyn error::Error + 'static)) -> Option<&'a Error> {
    let mut cause = Some(failure);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // What an error of input holds is not its source, but that of its source.
        let held = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = held.map_or_else(|| error.source(), |held| Some(held));
    }
    None
}

/// Says why a client has no connection, as the end of "Cannot reach …: ".
pub fn client_problem(error: &Error, host: &str) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "its certificate comes from another CA than this program trusts: give both \
             certificates of one CA (--tls-ca)"
                .into()
        }
        Error::InvalidCertificate(CertificateError::NotValidForName) => wrong_host("others", host),
        Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            presented, ..
        }) => wrong_host(&hosts(presented), host),
        Error::InvalidCertificate(problem) => match time_problem(problem) {
            Some(late) => format!(
                "its certificate {late}: {}; compare the clocks of both machines, too",
                renewal()
            ),
            None => format!("its certificate is not good: {problem}"),
        },
        Error::AlertReceived(alert) => refused_here(&format!("{alert:?}")),
        Error::InvalidMessage(_) => {
            "it speaks no TLS, and this program does: give both a certificate, or neither".into()
        }
        other => other.to_string(),
    }
}

/// Says why a handshake came to nothing, for the log of a server.
pub fn server_problem(failure: &io::Error) -> String {
    match tls_error(failure) {
        Some(Error::NoCertificatesPresented) => "it has shown no certificate".into(),
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "its certificate comes from another CA: both need certificates of one CA".into()
        }
        Some(Error::InvalidCertificate(problem)) => match time_problem(problem) {
            Some(late) => format!("its certificate {late}: {}", renewal()),
            None => format!("its certificate is not good: {problem}"),
        },
        Some(Error::AlertReceived(alert)) => format!(
            "it does not accept this server's certificate ({alert:?}): {}",
            remedy(&format!("{alert:?}"))
        ),
        Some(Error::InvalidMessage(_)) => {
            "it speaks no TLS, and this server does: give both a certificate, or neither".into()
        }
        // So it is with the target of a resolver, such as that of etcd in Go.
        Some(Error::PeerMisbehaved(PeerMisbehaved::ServerNameMustContainOneHostName)) => {
            "it asks for a server name that is no host: set a host that this server's certificate \
             names in its TLS settings (ServerName of tls.Config in Go)"
                .into()
        }
        Some(other) => format!("the handshake failed: {other}"),
        None if failure.kind() == io::ErrorKind::UnexpectedEof => {
            "it has left in the handshake, as who does not accept this server's certificate \
             does: both need certificates of one CA, and the server's has to name the host that \
             is called"
                .into()
        }
        None => format!("the handshake failed: {failure}"),
    }
}

/// Says that a certificate has ended, or has not begun.
pub fn time_problem(problem: &CertificateError) -> Option<&'static str> {
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some("has expired"),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Some("is not valid yet")
        }
        _ => None,
    }
}

/// Says what to do about a certificate that does not hold.
pub fn renewal() -> String {
    format!("{} certificates makes a new one", command())
}

/// What a server has said of our certificate, of the text of an error: HTTP/2 keeps
/// nothing else of it. That comes after the handshake, when calls have begun.
pub fn alert_problem(text: &str) -> Option<String> {
    text.strip_prefix("received fatal alert: ")
        .map(refused_here)
}

fn refused_here(alert: &str) -> String {
    let remedy = remedy(alert);
    format!("it does not accept this program's certificate ({alert}): {remedy}")
}

/// What lets a certificate be accepted that the other end has refused.
fn remedy(alert: &str) -> String {
    match alert {
        "CertificateExpired" => renewal(),
        // So is also said of one that is not for the host that was called.
        "BadCertificate" => "both need certificates of one CA, and the server's has to name the \
             host that is called"
            .into(),
        _ => "both need certificates of one CA".into(),
    }
}

fn wrong_host(names: &str, host: &str) -> String {
    format!(
        "its certificate is for {names}, and not for {host}: {} certificates --host={host} makes \
         one that is",
        command(),
    )
}

/// Without the URI, which is no host.
fn hosts(presented: &[String]) -> String {
    let plain = |name: &String| {
        let inner = name.split_once('(')?.1.strip_suffix(')')?;
        let inner = inner.trim_matches('"');
        (!inner.contains("://")).then(|| inner.to_owned())
    };
    let found: Vec<_> = presented.iter().filter_map(plain).collect();
    match found.is_empty() {
        true => presented.join(", "),
        false => found.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::AlertDescription;

    #[test]
    fn each_problem_says_what_to_do() {
        for (error, expected) in [
            (
                Error::InvalidCertificate(CertificateError::UnknownIssuer),
                "another CA than this program trusts",
            ),
            (
                Error::InvalidCertificate(CertificateError::NotValidForName),
                "not for calc: deno task certificates --host=calc makes",
            ),
            (
                Error::InvalidCertificate(CertificateError::Expired),
                "has expired: deno task certificates makes a new one",
            ),
            (
                Error::AlertReceived(AlertDescription::UnknownCA),
                "does not accept this program's certificate (UnknownCA): both need",
            ),
            (
                Error::AlertReceived(AlertDescription::CertificateExpired),
                "(CertificateExpired): deno task certificates makes a new one",
            ),
        ] {
            let told = client_problem(&error, "calc");
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn what_tls_says_is_found_below_other_errors() {
        let inner = Error::AlertReceived(AlertDescription::UnknownCA);
        let outer = io::Error::other(io::Error::other(inner.clone()));

        assert_eq!(tls_error(&outer), Some(&inner));
        assert_eq!(tls_error(&io::Error::other("else")), None);
    }

    #[test]
    fn a_server_says_which_name_a_client_has_to_ask_for() {
        let name = PeerMisbehaved::ServerNameMustContainOneHostName;
        let failure = io::Error::other(Error::PeerMisbehaved(name));

        assert!(server_problem(&failure).contains("a server name that is no host: set"));
    }

    #[test]
    fn what_a_server_says_of_our_certificate_is_told_also_where_only_its_text_is_left() {
        let error = Error::AlertReceived(AlertDescription::CertificateExpired);

        assert_eq!(
            alert_problem(&error.to_string()),
            Some(client_problem(&error, "any")),
        );
        assert_eq!(alert_problem("connection refused"), None);
    }
}
