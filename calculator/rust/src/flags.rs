//! The command lines, with the messages of the TypeScript programs.

use std::iter;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser as NonEmpty;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, Parser};

use crate::address::{self, Address, Advertise};
use crate::admission::Admission;
use crate::brokers::Brokers;
use crate::program::{Failure, variable};
use crate::tls::{NAMES_TLS, TlsFlags};
use crate::{CALCULATOR_SERVICE, DEFAULT_BROKER};

/// The variable that holds where others call a server.
const ADVERTISE_VARIABLE: &str = "DENIZEN_ADVERTISE";

/// The variable that holds who may call a server with TLS.
const ALLOW_VARIABLE: &str = "DENIZEN_ALLOW";

/// What asks for the help, whatever else a command line holds.
const HELP: [&str; 2] = ["-h", "--help"];

/// JavaScript's largest safe integer, the limit of the TypeScript client.
const MAX_COUNT: u64 = 9_007_199_254_740_991;

/// The client's flags.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "calculator-client",
    about = "Asks calculator servers for made-up calculations.",
    disable_help_flag = true,
    args_override_self = true
)]
pub struct ClientFlags {
    /// the broker, or several with commas
    #[arg(long, value_name = "HOST:PORT", default_value = DEFAULT_BROKER, value_parser = Brokers::from_str)]
    pub broker: Brokers,
    /// calculate once; the same as --count=1
    #[arg(long)]
    pub once: bool,
    /// calculations; without it there is no end
    #[arg(long, value_name = "N", value_parser = read_count)]
    pub count: Option<u64>,
    /// time between calculations
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = read_duration)]
    pub interval: Duration,
    #[command(flatten)]
    pub tls: TlsFlags,
}

/// The server's flags.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "calculator-server",
    about = "Adds, subtracts, multiplies and divides.",
    disable_help_flag = true,
    args_override_self = true
)]
pub struct ServerFlags {
    /// where to serve
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:5555", value_parser = read_address)]
    pub address: String,
    /// the broker, or several with commas
    #[arg(long, value_name = "HOST:PORT", default_value = DEFAULT_BROKER, value_parser = Brokers::from_str)]
    pub broker: Brokers,
    /// what clients call, if not that address
    #[arg(long, value_name = "HOST[:PORT]", value_parser = Advertise::from_str)]
    pub advertise: Option<Advertise>,
    /// this instance's name; what clients call if not given
    #[arg(long, value_name = "NAME", value_parser = NonEmpty::new())]
    pub instance: Option<String>,
    #[command(flatten)]
    pub tls: TlsFlags,
    /// TLS: the services that may call, with commas
    #[arg(long, value_name = "NAMES", value_parser = NonEmpty::new())]
    pub allow: Option<String>,
    /// allow an address that other machines can reach, without TLS
    #[arg(long)]
    pub insecure: bool,
}

impl ServerFlags {
    /// What others call: what the flag says, or else the environment.
    ///
    /// # Errors
    ///
    /// If nobody can call it.
    pub fn advertised(&self, listening: &Address) -> Result<Address, Failure> {
        let advertise = match (&self.advertise, variable(ADVERTISE_VARIABLE)) {
            (Some(flag), _) => Some(flag.clone()),
            (None, Some(text)) => {
                let text = text.to_string_lossy();
                let refused = |why: String| {
                    Failure::Usage(format!(
                        "Cannot read {ADVERTISE_VARIABLE}=\"{text}\": {why}"
                    ))
                };
                Some(text.parse::<Advertise>().map_err(refused)?)
            }
            (None, None) => None,
        };
        match advertise {
            Some(advertise) => advertise.of(listening),
            None if listening.is_any_host() => Err(Failure::Usage(format!(
                "Cannot register service \"{CALCULATOR_SERVICE}\": it listens on all addresses of \
                 this machine ({listening}), and nobody can call that; say where others call it, \
                 as in --advertise=10.0.0.5 (advertise: in config.yaml, or {ADVERTISE_VARIABLE})"
            ))),
            None => Ok(listening.clone()),
        }
    }

    /// Whom the server lets in.
    ///
    /// # Errors
    ///
    /// If callers are named, and nobody can know who calls.
    pub fn admission(&self, has_tls: bool) -> Result<Admission, Failure> {
        let allow = self.allow.clone().or_else(|| {
            let names = variable(ALLOW_VARIABLE)?;
            Some(names.to_string_lossy().into())
        });
        if let Some(list) = &allow
            && list.split(',').any(|name| name.trim().is_empty())
        {
            return Err(Failure::Usage(format!(
                "Cannot read who may call (--allow, or {ALLOW_VARIABLE}), \"{list}\": a name is \
                 missing between two commas, or at an end"
            )));
        }
        let allow: Option<Vec<String>> =
            allow.map(|names| names.split(',').map(|name| name.trim().into()).collect());
        match (has_tls, allow) {
            (true, allow) => Ok(Admission::of_certificates(allow)),
            (false, None) => Ok(Admission::of_environment()),
            (false, Some(names)) => Err(Failure::Usage(format!(
                "Cannot serve on \"{}\": who may call ({}) is known by certificates only; give it \
                 a certificate ({NAMES_TLS})",
                self.address,
                names.join(", "),
            ))),
        }
    }
}

/// Reads this process's command line.
///
/// # Errors
///
/// [`Failure::Help`] with the help where that was asked for; else
/// [`Failure::Usage`], saying what is wrong.
pub fn read<Flags: Parser>() -> Result<Flags, Failure> {
    let words: Result<Vec<_>, _> = std::env::args_os()
        .skip(1)
        .map(|word| word.into_string())
        .collect();
    read_from(&words.map_err(|word| {
        Failure::Usage(format!(
            "Cannot read \"{}\": it is not UTF-8",
            word.to_string_lossy()
        ))
    })?)
}

fn read_from<Flags: Parser>(words: &[String]) -> Result<Flags, Failure> {
    let command = Flags::command();
    let end = words.iter().position(|word| word == "--");
    let flags = &words[..end.unwrap_or(words.len())];
    // Whoever asks for help need not get the rest right.
    if flags.iter().any(|word| HELP.contains(&word.as_str())) {
        return Err(Failure::Help(describe_flags(&command)));
    }
    let joined = join_values(&command, words).map_err(Failure::Usage)?;
    Flags::try_parse_from(iter::once(command.get_name().to_owned()).chain(joined))
        .map_err(|error| Failure::Usage(describe(&command, &error)))
}

/// Checks the words as the TypeScript programs do, and puts each flag and its
/// value into one word: clap would take a value such as -1s for a flag.
fn join_values(command: &Command, words: &[String]) -> Result<Vec<String>, String> {
    let no_flag = |word| format!("Cannot read \"{word}\": only flags are expected here");
    let mut joined = Vec::new();
    let mut rest = words.iter().map(String::as_str).peekable();
    while let Some(word) = rest.next() {
        if word == "--" {
            return rest.next().map_or(Ok(joined), |word| Err(no_flag(word)));
        }
        if !is_flag(word) {
            return Err(no_flag(word));
        }
        let name = word.split('=').next().unwrap_or(word);
        joined.push(if takes_value(command, word, name)? && name == word {
            let value = rest.next_if(|next| !is_flag(next));
            format!("{name}={}", value.unwrap_or_default())
        } else {
            word.to_owned()
        });
    }
    Ok(joined)
}

/// Numbers below zero are no flags, nor is a single minus.
fn is_flag(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| {
        let number = rest.strip_prefix('.').unwrap_or(rest);
        !rest.is_empty() && !number.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// Whether the flag `name`, which stands in `word`, takes a value.
///
/// # Errors
///
/// If there is no such flag, or it has a value that it does not take.
fn takes_value(command: &Command, word: &str, name: &str) -> Result<bool, String> {
    let flag = command.get_arguments().find(|each| name_of(each) == name);
    match flag {
        Some(flag) if flag.get_action().takes_values() => Ok(true),
        None if !HELP.contains(&name) => Err(format!(
            "Cannot read \"{word}\": there is no such flag; {}",
            suggest(command, name)
        )),
        _ if name != word => Err(format!("Cannot read \"{word}\": {name} takes no value")),
        _ => Ok(false),
    }
}

/// Names the flag that was meant, if one is near: a third of the letters may be
/// wrong, and always one. What was begun rightly was not finished.
fn suggest(command: &Command, name: &str) -> String {
    let letters = letters_of(name);
    let count = letters.chars().count();
    // Of a word that is all wrong nothing is left that could be meant.
    let wrong = (count / 3).max(1).min(count.saturating_sub(1));
    let mut flags: Vec<_> = command.get_arguments().map(name_of).collect();
    flags.push(HELP[1].to_owned());
    let near = flags
        .iter()
        .map(|flag| (strsim::osa_distance(&letters, &letters_of(flag)), flag))
        .filter(|(distance, _)| *distance <= wrong)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, flag)| flag);
    let begun = || {
        flags
            .iter()
            .find(|flag| count >= 3 && letters_of(flag).starts_with(&letters))
    };
    near.or_else(begun).map_or_else(
        || format!("{} lists them", HELP[1]),
        |flag| format!("did you mean \"{flag}\"?"),
    )
}

/// Leading dashes do not count as letters.
fn letters_of(word: &str) -> String {
    word.trim_start_matches('-').to_lowercase()
}

/// Says in one line what is wrong with a value.
fn describe(command: &Command, error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    // Clap writes a flag as in "--count <N>".
    let word = text(ContextKind::InvalidArg);
    let name = word.split(' ').next().unwrap_or_default();
    let flag = command.get_arguments().find(|each| name_of(each) == name);
    let Some(flag) = flag else {
        return error.to_string().replace('\n', " ");
    };
    let expected = std::error::Error::source(error).map(ToString::to_string);
    match (text(ContextKind::InvalidValue), expected) {
        ("", _) | (_, None) => format!(
            "Cannot read {name}: it needs a value, as in {}",
            usage_of(flag)
        ),
        (value, Some(expected)) => format!("Cannot read {name}=\"{value}\": {expected}"),
    }
}

/// Writes the flags as the help of the TypeScript programs does.
fn describe_flags(command: &Command) -> String {
    let mut rows: Vec<_> = command.get_arguments().map(row_of).collect();
    rows.push((HELP.join(", "), "print this".to_owned()));
    let width = rows.iter().map(|(head, _)| head.len()).max().unwrap_or(0);
    let lines = rows
        .iter()
        .map(|(head, help)| format!("\n  {head:width$}  {help}"));
    let about = command.get_about().map(ToString::to_string);
    format!(
        "Usage: {} [flags]\n{}\n{}",
        command.get_name(),
        about.unwrap_or_default(),
        lines.collect::<String>(),
    )
}

fn row_of(flag: &Arg) -> (String, String) {
    let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
    let default = flag.get_default_values().first();
    let default = default.map(|value| format!(" (default: {})", value.to_string_lossy()));
    (usage_of(flag), help + &default.unwrap_or_default())
}

/// A flag as it is written, with what stands for its value: `--count=N`.
fn usage_of(flag: &Arg) -> String {
    let placeholder = flag.get_value_names().and_then(|names| names.first());
    match placeholder.filter(|_| flag.get_action().takes_values()) {
        Some(placeholder) => format!("{}={placeholder}", name_of(flag)),
        None => name_of(flag),
    }
}

fn name_of(flag: &Arg) -> String {
    format!("--{}", flag.get_long().unwrap_or_default())
}

/// Checks an address; it stays as it was written.
fn read_address(text: &str) -> Result<String, String> {
    match text.parse::<Address>() {
        Ok(_) => Ok(text.into()),
        Err(_) => Err(address::FORM.into()),
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
    // More seconds than a duration holds are as good as for ever.
    let duration = || Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    (!text.is_empty() && f64::is_finite(seconds)).then(duration)
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
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        read_from(&words)
    }

    #[test]
    fn flags_that_are_not_given_have_their_defaults() {
        let flags = read(&[]).unwrap();

        assert_eq!(flags.broker.to_string(), DEFAULT_BROKER);
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
    fn help_is_given_whatever_else_is_wrong() {
        for words in [&["-h"][..], &["--zzz", "--help"], &["--count", "-h", "6"]] {
            let Failure::Help(help) = read(words).unwrap_err() else {
                panic!("no help for {words:?}");
            };

            assert!(help.contains("\n  -h, --help           print this"));
        }
    }

    #[test]
    fn a_duration_longer_than_any_is_for_ever() {
        let words = ["--interval=999999999999999999999999h"];

        assert_eq!(read(&words).unwrap().interval, Duration::MAX);
    }

    #[test]
    fn many_letters_are_read_to_their_end() {
        let letters = |text: &str| format!("--interval={}", text.repeat(60_000));

        assert_eq!(
            read(&[&letters("1s")]).unwrap().interval,
            Duration::from_secs(60_000)
        );
        assert!(read(&[&letters("9")]).is_err());
        assert!(read(&[&letters("a")]).is_err());
    }

    #[test]
    fn a_wrong_command_line_is_told_in_one_line() {
        for (word, message) in [
            (
                "--intervall=1s",
                "Cannot read \"--intervall=1s\": there is no such flag; did you mean \"--interval\"?",
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
