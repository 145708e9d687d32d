//! Strings of JSON: what they stand for, and how JSON.stringify() writes that.
//!
//! In JavaScript a string is UTF-16, and half of a pair of surrogates may stand
//! alone; so it is here.

use std::fmt::Write;

/// What the inside of a valid string stands for.
pub fn unescaped(inside: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(inside); // known to be valid: nothing is lost
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            continue;
        }
        units.push(match rest.next() {
            Some('b') => 0x08,
            Some('f') => 0x0c,
            Some('n') => 0x0a,
            Some('r') => 0x0d,
            Some('t') => 0x09,
            Some('u') => (0..4).fold(0, |unit, _| {
                let digit = rest.next().and_then(|digit| digit.to_digit(16));
                unit << 4 | digit.unwrap_or_default() as u16
            }),
            other => other.map_or(0, |same| same as u16),
        });
    }
    units
}

/// Appends a text as JSON.stringify() writes it.
pub fn write_json(units: &[u16], to: &mut Vec<u8>) {
    to.push(b'"');
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok('"') => to.extend_from_slice(b"\\\""),
            Ok('\\') => to.extend_from_slice(b"\\\\"),
            Ok('\u{8}') => to.extend_from_slice(b"\\b"),
            Ok('\u{c}') => to.extend_from_slice(b"\\f"),
            Ok('\n') => to.extend_from_slice(b"\\n"),
            Ok('\r') => to.extend_from_slice(b"\\r"),
            Ok('\t') => to.extend_from_slice(b"\\t"),
            Ok(control) if control < ' ' => escape(control as u16, to),
            Ok(character) => {
                to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Err(alone) => escape(alone.unpaired_surrogate(), to),
        }
    }
    to.push(b'"');
}

fn escape(unit: u16, to: &mut Vec<u8>) {
    let mut text = String::new();
    let _ = write!(text, "\\u{unit:04x}"); // a String takes all
    to.extend_from_slice(text.as_bytes());
}

/// Longest piece of an input that goes into a reason, in UTF-16.
const MAX_QUOTED: usize = 64;

/// The start of a text, as JSON.
pub fn shortened(units: &[u16]) -> String {
    let mut json = Vec::new();
    match units.get(..MAX_QUOTED) {
        Some(start) if units.len() > MAX_QUOTED => {
            // Leave out half of a character that takes two.
            let is_half = matches!(start.last(), Some(0xd800..=0xdbff));
            let mut start = start[..MAX_QUOTED - usize::from(is_half)].to_vec();
            start.push('…' as u16);
            write_json(&start, &mut json);
        }
        _ => write_json(units, &mut json),
    }
    String::from_utf8_lossy(&json).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_as_json_stringify_does() {
        for (inside, json) in [
            ("a", "\"a\""),
            ("\\u0041\\/", "\"A/\""),
            ("\\b\\f\\n\\r\\t\\\\\\\"", "\"\\b\\f\\n\\r\\t\\\\\\\"\""),
            ("\\u001F\\u007f", "\"\\u001f\u{7f}\""),
            ("\\uD83D\\ude00", "\"😀\""),
            ("\\uDE00\\ud83d", "\"\\ude00\\ud83d\""),
            ("ü\u{2028}", "\"ü\u{2028}\""),
        ] {
            let mut written = Vec::new();
            write_json(&unescaped(inside.as_bytes()), &mut written);

            assert_eq!(String::from_utf8(written).unwrap(), json);
        }
    }
}
