//! Asks the calculator until there is an answer: says once that it waits, and
//! once that it goes on.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::calculator::{Calculate, Fault};
use crate::contracts::calculator::CalculateRequest;
use crate::format::Answer;
use crate::program::Failure;

/// Longest time for one try.
const DEADLINE: Duration = Duration::from_secs(2);

/// Time between two tries.
const RETRY: Duration = Duration::from_millis(100);

/// Asks until there is an answer. Drop the future to stop asking.
///
/// # Errors
///
/// If the question itself is refused.
pub async fn ask_patiently(
    calculator: &mut impl Calculate,
    question: CalculateRequest,
    mut report: impl FnMut(&str),
) -> Result<Answer, Failure> {
    let mut failures = 0;
    let started = Instant::now();
    loop {
        match calculator.calculate(question, DEADLINE).await {
            Ok(answer) => {
                // Whoever asked has waited for the lost tries too.
                let elapsed = started.elapsed();
                if failures > 1 {
                    let waited = elapsed.as_secs_f64();
                    report(&format!("Calculating again after {waited:.1} s"));
                }
                return Ok(Answer { elapsed, ..answer });
            }
            Err(Fault::Refused(message)) => return Err(Failure::Told(message)),
            Err(Fault::Passing(message)) => {
                failures += 1;
                // One lost call is no outage: the next may go to another server.
                if failures == 2 {
                    report(&format!("Waiting for a calculator server: {message}"));
                }
                if failures > 1 {
                    sleep(RETRY).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails so many times, each after a while, then answers at once.
    struct Failing {
        times: u32,
        after: Duration,
        fault: Fault,
    }

    impl Calculate for Failing {
        async fn calculate(
            &mut self,
            question: CalculateRequest,
            _: Duration,
        ) -> Result<Answer, Fault> {
            if self.times > 0 {
                self.times -= 1;
                sleep(self.after).await;
                return Err(self.fault.clone());
            }
            Ok(Answer {
                question,
                result: 1.0,
                elapsed: Duration::ZERO,
                address: "a:1".into(),
            })
        }
    }

    async fn told_after(times: u32) -> Vec<String> {
        let mut told = Vec::new();
        let mut calculator = Failing {
            times,
            after: Duration::ZERO,
            fault: Fault::Passing("away".into()),
        };
        ask_patiently(&mut calculator, CalculateRequest::default(), |line| {
            told.push(line.into())
        })
        .await
        .unwrap();
        told
    }

    #[tokio::test]
    async fn one_lost_call_is_not_worth_a_word() {
        assert!(told_after(1).await.is_empty());
    }

    #[tokio::test]
    async fn waiting_and_going_on_are_told_once() {
        let told = told_after(4).await;

        assert_eq!(told[0], "Waiting for a calculator server: away");
        assert!(told[1].starts_with("Calculating again after 0."));
        assert_eq!(told.len(), 2);
    }

    #[tokio::test]
    async fn the_time_of_an_answer_has_that_of_the_lost_tries_in_it() {
        let stall = Duration::from_millis(50);
        let mut calculator = Failing {
            times: 1,
            after: stall,
            fault: Fault::Passing("away".into()),
        };

        let answer = ask_patiently(&mut calculator, CalculateRequest::default(), |_| ()).await;

        assert!(answer.unwrap().elapsed >= stall);
    }

    #[tokio::test]
    async fn a_refused_question_is_not_asked_again() {
        let mut calculator = Failing {
            times: 1,
            after: Duration::ZERO,
            fault: Fault::Refused("no".into()),
        };

        let result = ask_patiently(&mut calculator, CalculateRequest::default(), |_| ()).await;

        assert_eq!(result.unwrap_err(), Failure::Told("no".into()));
    }
}
