//! Runs a calculator server as a process.
//!
//! Registers with the broker, again whenever that has restarted, and is healthy
//! from the first time on; goes on answering while the broker is away. When told
//! to stop it leaves the broker first, so that no call is sent to it any more,
//! and then finishes what it has.

use denizen_calculator::CALCULATOR_SERVICE;
use denizen_calculator::contracts::broker::Entry;
use denizen_calculator::flags::{self, ServerFlags};
use denizen_calculator::log::log;
use denizen_calculator::program::{self, Failure};
use denizen_calculator::register::keep_registered;
use denizen_calculator::serve::{listen, serve};
use tokio_util::sync::CancellationToken;

fn main() {
    program::run(async |stop| run(flags::read()?, stop).await)
}

async fn run(flags: ServerFlags, stop: CancellationToken) -> Result<(), Failure> {
    let identity = flags.tls.clone().open()?;
    let admission = flags.admission(identity.is_some())?;
    let beyond = identity.is_some() || flags.insecure;
    let (listener, listening) = listen(&flags.address, beyond).await?;
    log(&format!("Serving on {listening}"));
    let address = flags.advertised(&listening)?.to_string();
    if let Some(identity) = &identity {
        identity.follow_hangups();
    }
    let known = CancellationToken::new();
    let left = CancellationToken::new();
    let registered = async {
        let entry = entry(&flags, address);
        let ended = keep_registered(entry, &flags.broker, identity.as_ref(), &known, stop).await;
        left.cancel();
        ended
    };
    let serving = serve(
        listener,
        identity.as_ref(),
        admission,
        known.clone(),
        left.clone(),
    );
    tokio::try_join!(registered, serving).map(|_| ())
}

fn entry(flags: &ServerFlags, address: String) -> Entry {
    Entry {
        service: CALCULATOR_SERVICE.into(),
        instance: flags.instance.clone().unwrap_or_else(|| address.clone()),
        address,
        version: env!("CARGO_PKG_VERSION").into(),
        metadata: [("language".into(), "rust".into())].into(),
        ..Default::default()
    }
}
