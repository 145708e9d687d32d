//! Numbers of JSON: the doubles that they stand for, how JavaScript writes those,
//! and their integers with all digits.

/// The largest integer up to which a double holds all of them.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// True for what a double holds, all integers next to it too.
pub fn is_safe(value: f64) -> bool {
    value.abs() <= MAX_SAFE_INTEGER
}

/// What Number() makes of a valid number, but never -0.
pub fn double_of(source: &[u8]) -> f64 {
    let text = str::from_utf8(source).unwrap_or_default(); // it is ASCII
    text.parse().unwrap_or(f64::NAN) + 0.0
}

/// Appends a number as JSON.stringify() writes it: null where it is not finite.
pub fn write_json(value: f64, to: &mut Vec<u8>) {
    if value.is_finite() {
        let mut room = ryu_js::Buffer::new();
        to.extend_from_slice(room.format_finite(value + 0.0).as_bytes());
    } else {
        to.extend_from_slice(b"null");
    }
}

/// A number, its integer part exact and in decimal.
#[derive(Debug, PartialEq, Eq)]
pub struct Split {
    pub integer: String,
    /// True if anything is left beyond the integer part.
    pub has_fraction: bool,
}

/// Reads the integer part of a valid number exactly. Its double must be finite:
/// so it has 309 digits at most.
pub fn split(source: &[u8]) -> Split {
    let is_negative = source.starts_with(b"-");
    let unsigned = &source[usize::from(is_negative)..];
    let e = unsigned.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, exponent) = unsigned.split_at(e.unwrap_or(unsigned.len()));
    let whole = mantissa.iter().take_while(|byte| **byte != b'.').count();
    let digits: Vec<u8> = mantissa
        .iter()
        .copied()
        .filter(u8::is_ascii_digit)
        .collect();
    let leading = digits.iter().take_while(|digit| **digit == b'0').count();
    let point = (whole as i64).saturating_add(exponent_of(exponent));
    let cut = usize::try_from(point).unwrap_or(0).min(digits.len());
    let has_fraction = digits[cut..].iter().any(|digit| *digit != b'0');
    if point <= leading as i64 || leading == digits.len() {
        return Split {
            integer: "0".into(),
            has_fraction,
        };
    }
    let mut integer = String::from(if is_negative { "-" } else { "" });
    integer.extend(
        digits[leading..cut.max(leading)]
            .iter()
            .map(|digit| *digit as char),
    );
    let zeros = usize::try_from(point).unwrap_or(0) - cut;
    integer.extend(std::iter::repeat_n('0', zeros));
    Split {
        integer,
        has_fraction,
    }
}

/// Of `e-12`: -12; as much as can be where it is more.
fn exponent_of(exponent: &[u8]) -> i64 {
    let Some((_, rest)) = exponent.split_first() else {
        return 0;
    };
    let is_negative = rest.starts_with(b"-");
    let size = rest
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0_i64, |size, digit| {
            size.saturating_mul(10)
                .saturating_add(i64::from(digit - b'0'))
        });
    if is_negative { -size } else { size }
}

/// As many digits, the point among them, has the shortest number that is no
/// integer and that a double rounds to one.
const LONG: usize = 16;

/// True if there may be such a number in a line: so many digits in a row.
pub fn has_long_number(line: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    line.chunk_by(|a, b| is_part(a) == is_part(b))
        .any(|run| run.len() >= LONG && is_part(&run[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integer_part_keeps_its_digits() {
        for (source, integer, has_fraction) in [
            ("0", "0", false),
            ("-0", "0", false),
            ("12", "12", false),
            ("-12.50", "-12", true),
            ("-12.00", "-12", false),
            ("0.5e1", "5", false),
            ("1e21", "1000000000000000000000", false),
            ("12345e-2", "123", true),
            ("12300E-2", "123", false),
            ("1e-400", "0", true),
            ("1e-99999999999999999999", "0", true),
            ("0e99999999999999999999", "0", false),
            ("0.0001e3", "0", true),
            ("9007199254740993.5", "9007199254740993", true),
        ] {
            let expected = Split {
                integer: integer.into(),
                has_fraction,
            };
            assert_eq!(split(source.as_bytes()), expected, "{source}");
        }
    }

    #[test]
    fn a_number_is_written_as_javascript_does() {
        for (source, json) in [
            ("-0", "0"),
            ("1.50", "1.5"),
            ("1e21", "1e+21"),
            ("1e20", "100000000000000000000"),
            ("1e-7", "1e-7"),
            ("0.000001", "0.000001"),
            ("5e-324", "5e-324"),
            ("1e400", "null"),
        ] {
            let mut written = Vec::new();
            write_json(double_of(source.as_bytes()), &mut written);

            assert_eq!(String::from_utf8(written).unwrap(), json);
        }
    }
}
