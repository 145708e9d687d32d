//! Addresses as the command line writes them: `host:port` or `unix:/path`.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr};

/// Where a service listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Tcp { host: String, port: u16 },
    Unix(PathBuf),
}

impl Address {
    /// True when only this machine can reach the address.
    pub fn is_loopback(&self) -> bool {
        match self {
            Address::Unix(_) => true,
            Address::Tcp { host, .. } => {
                host == "localhost"
                    || host
                        .parse::<IpAddr>()
                        .is_ok_and(|ip| ip.to_canonical().is_loopback())
            }
        }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Address::Unix(path.into()));
        }
        read_tcp(text).ok_or_else(|| {
            format!(
                "Cannot read address \"{text}\": expected host:port with a port up to 65535, or unix:/path"
            )
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

fn read_tcp(text: &str) -> Option<Address> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').filter(|ip| ip.contains(':'))?,
        None => host,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let is_host = host.parse::<IpAddr>().is_ok() || host.chars().all(plain);
    (is_host && !host.is_empty()).then(|| Address::Tcp {
        host: host.into(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_they_were_read() {
        for text in [
            "127.0.0.1:5555",
            "localhost:0",
            "[::1]:65535",
            "unix:/run/a.sock",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "5555",
            ":5555",
            "host",
            "host:65536",
            "host:-1",
            "[::1:5",
            "a b:1",
            "unix:",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_addresses_of_this_machine_are_loopback() {
        let is_loopback = |text: &str| text.parse::<Address>().unwrap().is_loopback();

        assert!(
            ["127.8.0.1:1", "[::1]:1", "localhost:1", "unix:/a"]
                .into_iter()
                .all(is_loopback)
        );
        assert!(
            !["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "host:1"]
                .into_iter()
                .any(is_loopback)
        );
    }
}
