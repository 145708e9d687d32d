//! The secret of one run, by which its processes know each other.
//!
//! The same rules as those of `runtime/rpc/token.ts`: a server asks for it
//! (admission.rs), a client shows it (channel.rs), and a process without one
//! does neither.

use std::os::unix::ffi::OsStrExt;

use subtle::ConstantTimeEq;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::{Request, Status};

use crate::address::Address;
use crate::program::variable;

/// The variable that holds it.
pub const TOKEN_VARIABLE: &str = "DENIZEN_TOKEN";

/// The name of gRPC's metadata that carries it (RFC 6750, section 2.1).
pub const AUTHORIZATION: &str = "authorization";

/// What stands before it there.
const SCHEME: &[u8] = b"Bearer";

/// A token. Cannot be printed, so that no log holds it.
#[derive(Clone)]
pub struct Token(Vec<u8>);

impl Token {
    /// The token of the run that this process belongs to, if to any.
    pub fn of_environment() -> Option<Self> {
        variable(TOKEN_VARIABLE).map(|token| Self(token.as_bytes().into()))
    }

    /// True if a call's metadata shows this token. The time that it takes tells
    /// nothing of where they differ.
    pub fn is_shown_by(&self, authorization: &[u8]) -> bool {
        let Some((scheme, rest)) = authorization.split_at_checked(SCHEME.len()) else {
            return false;
        };
        let shown = rest.trim_ascii_start();
        // How long a token is, is no secret.
        scheme.eq_ignore_ascii_case(SCHEME)
            && shown.len() < rest.len()
            && shown.ct_eq(&self.0).into()
    }

    /// The metadata that shows it; none if it has what no metadata can carry.
    fn bearer(&self) -> Option<MetadataValue<Ascii>> {
        let mut value = MetadataValue::try_from([SCHEME, b" ", &self.0].concat()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Shows the token of the run with each call of a channel.
#[derive(Clone, Debug)]
pub struct ShowToken(Option<MetadataValue<Ascii>>);

impl ShowToken {
    /// Shows `token` if nobody can listen on the way to `address`: on this
    /// machine, by loopback or a unix socket. To any other it shows nothing.
    pub fn to(address: &str, token: Option<&Token>) -> Self {
        let is_local = address.parse().is_ok_and(|to: Address| to.is_loopback());
        Self(token.filter(|_| is_local).and_then(Token::bearer))
    }
}

impl Interceptor for ShowToken {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert(AUTHORIZATION, value.clone());
        }
        Ok(request)
    }
}

#[cfg(test)]
impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "nB8zJ-0_qLw3vXcYt5RkE7mHs1GfPaUdOiNjWbKxQyA";

    #[test]
    fn the_token_is_taken_and_nothing_else() {
        for (shown, is_taken) in [
            (format!("Bearer {TOKEN}"), true),
            (format!("bearer {TOKEN}"), true),
            (format!("Bearer  {TOKEN}"), true),
            ("".into(), false),
            ("Bearer".into(), false),
            ("Bearer ".into(), false),
            (TOKEN.into(), false),
            (format!("Bearer{TOKEN}"), false),
            (format!("Basic {TOKEN}"), false),
            (format!("Bearer {TOKEN} "), false),
            (format!("Bearer {TOKEN}x"), false),
            (format!("Bearer {}", &TOKEN[1..]), false),
            (format!("Bearer {}", "é".repeat(TOKEN.len())), false),
            (format!("Bearer {}", TOKEN.replace('A', "B")), false),
            (format!("Bearer other, Bearer {TOKEN}"), false),
        ] {
            let token = Token::from(TOKEN);

            assert_eq!(token.is_shown_by(shown.as_bytes()), is_taken, "{shown}");
        }
    }

    #[test]
    fn the_token_is_shown_to_this_machine_only() {
        for (address, is_shown) in [
            ("127.0.0.1:1", true),
            ("127.1.2.3:1", true),
            ("[::1]:1", true),
            ("[::ffff:127.0.0.1]:1", true),
            ("localhost:1", true),
            ("unix:/run/a.sock", true),
            ("10.0.0.7:1", false),
            ("[::ffff:10.0.0.7]:1", false),
            ("128.0.0.1:1", false),
            ("[fe80::1]:1", false),
            ("0.0.0.0:1", false),
            ("localhost.example:1", false),
            ("127.0.0.1.example:1", false),
            ("127.0.0.1:1@10.0.0.7:1", false),
            ("127.0.0.1:1,10.0.0.7:1", false),
            ("127.0.0.1", false),
        ] {
            let shown = shown_to(address, Some(&Token::from(TOKEN)));

            let wanted = is_shown.then(|| format!("Bearer {TOKEN}"));
            assert_eq!(shown, wanted, "{address}");
            assert_eq!(shown_to(address, None), None, "{address}");
        }
    }

    #[test]
    fn what_no_metadata_can_carry_is_not_shown() {
        assert_eq!(shown_to("127.0.0.1:1", Some(&Token::from("a\nb"))), None);
    }

    /// What a call to `address` has as metadata.
    fn shown_to(address: &str, token: Option<&Token>) -> Option<String> {
        let request = ShowToken::to(address, token).call(Request::new(()));
        let value = request.unwrap().metadata().get(AUTHORIZATION).cloned();
        value.map(|value| value.to_str().unwrap().into())
    }
}
