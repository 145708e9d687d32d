//! The calculation itself, with the refusals of the TypeScript server.

use crate::contracts::calculator::{CalculateRequest, Operation};
use crate::format::{format_number, format_question};
use crate::operations::OPERATIONS;

/// Carries out one calculation.
///
/// Returns the nearest double to the result: always finite, and never -0.
///
/// # Errors
///
/// With the reason, for an operation that is not known, an operand that is not
/// finite, a division by zero, and a result beyond the doubles.
pub fn calculate(request: &CalculateRequest) -> Result<f64, String> {
    let CalculateRequest {
        operand1: a,
        operand2: b,
        operation,
    } = *request;
    let operation = known_operation(operation)?;
    if let Some(operand) = [a, b].into_iter().find(|operand| !operand.is_finite()) {
        return Err(format!(
            "Cannot calculate with operand {}: it must be a finite number",
            format_number(operand),
        ));
    }
    if operation == Operation::Divide && b == 0.0 {
        return Err(format!(
            "Cannot divide {}: the divisor is 0",
            format_number(a)
        ));
    }
    let result = match operation {
        Operation::Unspecified => f64::NAN,
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a * b,
        Operation::Divide => a / b,
    };
    if !result.is_finite() {
        return Err(format!(
            "Cannot calculate {}: the result is too large",
            format_question(request),
        ));
    }
    // A sum with 0 turns -0, which nobody expects to read, into 0.
    Ok(result + 0.0)
}

fn known_operation(number: i32) -> Result<Operation, String> {
    let operation = Operation::try_from(number);
    match operation {
        Ok(operation) if OPERATIONS.contains(&operation) => Ok(operation),
        _ => Err(format!(
            "Cannot calculate with operation \"{}\": operations are {}",
            operation.map_or_else(|_| number.to_string(), |each| each.as_str_name().into()),
            OPERATIONS.map(|each| each.as_str_name()).join(", "),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result_of(operand1: f64, operation: Operation, operand2: f64) -> Result<f64, String> {
        calculate(&CalculateRequest {
            operand1,
            operand2,
            operation: operation.into(),
        })
    }

    #[test]
    fn the_four_operations_are_carried_out() {
        for (a, operation, b, result) in [
            (6.0, Operation::Add, 7.0, 13.0),
            (6.0, Operation::Subtract, 7.0, -1.0),
            (6.0, Operation::Multiply, 7.0, 42.0),
            (7.0, Operation::Divide, 2.0, 3.5),
        ] {
            assert_eq!(result_of(a, operation, b), Ok(result));
        }
    }

    #[test]
    fn a_result_is_never_minus_zero() {
        let result = result_of(0.0, Operation::Multiply, -1.0).unwrap();

        assert!(result.is_sign_positive());
    }

    #[test]
    fn what_has_no_answer_is_refused_with_the_reason() {
        for (a, operation, b, reason) in [
            (
                7.0,
                Operation::Divide,
                0.0,
                "Cannot divide 7: the divisor is 0",
            ),
            (
                7.0,
                Operation::Divide,
                -0.0,
                "Cannot divide 7: the divisor is 0",
            ),
            (
                f64::NAN,
                Operation::Add,
                1.0,
                "Cannot calculate with operand NaN: it must be a finite number",
            ),
            (
                1e308,
                Operation::Multiply,
                10.0,
                "Cannot calculate 1e+308 x 10: the result is too large",
            ),
        ] {
            assert_eq!(result_of(a, operation, b), Err(reason.into()));
        }
    }

    #[test]
    fn an_operation_that_is_not_known_is_named() {
        for (operation, name) in [(0, "\"OPERATION_UNSPECIFIED\""), (9, "\"9\"")] {
            let request = CalculateRequest {
                operation,
                ..Default::default()
            };

            assert!(calculate(&request).unwrap_err().contains(name));
        }
    }
}
