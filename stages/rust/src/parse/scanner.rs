//! Reads a line of JSON byte by byte, without making anything of it.
//!
//! Checks the whole grammar of RFC 8259 and notes where the wanted fields are.
//! Takes any nesting: what nobody asked for is passed over without recursion.

use super::plan::{Key, NOTHING, Node, Plan, ROOT, word_of};
use super::text::unescaped;

/// What stands in a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Absent,
    /// A string without escapes; its range is what is between the quotes.
    Text,
    /// A string with escapes; likewise.
    Escaped,
    /// A whole number of so few digits that a double holds it.
    Integer,
    /// Any other number.
    Number,
    True,
    False,
    Null,
    Object,
    Array,
}

/// What was found in one slot.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub kind: Kind,
    /// Where the value begins and ends, as an index into the line.
    pub from: usize,
    pub to: usize,
    /// The value of an [`Kind::Integer`].
    pub integer: i64,
}

impl Found {
    /// The value as it stands in its line; of a string what is between the quotes.
    pub fn of<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        &line[self.from..self.to]
    }
}

/// What a valid line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Object,
    /// Any other value.
    Other,
}

/// So many digits fit a double, whatever they are.
const MAX_DIGITS: usize = 15;

/// Scans lines for one plan.
pub struct Scanner {
    plan: Plan,
    found: Vec<Found>,
    open: Nesting,
}

impl Scanner {
    pub fn new(plan: Plan) -> Self {
        // The last one stands for every key that nobody asked for.
        let found = vec![Found::default(); plan.slots + 1];
        Self {
            plan,
            found,
            open: Nesting::default(),
        }
    }

    /// Scans a line of valid UTF-8; returns nothing where it is not valid JSON.
    pub fn scan(&mut self, line: &[u8]) -> Option<Whole> {
        for found in &mut self.found {
            found.kind = Kind::Absent;
        }
        let mut scan = Scan {
            line,
            nodes: &self.plan.nodes,
            found: &mut self.found,
            open: &mut self.open,
        };
        let start = skip_space(line, 0);
        let (end, whole) = if byte(line, start) == b'{' {
            (scan.object(start + 1, ROOT)?, Whole::Object)
        } else {
            (scan.pass_over(start)?, Whole::Other)
        };
        (skip_space(line, end) == line.len()).then_some(whole)
    }

    /// What the last line that was an object has in a slot.
    pub fn found(&self, slot: usize) -> &Found {
        &self.found[slot]
    }
}

/// The brackets that are open, one bit each: true for those of an object.
#[derive(Default)]
struct Nesting {
    bits: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn push(&mut self, is_object: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.bits.len() {
            self.bits.push(0);
        }
        self.bits[word] = self.bits[word] & !(1 << bit) | u64::from(is_object) << bit;
        self.depth += 1;
    }

    /// Closes the innermost one, and says what the one around it is.
    fn pop(&mut self) -> Option<bool> {
        self.depth -= 1;
        self.innermost()
    }

    fn innermost(&self) -> Option<bool> {
        let last = self.depth.checked_sub(1)?;
        Some(self.bits[last / 64] >> (last % 64) & 1 == 1)
    }
}

/// The scan of one line. Every function returns where it ends, and nothing where
/// the line is not JSON.
struct Scan<'a> {
    line: &'a [u8],
    nodes: &'a [Node],
    found: &'a mut [Found],
    open: &'a mut Nesting,
}

impl<'a> Scan<'a> {
    /// object = "{" [ string ":" value *( "," string ":" value ) ] "}"
    ///
    /// Calls itself for objects that are on a wanted path, and for no others.
    fn object(&mut self, start: usize, node: usize) -> Option<usize> {
        let line = self.line;
        let keys = &self.nodes[node].keys;
        let mut at = skip_space(line, start);
        if byte(line, at) == b'}' {
            return Some(at + 1);
        }
        // Keys mostly come in the order that they came in last time.
        let mut expected = 0;
        loop {
            if byte(line, at) != b'"' {
                return None;
            }
            let (key, end) = find_key(line, at + 1, keys, expected)?;
            at = skip_space(line, end);
            if byte(line, at) != b':' {
                return None;
            }
            at = skip_space(line, at + 1);
            at = match key {
                None => self.pass_over(at)?,
                Some(number) => {
                    expected = number + 1;
                    self.value(at, &keys[number])?
                }
            };
            at = skip_space(line, at);
            match byte(line, at) {
                b',' => at = skip_space(line, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// Scans a wanted value, and notes it. Of several such keys the last counts.
    fn value(&mut self, at: usize, key: &'a Key) -> Option<usize> {
        if self.found[key.slot].kind != Kind::Absent {
            self.forget(key);
        }
        let line = self.line;
        let mut found = Found {
            from: at,
            ..Found::default()
        };
        let end = match byte(line, at) {
            b'"' => {
                let (end, has_escapes) = string_end(line, at + 1)?;
                found.kind = if has_escapes {
                    Kind::Escaped
                } else {
                    Kind::Text
                };
                found.from = at + 1;
                found.to = end - 1;
                self.found[key.slot] = found;
                return Some(end);
            }
            b'{' => {
                found.kind = Kind::Object;
                if key.inside == NOTHING {
                    self.pass_over(at)?
                } else {
                    self.object(at + 1, key.inside)?
                }
            }
            b'[' => {
                found.kind = Kind::Array;
                self.pass_over(at)?
            }
            b't' => {
                found.kind = Kind::True;
                word(line, at, b"true")?
            }
            b'f' => {
                found.kind = Kind::False;
                word(line, at, b"false")?
            }
            b'n' => {
                found.kind = Kind::Null;
                word(line, at, b"null")?
            }
            _ => {
                let (end, integer) = number(line, at)?;
                found.kind = match integer {
                    Some(_) => Kind::Integer,
                    None => Kind::Number,
                };
                found.integer = integer.unwrap_or_default();
                end
            }
        };
        found.to = end;
        self.found[key.slot] = found;
        Some(end)
    }

    /// Forgets what an earlier key of that name had.
    fn forget(&mut self, key: &Key) {
        self.found[key.slot].kind = Kind::Absent;
        let nodes = self.nodes;
        for inner in &nodes[key.inside].keys {
            self.forget(inner);
        }
    }

    /// Scans a value that nobody asked for.
    fn pass_over(&mut self, start: usize) -> Option<usize> {
        let line = self.line;
        self.open.depth = 0;
        let mut at = start;
        loop {
            at = match byte(line, at) {
                b'"' => string_end(line, at + 1)?.0,
                b't' => word(line, at, b"true")?,
                b'f' => word(line, at, b"false")?,
                b'n' => word(line, at, b"null")?,
                bracket @ (b'{' | b'[') => {
                    let is_object = bracket == b'{';
                    let inner = skip_space(line, at + 1);
                    self.open.push(is_object);
                    if byte(line, inner) != closing(is_object) {
                        at = if is_object {
                            colon(line, inner)?
                        } else {
                            inner
                        };
                        continue;
                    }
                    inner
                }
                _ => number(line, at)?.0,
            };
            // What follows a value: the ends of brackets, then a comma.
            let mut innermost = self.open.innermost();
            loop {
                let Some(is_object) = innermost else {
                    return Some(at);
                };
                at = skip_space(line, at);
                if byte(line, at) == closing(is_object) {
                    at += 1;
                    innermost = self.open.pop();
                } else if byte(line, at) == b',' {
                    at = skip_space(line, at + 1);
                    if is_object {
                        at = colon(line, at)?;
                    }
                    break;
                } else {
                    return None;
                }
            }
        }
    }
}

fn closing(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

/// Scans a key that nobody asked for, and the colon after it.
fn colon(line: &[u8], at: usize) -> Option<usize> {
    if byte(line, at) != b'"' {
        return None;
    }
    let end = skip_space(line, string_end(line, at + 1)?.0);
    (byte(line, end) == b':').then(|| skip_space(line, end + 1))
}

/// Finds the number of the key that begins at `start`, behind its quote, and
/// where it ends; no number where nobody asked for it.
#[inline]
fn find_key(
    line: &[u8],
    start: usize,
    keys: &[Key],
    expected: usize,
) -> Option<(Option<usize>, usize)> {
    if !keys.is_empty() {
        let rest = line.get(start..)?;
        let word = word_of(rest);
        let mut number = expected;
        for _ in 0..keys.len() {
            if number >= keys.len() {
                number = 0;
            }
            let written = &keys[number].written;
            if written.begins(rest, word) {
                return Some((Some(number), start + written.len()));
            }
            number += 1;
        }
    }
    let (end, has_escapes) = string_end(line, start)?;
    if !has_escapes || keys.is_empty() {
        return Some((None, end));
    }
    let name = unescaped(&line[start..end - 1]);
    let is_name = |key: &Key| key.name.encode_utf16().eq(name.iter().copied());
    Some((keys.iter().position(is_name), end))
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Marks the lowest byte of `word` that is `wanted`, and maybe some above it.
#[inline]
fn bytes_like(word: u64, wanted: u8) -> u64 {
    let zeros = word ^ (LOW_BITS * u64::from(wanted));
    zeros.wrapping_sub(LOW_BITS) & !zeros & HIGH_BITS
}

/// The first place from `at` on where a string does not just go on: a quote, a
/// backslash, or what may not be in it.
#[inline]
fn plain_end(line: &[u8], mut at: usize) -> usize {
    while let Some(word) = line.get(at..).and_then(word_of) {
        let controls = word.wrapping_sub(LOW_BITS * u64::from(b' ')) & !word & HIGH_BITS;
        let stops = controls | bytes_like(word, b'"') | bytes_like(word, b'\\');
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while byte(line, at) >= b' ' && !matches!(line[at], b'"' | b'\\') {
        at += 1;
    }
    at
}

/// Scans the rest of a string; says too whether it has escapes.
#[inline]
fn string_end(line: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut at = plain_end(line, start);
    let mut has_escapes = false;
    loop {
        match byte(line, at) {
            b'"' => return Some((at + 1, has_escapes)),
            b'\\' => {
                has_escapes = true;
                at = match byte(line, at + 1) {
                    b'u' => {
                        let digits = line.get(at + 2..at + 6)?;
                        digits.iter().all(u8::is_ascii_hexdigit).then_some(at + 6)?
                    }
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at + 2,
                    _ => return None,
                };
                at = plain_end(line, at);
            }
            _ => return None,
        }
    }
}

/// number = [ "-" ] int [ "." 1*DIGIT ] [ ("e" / "E") [ "-" / "+" ] 1*DIGIT ]
///
/// Its value too where that is whole and of few digits; -0 is 0.
#[inline]
fn number(line: &[u8], start: usize) -> Option<(usize, Option<i64>)> {
    let is_negative = byte(line, start) == b'-';
    let first = start + usize::from(is_negative);
    let mut value: i64 = 0;
    let mut at = first;
    // int = "0" / ( digit1-9 *DIGIT )
    if byte(line, at) == b'0' {
        at += 1;
    } else {
        while byte(line, at).is_ascii_digit() {
            value = value
                .wrapping_mul(10)
                .wrapping_add(i64::from(line[at] - b'0'));
            at += 1;
        }
        if at == first {
            return None;
        }
    }
    let mut is_integer = at - first <= MAX_DIGITS;
    if byte(line, at) == b'.' {
        is_integer = false;
        at = digits(line, at + 1)?;
    }
    if matches!(byte(line, at), b'e' | b'E') {
        is_integer = false;
        at += 1;
        if matches!(byte(line, at), b'+' | b'-') {
            at += 1;
        }
        at = digits(line, at)?;
    }
    let value = if is_negative {
        value.wrapping_neg()
    } else {
        value
    };
    Some((at, is_integer.then_some(value)))
}

/// Scans one digit at the least.
fn digits(line: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while byte(line, at).is_ascii_digit() {
        at += 1;
    }
    (at > start).then_some(at)
}

fn word(line: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    line[at..].starts_with(word).then_some(at + word.len())
}

/// ws = *( space / tab / carriage return ); a line has no line feed.
#[inline]
fn skip_space(line: &[u8], start: usize) -> usize {
    let mut at = start;
    // Mostly there is none.
    while byte(line, at) <= b' ' && matches!(byte(line, at), b' ' | b'\t' | b'\r') {
        at += 1;
    }
    at
}

/// The byte at a place; behind the end one that stands nowhere in JSON.
#[inline]
fn byte(line: &[u8], at: usize) -> u8 {
    line.get(at).copied().unwrap_or_default()
}
