//! Who is at the other end of a connection with TLS, by the certificate it shows.
//!
//! The same rules as those of `runtime/rpc/tls/`: a service is named by one URI.

use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// Whose names they are; the trust domain, in SPIFFE's words.
const PREFIX: &str = "spiffe://denizen/";

/// The service that calls; handlers find it among the extensions of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller(pub String);

/// The service that the first of these certificates names; none where it has no
/// such name, or more than one.
pub fn service_in(chain: &[CertificateDer<'_>]) -> Option<String> {
    let certificate = EndEntityCert::try_from(chain.first()?).ok()?;
    let mut names = certificate
        .valid_uri_names()
        .filter(|uri| uri.starts_with("spiffe:"));
    match (names.next(), names.next()) {
        (Some(name), None) => name
            .strip_prefix(PREFIX)
            .filter(|service| is_service(service))
            .map(str::to_owned),
        _ => None,
    }
}

/// Whose certificates these are, for messages.
pub fn owner_of(chain: &[CertificateDer<'_>]) -> String {
    service_in(chain).map_or_else(|| "no service".into(), |service| format!("\"{service}\""))
}

fn is_service(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || "_-".contains(each))
}
