//! How calculations are printed: exactly as the TypeScript client does.

use std::time::Duration;

use crate::contracts::calculator::{CalculateRequest, Operation};
use crate::operations::symbol_of;

/// Whole numbers up to here are exact, and written in full.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// One calculation with its answer, and who gave it after how long.
#[derive(Clone, Debug)]
pub struct Answer {
    pub question: CalculateRequest,
    pub result: f64,
    /// From the question to the answer.
    pub elapsed: Duration,
    /// The server that answered.
    pub address: String,
}

/// Writes an answer, for example `12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)`.
pub fn format_answer(
    Answer {
        question,
        result,
        elapsed,
        address,
    }: &Answer,
) -> String {
    format!(
        "{} = {} ({:.1} ms, {address})",
        format_question(question),
        format_number(*result),
        elapsed.as_secs_f64() * 1_000.0,
    )
}

/// Writes a calculation, for example `12 x 3`.
pub fn format_question(question: &CalculateRequest) -> String {
    let operation = Operation::try_from(question.operation).unwrap_or_default();
    format!(
        "{} {} {}",
        format_number(question.operand1),
        symbol_of(operation),
        format_number(question.operand2),
    )
}

/// Writes a number as people do: whole numbers in full, others to 15
/// significant digits, so that 0.1 + 0.2 is 0.3.
pub fn format_number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() <= MAX_SAFE_INTEGER {
        return format!("{}", value as i64);
    }
    // 15 digits are what every double holds; those after them are noise.
    match format!("{value:.14e}").parse::<f64>() {
        Ok(rounded) if rounded.is_finite() => like_javascript(rounded),
        _ => like_javascript(value),
    }
}

/// Writes a number of things: 1 event, 1,234 events.
pub fn quantity(count: u64, noun: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {noun}{}", if count == 1 { "" } else { "s" })
}

/// JavaScript has an exponent, with its sign, only outside 1e-6 to 1e21.
fn like_javascript(value: f64) -> String {
    if !value.is_finite() {
        let name = if value.is_nan() { "NaN" } else { "Infinity" };
        return format!("{}{name}", if value < 0.0 { "-" } else { "" });
    }
    if (1e-6..1e21).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    if text.contains("e-") {
        text
    } else {
        text.replace('e', "e+")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_typescript_client_writes_them() {
        for (value, text) in [
            (36.0, "36"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333333333"),
            (-1.0 / 3.0, "-0.333333333333333"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (9_007_199_254_740_992.0, "9007199254740990"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (1e-6, "0.000001"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(format_number(value), text);
        }
    }

    #[test]
    fn things_are_counted_as_people_read_it() {
        for (count, text) in [
            (1, "1 call"),
            (0, "0 calls"),
            (999, "999 calls"),
            (1_000, "1,000 calls"),
            (1_234_567, "1,234,567 calls"),
        ] {
            assert_eq!(quantity(count, "call"), text);
        }
    }

    #[test]
    fn an_answer_says_who_gave_it_after_how_long() {
        let answer = Answer {
            question: CalculateRequest {
                operand1: 12.0,
                operand2: 3.0,
                operation: Operation::Multiply.into(),
            },
            result: 36.0,
            elapsed: Duration::from_micros(840),
            address: "127.0.0.1:5555".into(),
        };

        assert_eq!(
            format_answer(&answer),
            "12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)"
        );
    }
}
