//! Reads one field of the key.

use super::dictionary::Dictionary;
use super::number::{double_of, is_safe, split, write_json as write_number};
use super::scanner::{Found, Kind};
use super::text::{shortened, unescaped, write_json as write_text};
use crate::contracts::KeyField;

/// A field of the key, ready to be read.
pub struct KeyReader {
    pub slot: usize,
    field: String,
    /// What it may be, as plain JSON; none where it may be anything.
    choices: Option<Choices>,
    is_text: bool,
    can_lack: bool,
}

/// The few values of a key.
struct Choices {
    known: Dictionary,
    /// By number in `known`: the number among the values of the schema, where
    /// the same may stand more than once.
    numbers: Vec<u32>,
}

impl KeyReader {
    pub fn new(key: &KeyField, slot: usize) -> Self {
        let is_open = key.one_of.is_empty();
        Self {
            slot,
            field: key.path.join("."),
            choices: (!is_open).then(|| Choices::new(&key.one_of)),
            is_text: !is_open && key.one_of.iter().all(|json| json.starts_with('"')),
            can_lack: !key.required && (is_open || key.one_of.iter().any(|json| json == "null")),
        }
    }

    /// True where it may be anything: then its column has a dictionary.
    pub fn is_open(&self) -> bool {
        self.choices.is_none()
    }

    /// Checks the field: the number of its value where that is one of a few,
    /// else 0; or why there is no event.
    pub fn check(&self, line: &[u8], found: &Found, room: &mut Vec<u8>) -> Result<u32, String> {
        let field = &self.field;
        let is_string = matches!(found.kind, Kind::Text | Kind::Escaped);
        match found.kind {
            Kind::Text | Kind::Escaped if !self.is_open() => {}
            Kind::Null if !self.can_lack && self.is_text => {
                return Err(format!("{field} is not a string"));
            }
            Kind::Absent | Kind::Null if !self.can_lack => {
                return Err(format!("{field} is missing"));
            }
            _ if self.is_text => return Err(format!("{field} is not a string")),
            Kind::Object | Kind::Array => {
                return Err(format!("{field} is not text, a number or a boolean"));
            }
            Kind::Number if double_of(found.of(line)).is_infinite() => {
                return Err(format!("{field} is not finite"));
            }
            _ => {}
        }
        let Some(choices) = &self.choices else {
            return Ok(0);
        };
        let json = plain_json(line, found, room);
        choices.find(json).ok_or_else(|| {
            let shown = if is_string {
                shortened(&unescaped(found.of(line)))
            } else {
                String::from_utf8_lossy(json).into_owned()
            };
            format!("unknown {field} {shown}")
        })
    }
}

impl Choices {
    fn new(one_of: &[String]) -> Self {
        let mut known = Dictionary::default();
        let mut numbers = Vec::new();
        for (number, json) in (0..).zip(one_of) {
            let plain = plain_choice(json);
            if known.find(&plain).is_none() {
                known.add(&plain);
                numbers.push(number);
            }
        }
        Self { known, numbers }
    }

    fn find(&self, json: &[u8]) -> Option<u32> {
        let number = self.known.find(json)?;
        Some(self.numbers[number as usize])
    }
}

/// A value of the schema, plain. The schema's own check has found it valid.
fn plain_choice(json: &str) -> Vec<u8> {
    let bytes = json.trim_ascii().as_bytes();
    let (kind, from, to) = match bytes.first() {
        Some(b'"') => (Kind::Escaped, 1, bytes.len().saturating_sub(1)),
        Some(b't') => (Kind::True, 0, bytes.len()),
        Some(b'f') => (Kind::False, 0, bytes.len()),
        Some(b'n') => (Kind::Null, 0, bytes.len()),
        _ => (Kind::Number, 0, bytes.len()),
    };
    let found = Found {
        kind,
        from,
        to,
        ..Found::default()
    };
    plain_json(bytes, &found, &mut Vec::new()).to_vec()
}

/// Writes a scalar as JSON does in one way only, so that what is equal has the
/// same text: 200, 200.0 and 2e2 are `200`. Integers keep all their digits.
///
/// Most stand in the line as they are; what does not is made in `room`.
pub fn plain_json<'a>(line: &'a [u8], found: &Found, room: &'a mut Vec<u8>) -> &'a [u8] {
    match found.kind {
        Kind::Number => {
            let source = found.of(line);
            let value = double_of(source);
            if !is_safe(value) {
                let whole = split(source);
                if !whole.has_fraction {
                    room.clear();
                    room.extend_from_slice(whole.integer.as_bytes());
                    return room;
                }
            }
            json_of_double(value, room)
        }
        _ => short_json(line, found, room),
    }
}

/// As [`plain_json`], but of a number what the double is that it stands for, and
/// null of what is no scalar.
pub fn short_json<'a>(line: &'a [u8], found: &Found, room: &'a mut Vec<u8>) -> &'a [u8] {
    match found.kind {
        // JSON writes a string without escapes as it stands here.
        Kind::Text => &line[found.from - 1..found.to + 1],
        Kind::Escaped => {
            room.clear();
            write_text(&unescaped(found.of(line)), room);
            room
        }
        Kind::Integer if found.integer == 0 => b"0", // -0 too
        Kind::Integer | Kind::True | Kind::False => found.of(line),
        Kind::Number => json_of_double(double_of(found.of(line)), room),
        Kind::Absent | Kind::Null | Kind::Object | Kind::Array => b"null",
    }
}

/// A double as JSON.
pub fn json_of_double(value: f64, room: &mut Vec<u8>) -> &[u8] {
    room.clear();
    write_number(value, room);
    room
}
