//! Connects, calls and disconnects many times, each in a new connection, which
//! tells the server goodbye (HTTP/2 GOAWAY) when it is dropped. For tests:
//! `calculator-soak CALCULATOR BROKER ROUNDS`.

use std::time::Duration;

use denizen_calculator::CALCULATOR_SERVICE;
use denizen_calculator::channel::{LocalChannel, channel_to, reason};
use denizen_calculator::contracts::broker::WatchRequest;
use denizen_calculator::contracts::broker::broker_service_client::BrokerServiceClient;
use denizen_calculator::contracts::calculator::calculator_service_client::CalculatorServiceClient;
use denizen_calculator::contracts::calculator::{CalculateRequest, Operation};
use denizen_calculator::log::print;
use denizen_calculator::program::{self, Failure};
use tokio::time::sleep;

/// A dropped channel says goodbye in a task of its own: let that run.
const GOODBYE: Duration = Duration::from_millis(5);

fn main() {
    program::run(async |_stop| {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let [calculator, broker, rounds] = words.as_slice() else {
            return Err(Failure::Usage("Expected: CALCULATOR BROKER ROUNDS".into()));
        };
        let rounds = rounds
            .parse()
            .map_err(|_| Failure::Usage("ROUNDS is no number".into()))?;
        for round in 0..rounds {
            call(calculator, round).await.map_err(failure)?;
            watch(broker).await.map_err(failure)?;
        }
        print(&format!("{rounds} rounds"))
    })
}

/// One call, in a connection of its own.
async fn call(address: &str, round: u32) -> Result<(), tonic::Status> {
    let mut client = CalculatorServiceClient::new(channel(address)?);
    let request = CalculateRequest {
        operand1: round.into(),
        operand2: 1.0,
        operation: Operation::Add.into(),
    };
    let result = client.calculate(request).await?.into_inner().result;
    assert_eq!(result, f64::from(round + 1));
    drop(client);
    sleep(GOODBYE).await;
    Ok(())
}

/// One stream, in a connection that is dropped while it is open.
async fn watch(address: &str) -> Result<(), tonic::Status> {
    let mut client = BrokerServiceClient::new(channel(address)?);
    let request = WatchRequest {
        service: CALCULATOR_SERVICE.into(),
    };
    let mut updates = client.watch(request).await?.into_inner();
    assert!(updates.message().await?.is_some());
    drop((client, updates));
    sleep(GOODBYE).await;
    Ok(())
}

fn channel(address: &str) -> Result<LocalChannel, tonic::Status> {
    channel_to(address, None).map_err(|error| tonic::Status::invalid_argument(error.to_string()))
}

fn failure(status: tonic::Status) -> Failure {
    Failure::Told(format!("Cannot go on: {}", reason(&status)))
}
