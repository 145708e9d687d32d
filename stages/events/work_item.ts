/**
 * Work items: events that carry numbers to work on.
 *
 * parse checks and normalises them, rules scores them. They exist to give the
 * pipeline something that costs CPU time, as a real step would.
 *
 * @module
 */

import type { WorkItem } from "../../proto/pipeline/batches.ts";

/** The event type whose events are work items. */
export const WORK_TYPE = "work";

/** The largest magnitude a number may have, so that no product overflows. */
const MAX_MAGNITUDE = 1e100;
const MAX_SIZE = 1_024;
const MAX_ITERATIONS = 10_000;

/**
 * Reads the `work` of an event: scales each vector to Euclidean length 1 and
 * transposes the matrix.
 *
 * @param work The value of the event's `work`.
 * @param row The event's row in its batch.
 * @returns The work item, or why it is none.
 */
export function readWorkItem(work: unknown, row: number): WorkItem | string {
  if (typeof work !== "object" || work === null) return "work is missing";
  const { vectors, matrix, text, iterations } = work as Record<string, unknown>;
  if (!Array.isArray(matrix) || matrix.length === 0) {
    return "work.matrix is not a matrix";
  }
  const size = matrix.length;
  if (size > MAX_SIZE) return `work.matrix has over ${MAX_SIZE} rows`;
  if (!isTable(matrix, size)) {
    return `work.matrix is not square, or has a number that is not finite or beyond ${MAX_MAGNITUDE}`;
  }
  if (!Array.isArray(vectors) || !isTable(vectors, size)) {
    return "work.vectors is not a list of vectors as long as the matrix is wide";
  }
  if (typeof text !== "string") return "work.text is not a string";
  if (
    typeof iterations !== "number" || !Number.isInteger(iterations) ||
    iterations < 1 || iterations > MAX_ITERATIONS
  ) {
    return `work.iterations is not a whole number from 1 to ${MAX_ITERATIONS}`;
  }
  return {
    row,
    size,
    vectors: normalise(vectors, size),
    matrix: transpose(matrix, size),
    iterations,
  };
}

/**
 * Scores a work item: the dominant eigenvalue of its matrix by power iteration
 * (see Golub and Van Loan, "Matrix Computations", section 7.3), starting from
 * the sum of its vectors.
 */
export function score({ size, vectors, matrix, iterations }: WorkItem): number {
  let vector = new Float64Array(size);
  for (let at = 0; at < vectors.length; at++) {
    vector[at % size]! += vectors[at]!;
  }
  if (scaleToOne(vector) === 0) vector.fill(1 / Math.sqrt(size));
  let product = new Float64Array(size);
  let eigenvalue = 0;
  for (let round = 0; round < iterations; round++) {
    eigenvalue = 0;
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let column = 0; column < size; column++) {
        sum += matrix[row * size + column]! * vector[column]!;
      }
      product[row] = sum;
      eigenvalue += sum * vector[row]!;
    }
    if (scaleToOne(product) === 0) return 0;
    [vector, product] = [product, vector];
  }
  return eigenvalue;
}

function isTable(rows: unknown[], width: number): rows is number[][] {
  return rows.every((row) =>
    Array.isArray(row) && row.length === width &&
    row.every((number) =>
      typeof number === "number" && Math.abs(number) <= MAX_MAGNITUDE
    )
  );
}

function normalise(vectors: number[][], size: number): Float64Array {
  const flat = new Float64Array(vectors.length * size);
  vectors.forEach((vector, index) => {
    flat.set(vector, index * size);
    scaleToOne(flat.subarray(index * size, (index + 1) * size));
  });
  return flat;
}

function transpose(matrix: number[][], size: number): Float64Array {
  const flat = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      flat[column * size + row] = matrix[row]![column]!;
    }
  }
  return flat;
}

/** Scales a vector to length 1 in place; returns the length it had. */
function scaleToOne(vector: Float64Array): number {
  let squares = 0;
  for (const number of vector) squares += number * number;
  const length = Math.sqrt(squares);
  // A vector too short to be measured is left as it is, and counts as zero.
  if (length === 0) return 0;
  for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  return length;
}
