//! Addresses as the command line writes them: `host:port` or `unix:/path`.

use std::net::{IpAddr, Ipv6Addr};
use std::{fmt, path::PathBuf, str::FromStr};

use crate::program::Failure;

/// What an address has to look like, for messages.
pub const FORM: &str = "expected host:port with a port up to 65535, or unix:/path";

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

impl Address {
    /// True where it stands for all addresses of this machine, which nobody can call.
    pub fn is_any_host(&self) -> bool {
        match self {
            Address::Unix(_) => false,
            Address::Tcp { host, .. } => host
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.to_canonical().is_unspecified()),
        }
    }
}

/// Where others call a server that listens elsewhere: a host, which may have a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advertise {
    host: String,
    port: Option<u16>,
}

impl Advertise {
    /// The address that others call, of a server that listens at another.
    ///
    /// # Errors
    ///
    /// If neither has a port.
    pub fn of(&self, listening: &Address) -> Result<Address, Failure> {
        let port = match (self.port, listening) {
            (Some(port), _) => port,
            (None, Address::Tcp { port, .. }) => *port,
            (None, Address::Unix(_)) => {
                return Err(Failure::Usage(format!(
                    "Cannot advertise \"{}\": it needs a port, as in host:5555",
                    self.host
                )));
            }
        };
        Ok(Address::Tcp {
            host: self.host.clone(),
            port,
        })
    }
}

impl FromStr for Advertise {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "expected a host, or host:port with a port up to 65535";
        let bare = text.strip_prefix('[').and_then(|ip| ip.strip_suffix(']'));
        let bare = bare.unwrap_or(text);
        let is_host = bare.parse::<Ipv6Addr>().is_ok() || !text.contains(':');
        let (host, port) = match is_host {
            true => (bare.to_owned(), None),
            false => match text.parse() {
                Ok(Address::Tcp { host, port }) => (host, Some(port)),
                Ok(Address::Unix(_)) | Err(_) => return Err(form.into()),
            },
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-:".contains(c);
        if host.is_empty() || !host.chars().all(plain) {
            return Err(form.into());
        }
        if port == Some(0) {
            return Err("it must have a port from 1 to 65535".into());
        }
        if !is_host_name(&host) {
            return Err("it must have the name or the IP address of a host".into());
        }
        let ip = host.parse::<IpAddr>().map(|ip| ip.to_canonical());
        if ip.is_ok_and(|ip| ip.is_unspecified()) {
            return Err("it must be one that callers can dial".into());
        }
        Ok(Self { host, port })
    }
}

/// What looks like numbers is an address, and no name.
fn is_host_name(host: &str) -> bool {
    let is_number = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_number || host.contains(':') {
        return host.parse::<IpAddr>().is_ok();
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    host.len() <= 253 && name.split('.').all(label)
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Address::Unix(path.into()));
        }
        read_tcp(text).ok_or_else(|| format!("Cannot read address \"{text}\": {FORM}"))
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
    fn what_is_advertised_has_the_port_that_is_listened_at_unless_it_has_its_own() {
        let listening = "0.0.0.0:5555".parse().unwrap();
        for (text, expected) in [
            ("10.0.0.5", Ok("10.0.0.5:5555")),
            ("10.0.0.5:443", Ok("10.0.0.5:443")),
            ("calc.example", Ok("calc.example:5555")),
            ("::1", Ok("[::1]:5555")),
            ("[::1]:1", Ok("[::1]:1")),
            ("0.0.0.0", Err("callers can dial")),
            ("[0::0]:5", Err("callers can dial")),
            ("10.0.0", Err("name or the IP address")),
            ("a..b", Err("name or the IP address")),
            ("a b", Err("expected a host")),
            ("", Err("expected a host")),
            ("a:70000", Err("expected a host")),
            ("a:0", Err("a port from 1")),
            ("unix:/a", Err("expected a host")),
        ] {
            let found = text
                .parse::<Advertise>()
                .map(|advertise| advertise.of(&listening).unwrap().to_string());
            match expected {
                Ok(address) => assert_eq!(found.as_deref(), Ok(address), "{text}"),
                Err(why) => assert!(found.unwrap_err().contains(why), "{text}"),
            }
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
