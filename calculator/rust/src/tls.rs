//! Who a program is, by TLS: its certificate, its key, and the CA it trusts.
//!
//! The same flags, variables and words as those of `runtime/rpc/tls/`. What is
//! wrong ends the program at its start; on SIGHUP it is told, and the files of
//! before go on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use clap::Args;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{CertificateError, ClientConfig, RootCertStore, ServerConfig};
use tokio::signal::unix::{SignalKind, signal};

use crate::caller::owner_of;
use crate::log::log;
use crate::program::{Failure, variable};
use crate::tls_problem::{renewal, time_problem};

/// What gRPC speaks inside TLS.
const ALPN: &[u8] = b"h2";

/// How messages name what turns TLS on.
pub const NAMES_TLS: &str = "--tls-ca, --tls-cert and --tls-key, or DENIZEN_TLS_*";

/// The flags of every program that serves or calls.
#[derive(Args, Clone, Debug, Default)]
pub struct TlsFlags {
    /// TLS: the certificate of the CA
    #[arg(long, value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// TLS: the certificate of this program
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// TLS: the key of that certificate
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
}

/// The files of a program, in PEM.
#[derive(Clone, Debug)]
struct TlsFiles {
    ca: PathBuf,
    cert: PathBuf,
    key: PathBuf,
}

/// A program's identity; clones of it are one.
#[derive(Clone)]
pub struct Identity {
    files: TlsFiles,
    current: Arc<RwLock<Material>>,
}

/// What the files say.
#[derive(Clone)]
struct Material {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    /// Whose the certificate is, for the log.
    owner: String,
}

impl TlsFlags {
    /// Opens what the flags name, or else the environment; none without either.
    ///
    /// # Errors
    ///
    /// If not all three files are named, or one is wrong.
    pub fn open(self) -> Result<Option<Identity>, Failure> {
        let named = [
            (self.tls_ca, "--tls-ca", "DENIZEN_TLS_CA"),
            (self.tls_cert, "--tls-cert", "DENIZEN_TLS_CERT"),
            (self.tls_key, "--tls-key", "DENIZEN_TLS_KEY"),
        ];
        let named = named.map(|(file, flag, name)| {
            let file = file.or_else(|| variable(name).map(PathBuf::from));
            file.ok_or_else(|| format!("{flag} ({name})"))
        });
        match named {
            [Ok(ca), Ok(cert), Ok(key)] => Identity::open(TlsFiles { ca, cert, key }).map(Some),
            [Err(_), Err(_), Err(_)] => Ok(None),
            some => {
                let missing: Vec<_> = some.into_iter().filter_map(Result::err).collect();
                Err(Failure::Usage(format!(
                    "Cannot use TLS: {} {} missing; give all three files or none",
                    missing.join(" and "),
                    if missing.len() == 1 { "is" } else { "are" },
                )))
            }
        }
    }
}

impl Identity {
    fn open(files: TlsFiles) -> Result<Self, Failure> {
        let current = Arc::new(RwLock::new(read(&files)?));
        Ok(Self { files, current })
    }

    /// What a client shows and trusts from now on.
    pub fn client(&self) -> Arc<ClientConfig> {
        self.current().client
    }

    /// What a server shows and trusts from now on.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.current().server
    }

    /// Reads the files again on each SIGHUP, for the life of the process. To be
    /// called in a runtime.
    pub fn follow_hangups(&self) {
        let identity = self.clone();
        match signal(SignalKind::hangup()) {
            Ok(mut hangups) => drop(tokio::spawn(async move {
                while hangups.recv().await.is_some() {
                    identity.reload();
                }
            })),
            Err(error) => log(&format!("Cannot listen for SIGHUP: {error}")),
        }
    }

    fn reload(&self) {
        match read(&self.files) {
            Ok(material) => {
                log(&format!("Uses the certificate of {}", material.owner));
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = material;
            }
            Err(Failure::Usage(message)) => {
                log(&format!("{message}. Goes on with the one of before"));
            }
            Err(other) => log(&format!("Cannot read the certificate again: {other:?}")),
        }
    }

    fn current(&self) -> Material {
        // Whoever held it has put a whole one there.
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }
}

/// Reads the files, and finds out whether they go together.
fn read(files: &TlsFiles) -> Result<Material, Failure> {
    let TlsFiles { ca, cert, key } = files;
    let authorities = certificates(ca, "--tls-ca")?;
    let chain = certificates(cert, "--tls-cert")?;
    let private = || private_key(key);
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots
            .add(authority)
            .map_err(|error| refusal(ca, "--tls-ca", &format!("it is no CA: {error}")))?;
    }
    let roots = Arc::new(roots);
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone())
        .build()
        .map_err(|error| refusal(ca, "--tls-ca", &error.to_string()))?;
    check_own(verifier.as_ref(), &chain, files)?;

    let mismatch = |error: rustls::Error| {
        let why = match error {
            rustls::Error::InconsistentKeys(_) => format!(
                "it is not the key of {}; give both of the same service",
                cert.display()
            ),
            other => other.to_string(),
        };
        refusal(key, "--tls-key", &why)
    };
    let mut server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(mismatch)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain.clone(), private()?)
        .map_err(mismatch)?;
    server.alpn_protocols = vec![ALPN.into()];
    let mut client = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(mismatch)?
        .with_webpki_verifier(server_verifier(roots, provider, ca)?)
        .with_client_auth_cert(chain.clone(), private()?)
        .map_err(mismatch)?;
    client.alpn_protocols = vec![ALPN.into()];
    Ok(Material {
        client: Arc::new(client),
        server: Arc::new(server),
        owner: owner_of(&chain),
    })
}

fn server_verifier(
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
    ca: &Path,
) -> Result<Arc<WebPkiServerVerifier>, Failure> {
    WebPkiServerVerifier::builder_with_provider(roots, provider)
        .build()
        .map_err(|error| refusal(ca, "--tls-ca", &error.to_string()))
}

/// Refuses a certificate that others would not accept.
fn check_own(
    verifier: &dyn ClientCertVerifier,
    chain: &[CertificateDer<'static>],
    TlsFiles { ca, cert, .. }: &TlsFiles,
) -> Result<(), Failure> {
    let [own, between @ ..] = chain else {
        unreachable!("certificates() gives one at least")
    };
    let Err(error) = verifier.verify_client_cert(own, between, UnixTime::now()) else {
        return Ok(());
    };
    let rustls::Error::InvalidCertificate(problem) = error else {
        return Err(refusal(cert, "--tls-cert", &error.to_string()));
    };
    let why = match time_problem(&problem) {
        Some(late) => format!("it {late}; {}", renewal()),
        None if problem == CertificateError::UnknownIssuer => format!(
            "the CA in {} has not made it; give the ca.pem that it was made with",
            ca.display(),
        ),
        None => problem.to_string(),
    };
    Err(refusal(cert, "--tls-cert", &why))
}

fn certificates(file: &Path, flag: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let text = bytes(file, flag)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    found
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| refusal(file, flag, &format!("it has no certificate; {}", renewal())))
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let flag = "--tls-key";
    PrivateKeyDer::from_pem_slice(&bytes(file, flag)?)
        .map_err(|_| refusal(file, flag, &format!("it has no private key; {}", renewal())))
}

fn bytes(file: &Path, flag: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".into(),
            std::io::ErrorKind::PermissionDenied => "this program may not read it".into(),
            _ => error.to_string(),
        };
        refusal(file, flag, &why)
    })
}

fn refusal(file: &Path, flag: &str, why: &str) -> Failure {
    let file = file.display();
    Failure::Usage(format!("Cannot use \"{file}\" ({flag}) for TLS: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(flags: TlsFlags) -> String {
        match flags.open() {
            Err(Failure::Usage(message)) => message,
            Err(other) => format!("{other:?}"),
            Ok(identity) => format!("opened: {}", identity.is_some()),
        }
    }

    #[test]
    fn all_three_files_are_named_or_none() {
        let flags = |ca: bool, cert: bool, key: bool| TlsFlags {
            tls_ca: ca.then(|| "ca.pem".into()),
            tls_cert: cert.then(|| "a.pem".into()),
            tls_key: key.then(|| "a-key.pem".into()),
        };

        assert_eq!(told(flags(false, false, false)), "opened: false");
        assert_eq!(
            told(flags(true, true, false)),
            "Cannot use TLS: --tls-key (DENIZEN_TLS_KEY) is missing; give all three files or none",
        );
        assert_eq!(
            told(flags(false, true, false)),
            "Cannot use TLS: --tls-ca (DENIZEN_TLS_CA) and --tls-key (DENIZEN_TLS_KEY) are \
             missing; give all three files or none",
        );
        assert_eq!(
            told(flags(true, true, true)),
            "Cannot use \"ca.pem\" (--tls-ca) for TLS: there is no such file",
        );
    }
}
