//! The four operations: their symbols and their arithmetic.

use crate::contracts::calculator::Operation;

/// All operations, in the order of the contract.
pub const OPERATIONS: [Operation; 4] = [
    Operation::Add,
    Operation::Subtract,
    Operation::Multiply,
    Operation::Divide,
];

/// The symbol that an operation is printed as.
pub fn symbol_of(operation: Operation) -> &'static str {
    match operation {
        Operation::Unspecified => "?",
        Operation::Add => "+",
        Operation::Subtract => "-",
        Operation::Multiply => "x",
        Operation::Divide => "/",
    }
}
