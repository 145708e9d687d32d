//! The command line of a stage, as the engine gives it.

use denizen_calculator::address::Address;
use denizen_calculator::program::Failure;

/// What the engine tells every stage in the middle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageFlags {
    /// What stands before the stage's name: the stage's own, from `args` in a
    /// stages.yaml.
    pub own: Vec<String>,
    /// Where to serve.
    pub address: String,
    /// The stage after this one, wherever it may be.
    pub next: Vec<String>,
    /// The run that the stage belongs to.
    pub run: Option<String>,
    /// The process that has started it; 0 for nobody.
    pub owner: u64,
    /// Which of several processes this is; 0 for the only one.
    pub worker: u32,
    /// Allows an address that other machines can reach.
    pub expose: bool,
}

const HELP: &str = "\
  --address=HOST:PORT   where to serve
  --next=HOST:PORT,...  the stage after this one, wherever it may be
  --run=NAME            the run that the stage belongs to
  --owner=N             the process that has started it (default: 0)
  --worker=N            which of several processes this is (default: 0)
  --expose              allow an address that other machines can reach
  -h, --help            print this";

/// Reads this process's command line.
///
/// # Errors
///
/// [`Failure::Help`] with the help where that was asked for; else
/// [`Failure::Usage`], saying what is wrong.
pub fn read(stage: &str) -> Result<StageFlags, Failure> {
    let words: Result<Vec<_>, _> = (std::env::args_os().skip(1))
        .map(|word| word.into_string())
        .collect();
    let words = words.map_err(|word| {
        usage(format!(
            "Cannot read \"{}\": it is not UTF-8",
            word.display()
        ))
    })?;
    read_from(stage, &words)
}

/// Flags that are not known are left alone: an engine may be newer than a stage,
/// and give it more.
fn read_from(stage: &str, words: &[String]) -> Result<StageFlags, Failure> {
    if words.iter().any(|word| word == "--help" || word == "-h") {
        let title = format!("Usage: {stage} [flags]\nIs the {stage} stage of a pipeline.");
        return Err(Failure::Help(format!("{title}\n\n{HELP}")));
    }
    let Some(at) = words.iter().position(|word| word == stage) else {
        let other = words.iter().find(|word| !word.starts_with('-'));
        return Err(usage(match other {
            Some(other) => format!("Cannot run stage \"{other}\"; this is \"{stage}\""),
            None => format!("Cannot run a stage: name {stage}"),
        }));
    };
    let mut flags = StageFlags {
        own: words[..at].to_vec(),
        ..StageFlags::default()
    };
    for word in &words[at + 1..] {
        let Some(flag) = word.strip_prefix("--") else {
            return Err(usage(format!(
                "Cannot read \"{word}\": only flags are expected here"
            )));
        };
        let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
        match name {
            "address" => flags.address = address(name, value)?,
            "next" => {
                flags.next = (value.split(','))
                    .map(|each| address(name, each))
                    .collect::<Result<_, _>>()?;
            }
            "run" => flags.run = Some(value.into()),
            "owner" => flags.owner = number(name, value)?,
            "worker" => flags.worker = number(name, value)?,
            "expose" => flags.expose = true,
            _ => {}
        }
    }
    for (name, is_given) in [
        ("address", !flags.address.is_empty()),
        ("next", !flags.next.is_empty()),
    ] {
        if !is_given {
            return Err(usage(format!(
                "Cannot run stage \"{stage}\": it needs --{name}"
            )));
        }
    }
    Ok(flags)
}

fn address(name: &str, value: &str) -> Result<String, Failure> {
    match value.parse() {
        Ok(Address::Tcp { .. }) => Ok(value.into()),
        _ => Err(usage(format!(
            "Cannot read --{name}={value}: expected HOST:PORT"
        ))),
    }
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, Failure> {
    (value.parse()).map_err(|_| {
        usage(format!(
            "Cannot read --{name}={value}: expected a whole number"
        ))
    })
}

fn usage(message: String) -> Failure {
    Failure::Usage(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<StageFlags, Failure> {
        let words: Vec<String> = words.iter().map(|word| (*word).into()).collect();
        read_from("parse", &words)
    }

    #[test]
    fn flags_are_read_and_those_of_a_newer_engine_left_alone() {
        let flags = read(&[
            "--own=1",
            "parse",
            "--address=127.0.0.1:1",
            "--next=127.0.0.1:2,127.0.0.1:3",
            "--run=a",
            "--owner=7",
            "--worker=2",
            "--newer=x",
        ]);

        assert_eq!(
            flags,
            Ok(StageFlags {
                own: vec!["--own=1".into()],
                address: "127.0.0.1:1".into(),
                next: vec!["127.0.0.1:2".into(), "127.0.0.1:3".into()],
                run: Some("a".into()),
                owner: 7,
                worker: 2,
                expose: false,
            })
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (words, message) in [
            (&[][..], "Cannot run a stage: name parse"),
            (&["rules"], "Cannot run stage \"rules\"; this is \"parse\""),
            (&["parse"], "Cannot run stage \"parse\": it needs --address"),
            (
                &["parse", "--address=127.0.0.1:1"],
                "Cannot run stage \"parse\": it needs --next",
            ),
            (
                &["parse", "--address=x"],
                "Cannot read --address=x: expected HOST:PORT",
            ),
            (
                &["parse", "--owner=-1"],
                "Cannot read --owner=-1: expected a whole number",
            ),
            (
                &["parse", "more"],
                "Cannot read \"more\": only flags are expected here",
            ),
        ] {
            assert_eq!(read(words), Err(Failure::Usage(message.into())));
        }
    }
}
