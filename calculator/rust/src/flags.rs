//! The command lines, with the messages of the TypeScript programs.

use std::time::Duration;

use clap::builder::NonEmptyStringValueParser as NonEmpty;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};

use crate::DEFAULT_BROKER;
use crate::address::Address;
use crate::program::Failure;

const HELP: &str = "{name}\n{about}\n\n{options}";

/// JavaScript's largest safe integer, the limit of the TypeScript client.
const MAX_COUNT: u64 = 9_007_199_254_740_991;

/// The client's flags.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "calculator-client",
    about = "Asks calculator servers for made-up calculations.",
    help_template = HELP,
    args_override_self = true
)]
pub struct ClientFlags {
    /// the broker
    #[arg(long, value_name = "HOST:PORT", default_value = DEFAULT_BROKER, value_parser = read_address)]
    pub broker: String,
    /// calculate once; the same as --count=1
    #[arg(long)]
    pub once: bool,
    /// calculations; without it there is no end
    #[arg(long, value_name = "N", value_parser = read_count, allow_hyphen_values = true)]
    pub count: Option<u64>,
    /// time between calculations
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = read_duration)]
    pub interval: Duration,
}

/// The server's flags.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "calculator-server",
    about = "Adds, subtracts, multiplies and divides.",
    help_template = HELP,
    args_override_self = true
)]
pub struct ServerFlags {
    /// where to serve
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:5555", value_parser = read_address)]
    pub address: String,
    /// the broker
    #[arg(long, value_name = "HOST:PORT", default_value = DEFAULT_BROKER, value_parser = read_address)]
    pub broker: String,
    /// this instance's name; its address if not given
    #[arg(long, value_name = "NAME", value_parser = NonEmpty::new())]
    pub instance: Option<String>,
}

/// Reads this process's command line.
///
/// # Errors
///
/// [`Failure::Help`] with the help where that was asked for; else
/// [`Failure::Usage`], saying what is wrong.
pub fn read<Flags: Parser>() -> Result<Flags, Failure> {
    read_from(std::env::args())
}

fn read_from<Flags: Parser>(argv: impl IntoIterator<Item = String>) -> Result<Flags, Failure> {
    Flags::try_parse_from(argv).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp => Failure::Help(error.to_string().trim_end().into()),
        _ => Failure::Usage(describe::<Flags>(&error)),
    })
}

/// Says in one line what is wrong with a command line.
fn describe<Flags: CommandFactory>(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let word = text(ContextKind::InvalidArg);
    // Clap writes a flag as in "--count <N>".
    let flag = word.split([' ', '=']).next().unwrap_or_default();
    let value = text(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument if !word.starts_with('-') => {
            format!("Cannot read \"{word}\": only flags are expected here")
        }
        ErrorKind::UnknownArgument => match text(ContextKind::SuggestedArg) {
            "" => format!("Cannot read \"{word}\": there is no such flag; --help lists them"),
            meant => {
                format!("Cannot read \"{word}\": there is no such flag; did you mean \"{meant}\"?")
            }
        },
        ErrorKind::TooManyValues => {
            format!("Cannot read \"{flag}={value}\": {flag} takes no value")
        }
        ErrorKind::ValueValidation if !value.is_empty() => {
            let expected = std::error::Error::source(error).map(ToString::to_string);
            format!(
                "Cannot read {flag}=\"{value}\": {}",
                expected.unwrap_or_default()
            )
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!(
                "Cannot read {flag}: it needs a value, as in {}",
                example::<Flags>(flag)
            )
        }
        _ => error.to_string().replace('\n', " "),
    }
}

/// A flag with what stands for its value, as in `--count=N`.
fn example<Flags: CommandFactory>(flag: &str) -> String {
    let command = Flags::command();
    let placeholder = command
        .get_arguments()
        .find(|each| each.get_long() == flag.strip_prefix("--"))
        .and_then(|each| each.get_value_names()?.first());
    format!(
        "{flag}={}",
        placeholder.map_or("VALUE", |name| name.as_str())
    )
}

/// Checks an address; it stays as it was written.
fn read_address(text: &str) -> Result<String, String> {
    match text.parse::<Address>() {
        Ok(_) => Ok(text.into()),
        Err(_) => Err("expected host:port with a port up to 65535, or unix:/path".into()),
    }
}

fn read_count(text: &str) -> Result<u64, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let count = text
        .parse()
        .ok()
        .filter(|count| digits && (1..=MAX_COUNT).contains(count));
    count.ok_or_else(|| format!("expected a whole number from 1 to {MAX_COUNT}"))
}

/// Reads a duration as docker compose writes them: 500ms, 1.5s, 1m30s.
fn read_duration(text: &str) -> Result<Duration, String> {
    duration_of(text).ok_or_else(|| "expected a duration such as 500ms, 1s or 1m30s".into())
}

fn duration_of(text: &str) -> Option<Duration> {
    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let (number, unit_on) = rest.split_at(rest.find(|c: char| c.is_ascii_alphabetic())?);
        let end = unit_on
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(unit_on.len());
        let (unit, next) = unit_on.split_at(end);
        let scale = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            _ => return None,
        };
        seconds += plain_number(number)? * scale;
        rest = next;
    }
    (!text.is_empty()).then(|| Duration::try_from_secs_f64(seconds).ok())?
}

/// Digits, and a point only between two of them.
fn plain_number(text: &str) -> Option<f64> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    };
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<ClientFlags, Failure> {
        let argv = ["calculator-client"].iter().chain(words);
        read_from(argv.map(|word| (*word).to_owned()))
    }

    #[test]
    fn flags_that_are_not_given_have_their_defaults() {
        let flags = read(&[]).unwrap();

        assert_eq!(flags.broker, DEFAULT_BROKER);
        assert_eq!((flags.once, flags.count), (false, None));
        assert_eq!(flags.interval, Duration::from_secs(1));
    }

    #[test]
    fn the_last_of_two_counts() {
        assert_eq!(read(&["--count=1", "--count", "2"]).unwrap().count, Some(2));
    }

    #[test]
    fn durations_are_those_of_docker_compose() {
        for (text, ms) in [
            ("0ms", Some(0)),
            ("500ms", Some(500)),
            ("1.5s", Some(1_500)),
            ("1m30s", Some(90_000)),
            ("1h", Some(3_600_000)),
            ("", None),
            ("1", None),
            ("s", None),
            ("1.s", None),
            ("-1s", None),
            ("1d", None),
            ("1e3s", None),
        ] {
            assert_eq!(duration_of(text).map(|each| each.as_millis()), ms, "{text}");
        }
    }

    #[test]
    fn a_wrong_command_line_is_told_in_one_line() {
        for (word, message) in [
            (
                "--intervall=1s",
                "Cannot read \"--intervall\": there is no such flag; did you mean \"--interval\"?",
            ),
            (
                "--zzz",
                "Cannot read \"--zzz\": there is no such flag; --help lists them",
            ),
            (
                "-x",
                "Cannot read \"-x\": there is no such flag; --help lists them",
            ),
            ("6", "Cannot read \"6\": only flags are expected here"),
            (
                "--once=3",
                "Cannot read \"--once=3\": --once takes no value",
            ),
            (
                "--count",
                "Cannot read --count: it needs a value, as in --count=N",
            ),
            (
                "--count=",
                "Cannot read --count: it needs a value, as in --count=N",
            ),
            (
                "--broker=",
                "Cannot read --broker: it needs a value, as in --broker=HOST:PORT",
            ),
            (
                "--broker=foo",
                "Cannot read --broker=\"foo\": expected host:port with a port up to 65535, or unix:/path",
            ),
            (
                "--count=0",
                "Cannot read --count=\"0\": expected a whole number from 1 to 9007199254740991",
            ),
            (
                "--interval=soon",
                "Cannot read --interval=\"soon\": expected a duration such as 500ms, 1s or 1m30s",
            ),
        ] {
            assert_eq!(read(&[word]).unwrap_err(), Failure::Usage(message.into()));
        }
    }
}
