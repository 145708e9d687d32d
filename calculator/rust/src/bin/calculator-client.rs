//! Runs a calculator client as a process: one calculation after the other.
//!
//! Prints each answer to standard output. When no server answers it says so
//! once, waits, asks the same again and goes on.

use denizen_calculator::ask_patiently::ask_patiently;
use denizen_calculator::calculator::Calculator;
use denizen_calculator::contracts::calculator::CalculateRequest;
use denizen_calculator::flags::{self, ClientFlags};
use denizen_calculator::format::format_answer;
use denizen_calculator::log::{log, print};
use denizen_calculator::operations::OPERATIONS;
use denizen_calculator::program::{self, Failure};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

fn main() {
    program::run(async |stop: CancellationToken| {
        let flags = flags::read()?;
        // Whatever it waits for, being told to stop ends it.
        stop.run_until_cancelled(calculate(flags))
            .await
            .unwrap_or(Ok(()))
    })
}

async fn calculate(flags: ClientFlags) -> Result<(), Failure> {
    let ClientFlags {
        broker,
        once,
        count,
        interval,
        tls,
    } = flags;
    let identity = tls.open()?;
    if let Some(identity) = &identity {
        identity.follow_hangups();
    }
    let mut calculator = Calculator::connect(broker, identity)?;
    let wanted = if once { 1 } else { count.unwrap_or(u64::MAX) };
    for done in 0..wanted {
        if done > 0 {
            sleep(interval).await;
        }
        let answer = ask_patiently(&mut calculator, random_question(), log).await?;
        print(&format_answer(&answer))?;
    }
    Ok(())
}

/// Makes up a calculation; never a division by zero.
fn random_question() -> CalculateRequest {
    CalculateRequest {
        operand1: fastrand::u32(1..=99).into(),
        operand2: fastrand::u32(1..=99).into(),
        operation: OPERATIONS[fastrand::usize(..OPERATIONS.len())].into(),
    }
}
