//! Work items: events that carry numbers to work on. They are checked and
//! normalised here; rules scores them.

use super::number::double_of;
use super::scanner::{Found, Kind};
use crate::contracts::WorkItem;

/// The type whose events are work items, as JSON.
pub const WORK_TYPE: &str = "\"work\"";

/// Where the parts of a work item stand in an event.
pub const PATHS: [&[&str]; 5] = [
    &["work"],
    &["work", "vectors"],
    &["work", "matrix"],
    &["work", "text"],
    &["work", "iterations"],
];

/// The largest magnitude a number may have, so that no product overflows.
const MAX_MAGNITUDE: f64 = 1e100;
const MAX_SIZE: usize = 1_024;
const MAX_ITERATIONS: f64 = 10_000.0;

/// Reads the work item of an event: scales each vector to Euclidean length 1 and
/// transposes the matrix.
///
/// `found` is what stands at each of [`PATHS`]. Returns why it is none.
pub fn read(line: &[u8], row: u32, found: [&Found; 5]) -> Result<WorkItem, String> {
    let [work, vectors, matrix, text, iterations] = found;
    if !matches!(work.kind, Kind::Object | Kind::Array) {
        return Err("work is missing".into());
    }
    let rows = if matrix.kind == Kind::Array {
        elements(matrix.of(line))
    } else {
        Vec::new()
    };
    let size = rows.len();
    if size == 0 {
        return Err("work.matrix is not a matrix".into());
    }
    if size > MAX_SIZE {
        return Err(format!("work.matrix has over {MAX_SIZE} rows"));
    }
    let Some(matrix) = table(&rows, size) else {
        return Err(
            "work.matrix is not square, or has a number that is not finite or beyond 1e+100".into(),
        );
    };
    let vectors = (vectors.kind == Kind::Array)
        .then(|| table(&elements(vectors.of(line)), size))
        .flatten();
    let Some(mut vectors) = vectors else {
        return Err("work.vectors is not a list of vectors as long as the matrix is wide".into());
    };
    if !matches!(text.kind, Kind::Text | Kind::Escaped) {
        return Err("work.text is not a string".into());
    }
    let rounds = match iterations.kind {
        Kind::Integer | Kind::Number => double_of(iterations.of(line)),
        _ => f64::NAN,
    };
    if rounds.fract() != 0.0 || !(1.0..=MAX_ITERATIONS).contains(&rounds) {
        return Err(format!(
            "work.iterations is not a whole number from 1 to {MAX_ITERATIONS}"
        ));
    }
    vectors.chunks_mut(size).for_each(scale_to_one);
    Ok(WorkItem {
        row,
        size: size as u32,
        vectors,
        matrix: transposed(&matrix, size),
        iterations: rounds as u32,
    })
}

/// Rows of so many numbers each, one after the other; nothing where they are not.
fn table(rows: &[&[u8]], width: usize) -> Option<Vec<f64>> {
    let mut numbers = Vec::with_capacity(rows.len() * width);
    for row in rows {
        if row[0] != b'[' {
            return None;
        }
        let cells = elements(row);
        if cells.len() != width {
            return None;
        }
        for cell in cells {
            if !matches!(cell[0], b'-' | b'0'..=b'9') {
                return None;
            }
            // Here -0 stays what it is.
            let number: f64 = str::from_utf8(cell).ok()?.parse().ok()?;
            if number.abs() > MAX_MAGNITUDE {
                return None;
            }
            numbers.push(number);
        }
    }
    Some(numbers)
}

/// The elements of a valid array, each without white space around it.
fn elements(array: &[u8]) -> Vec<&[u8]> {
    let inside = &array[1..array.len() - 1];
    let mut found = Vec::new();
    let (mut start, mut depth, mut at) = (0, 0_usize, 0);
    while at < inside.len() {
        match inside[at] {
            b'"' => at = closing_quote(inside, at + 1),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                found.push(inside[start..at].trim_ascii());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    let last = inside[start..].trim_ascii();
    if !last.is_empty() {
        found.push(last);
    }
    found
}

fn closing_quote(inside: &[u8], mut at: usize) -> usize {
    while inside[at] != b'"' {
        at += if inside[at] == b'\\' { 2 } else { 1 };
    }
    at
}

fn transposed(matrix: &[f64], size: usize) -> Vec<f64> {
    (0..size)
        .flat_map(|column| matrix.iter().skip(column).step_by(size).copied())
        .collect()
}

/// Scales a vector to length 1 in place.
fn scale_to_one(vector: &mut [f64]) {
    let squares = vector.iter().fold(0.0, |sum, number| sum + number * number);
    let length = squares.sqrt();
    // A vector too short to be measured is left as it is, and counts as zero.
    if length != 0.0 {
        vector.iter_mut().for_each(|number| *number /= length);
    }
}
