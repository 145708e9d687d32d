//! Reads the time of an event: RFC 3339, date and time with a zone, or a number.

/// What a text that is no time is told.
pub const NO_TIMESTAMP: &str =
    "is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z";

/// What a number that is no time is told.
pub fn no_epoch(format: &str) -> String {
    let unit = if format == "epoch_s" {
        "seconds"
    } else {
        "milliseconds"
    };
    format!("is no time in {unit} since 1970 ({format}): it is more than 270,000 years away")
}

/// The largest time that a date can have, in ms from 1970, either way.
const LAST_DATE_MS: f64 = 8.64e15;

/// Turns a number that is a time into ms since 1970; nothing where no date is so
/// far away.
pub fn epoch_ms(value: f64, unit_ms: f64) -> Option<f64> {
    let product = value * unit_ms + 0.0; // + 0 turns -0 into 0
    if product.abs() > LAST_DATE_MS {
        return None;
    }
    // The product is rounded: 1.005 s would be a bit less than 1,005 ms.
    let below = product.floor();
    let nearest = below + f64::from(product - below >= 0.5);
    Some(if nearest / unit_ms == value {
        nearest + 0.0
    } else {
        product
    })
}

/// `2026-01-31T12:00:00` has this many bytes.
const DATE_TIME_BYTES: usize = 19;
/// `+01:30` has this many.
const OFFSET_BYTES: usize = 6;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// True for a date and time with zone, of a day that there is.
pub fn is_timestamp(text: &[u8]) -> bool {
    read(text).is_some()
}

/// Reads a date and time with zone as milliseconds since 1970; what there is
/// beyond them is cut. Second 60, a leap second, is the next second.
pub fn timestamp_ms(text: &[u8]) -> Option<f64> {
    read(text).map(|parts| parts.ms() as f64)
}

/// The parts of a date and time.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    /// Since midnight, at UTC.
    ms: i64,
}

impl Parts {
    fn ms(&self) -> i64 {
        days_since_1970(self.year, self.month, self.day) * DAY_MS + self.ms
    }
}

fn read(text: &[u8]) -> Option<Parts> {
    let (time, rest) = text.split_first_chunk::<DATE_TIME_BYTES>()?;
    let year = two_digits(time, 0)? * 100 + two_digits(time, 2)?;
    let month = two_digits(time, 5)?;
    let day = two_digits(time, 8)?;
    let is_day = (1..=12).contains(&month) && 1 <= day && day <= days_in(year, month);
    let hour = two_digits(time, 11).filter(|hour| *hour <= 23)?;
    let minute = two_digits(time, 14).filter(|minute| *minute <= 59)?;
    let second = two_digits(time, 17).filter(|second| *second <= 60)?;
    let is_written = time[4] == b'-'
        && time[7] == b'-'
        && matches!(time[10], b'T' | b't' | b' ')
        && time[13] == b':'
        && time[16] == b':';
    if !is_day || !is_written {
        return None;
    }
    let (fraction_ms, zone) = fraction(rest)?;
    let ms = hour * HOUR_MS + minute * MINUTE_MS + second * 1_000 + fraction_ms - offset(zone)?;
    Some(Parts {
        year,
        month,
        day,
        ms,
    })
}

/// The fraction of a second in milliseconds, and what follows it.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(after) = rest.strip_prefix(b".") else {
        return Some((0, rest));
    };
    let digits = after
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let ms = after[..digits.min(3)]
        .iter()
        .zip([100, 10, 1])
        .map(|(digit, place)| i64::from(digit - b'0') * place)
        .sum();
    (digits > 0).then(|| (ms, &after[digits..]))
}

/// How far a zone is ahead of UTC, in milliseconds.
fn offset(zone: &[u8]) -> Option<i64> {
    if matches!(zone, b"Z" | b"z") {
        return Some(0);
    }
    let zone: &[u8; OFFSET_BYTES] = zone.try_into().ok()?;
    let hours = two_digits(zone, 1).filter(|hours| *hours <= 23)?;
    let minutes = two_digits(zone, 4).filter(|minutes| *minutes <= 59)?;
    let ms = hours * HOUR_MS + minutes * MINUTE_MS;
    match (zone[0], zone[3]) {
        (b'+', b':') => Some(ms),
        (b'-', b':') => Some(-ms),
        _ => None,
    }
}

/// Days of 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;
/// From the first of March of the year 0 to 1970.
const DAYS_BEFORE_1970: i64 = 719_468;

/// Counts the days of the Gregorian calendar. Its years begin in March here, so
/// that a leap day is the last one of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month > 2 { year } else { year - 1 };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let months_since_march = (month + 9) % 12;
    // The months from March have 31, 30, 31, 30, 31 days, and again, and again.
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - DAYS_BEFORE_1970
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The number that the two digits at `at` make.
fn two_digits(text: &[u8], at: usize) -> Option<i64> {
    let digit = |at: usize| {
        let value = text[at].wrapping_sub(b'0');
        (value < 10).then_some(i64::from(value))
    };
    Some(digit(at)? * 10 + digit(at + 1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_what_is_none_is_not() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", Some(0.0)),
            ("2026-01-31t12:00:00.1239z", Some(1_769_860_800_123.0)),
            ("2026-01-31 13:30:00.5+01:30", Some(1_769_860_800_500.0)),
            ("2024-02-29T23:59:60-00:00", Some(1_709_251_200_000.0)),
            ("0000-01-01T00:00:00Z", Some(-62_167_219_200_000.0)),
            ("2023-02-29T00:00:00Z", None),
            ("2026-01-31T12:00:00", None),
            ("2026-01-31T12:00:00.Z", None),
            ("2026-01-31T24:00:00Z", None),
            ("2026-01-31T12:00:00Z ", None),
            ("2026-01-31T12:00:00+0130", None),
        ] {
            assert_eq!(timestamp_ms(text.as_bytes()), ms, "{text}");
        }
    }

    #[test]
    fn a_number_of_seconds_is_as_many_milliseconds() {
        for (value, ms) in [
            (1.005, Some(1_005.0)),
            (-0.0, Some(0.0)),
            (0.000_4, Some(0.4)),
            (8.64e12, Some(8.64e15)),
            (8.65e12, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(epoch_ms(value, 1_000.0), ms, "{value}");
        }
    }
}
