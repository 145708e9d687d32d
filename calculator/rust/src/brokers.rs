//! The brokers that a program is given: the first that answers is used, and the
//! next one when it dies.
//!
//! The same rules as those of `broker/broker_list.ts`.

use std::{fmt, str::FromStr, time::Duration};

use tokio::time::timeout;
use tonic::{Code, Status};

use crate::address::{self, Address};
use crate::channel::{LocalChannel, channel_to, is_passing};
use crate::contracts::broker::broker_service_client::BrokerServiceClient;
use crate::program::Failure;
use crate::tls::Identity;

/// How long one of several brokers may take to begin a stream before another is
/// asked: longer than it waits for its etcd. One that is frozen does not even
/// refuse.
const ANSWER: Duration = Duration::from_millis(3_500);

/// What is wrong with port 0, which stands for any where a program listens.
const NO_PORT: &str = "nobody can call port 0: expected one from 1 to 65535";

/// One address or several, as the command line writes them: with commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brokers(Vec<String>);

impl FromStr for Brokers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all: Vec<_> = text.split(',').map(str::to_owned).collect();
        let problem_of = |each: &String| match each.parse::<Address>() {
            Err(_) => Some(address::FORM),
            Ok(Address::Tcp { port: 0, .. }) => Some(NO_PORT),
            Ok(_) => None,
        };
        for each in &all {
            match problem_of(each) {
                Some(problem) if all.len() == 1 => return Err(problem.into()),
                Some(problem) => return Err(format!("\"{each}\" is wrong: {problem}")),
                None => {}
            }
        }
        let is_second = |(place, each): &(usize, &String)| all[..*place].contains(each);
        match all.iter().enumerate().find(is_second) {
            Some((_, twice)) => Err(format!("{twice} is named twice")),
            None => Ok(Self(all)),
        }
    }
}

impl fmt::Display for Brokers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// Connections to all of them, of which one is used.
pub struct BrokersInTurn {
    all: Vec<Broker>,
    used: usize,
}

/// A connection to one broker.
pub struct Broker {
    pub address: String,
    pub client: BrokerServiceClient<LocalChannel>,
}

impl BrokersInTurn {
    /// Opens nothing yet: each connects at the first call to it.
    ///
    /// # Errors
    ///
    /// If one of them is no address that can be called.
    pub fn connect(brokers: &Brokers, identity: Option<&Identity>) -> Result<Self, Failure> {
        let connect = |address: &String| match channel_to(address, identity) {
            Ok(channel) => Ok(Broker {
                address: address.clone(),
                client: BrokerServiceClient::new(channel),
            }),
            Err(error) => Err(Failure::Usage(format!(
                "Cannot read --broker=\"{brokers}\": {error}"
            ))),
        };
        let all = brokers.0.iter().map(connect).collect::<Result<_, _>>()?;
        Ok(Self { all, used: 0 })
    }

    /// The one to call.
    pub fn used(&mut self) -> &mut Broker {
        &mut self.all[self.used]
    }

    /// Goes on with the next one, in a circle.
    pub fn leave(&mut self) {
        self.used = (self.used + 1) % self.all.len();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// How long the first answer on a stream may take; for ever where there is no
    /// other broker.
    pub fn patience(&self) -> Patience {
        Patience((self.count() > 1).then_some(ANSWER))
    }
}

/// True if another broker may mend it; all else is an answer, and any would give it.
pub fn is_gone(status: &Status) -> bool {
    is_passing(status)
        || matches!(
            status.code(),
            // A limit is that of one broker; and while they are updated one by one,
            // another may know more.
            Code::Internal | Code::ResourceExhausted | Code::FailedPrecondition
        )
}

/// How long somebody waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience(Option<Duration>);

impl Patience {
    /// Waits for an answer.
    ///
    /// # Errors
    ///
    /// Those of the answer, and that there was none in time.
    pub async fn wait_for<Answer>(
        self,
        answer: impl Future<Output = Result<Answer, Status>>,
    ) -> Result<Answer, Status> {
        let Some(limit) = self.0 else {
            return answer.await;
        };
        timeout(limit, answer).await.unwrap_or_else(|_| {
            Err(Status::deadline_exceeded(format!(
                "it has not answered within {} ms",
                limit.as_millis()
            )))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    fn read(text: &str) -> Result<Vec<String>, String> {
        text.parse().map(|Brokers(all)| all)
    }

    #[test]
    fn several_stand_with_commas_and_each_once() {
        assert_eq!(read("a:1"), Ok(vec!["a:1".into()]));
        assert_eq!(
            read("b:1,unix:/a,[::1]:2"),
            Ok(vec!["b:1".into(), "unix:/a".into(), "[::1]:2".into()])
        );
        assert_eq!(read(""), Err(address::FORM.into()));
        for (text, wrong) in [
            (",", ""),
            ("a:1,", ""),
            (",a:1", ""),
            ("a:1,,b:1", ""),
            ("a:1, b:1", " b:1"),
            ("a:1,b", "b"),
        ] {
            let expected = format!("\"{wrong}\" is wrong: {}", address::FORM);
            assert_eq!(read(text), Err(expected), "{text}");
        }
        assert_eq!(read("a:0"), Err(NO_PORT.into()));
        assert_eq!(
            read("b:1,a:1,c:1,a:1,b:1"),
            Err("a:1 is named twice".into())
        );
    }

    #[tokio::test]
    async fn they_are_used_in_a_circle() {
        let mut brokers = BrokersInTurn::connect(&"a:1,b:1".parse().unwrap(), None).unwrap();
        let mut used = Vec::new();
        for _ in 0..3 {
            used.push(brokers.used().address.clone());
            brokers.leave();
        }

        assert_eq!(used, ["a:1", "b:1", "a:1"]);
    }

    #[tokio::test]
    async fn one_that_says_nothing_is_waited_for_only_while_there_is_no_other() {
        let soon = Patience(Some(Duration::from_millis(1)));

        let late = soon.wait_for(pending::<Result<(), _>>()).await.unwrap_err();
        assert_eq!(late.message(), "it has not answered within 1 ms");
        for (brokers, is_endless) in [("a:1", true), ("a:1,b:1", false)] {
            let brokers = BrokersInTurn::connect(&brokers.parse().unwrap(), None).unwrap();
            assert_eq!(brokers.patience().0.is_none(), is_endless);
        }
    }
}
