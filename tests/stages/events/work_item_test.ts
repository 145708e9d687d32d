import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { WorkItem } from "../../../proto/pipeline/batches.ts";
import { readWorkItem, score } from "../../../stages/events/work_item.ts";

const GOOD = {
  vectors: [[3, 4], [0, 0]],
  matrix: [[1, 2], [3, 4]],
  text: "the quick brown fox",
  iterations: 3,
};

Deno.test("readWorkItem() scales the vectors to length 1 and transposes the matrix", () => {
  const item = readWorkItem(GOOD, 7);

  assertEquals<unknown>(item, {
    row: 7,
    size: 2,
    vectors: Float64Array.of(0.6, 0.8, 0, 0),
    matrix: Float64Array.of(1, 3, 2, 4),
    iterations: 3,
  });
});

const MATRIX =
  "work.matrix is not square, or has a number that is not finite or beyond 1e+100";
const VECTORS =
  "work.vectors is not a list of vectors as long as the matrix is wide";
const ITERATIONS = "work.iterations is not a whole number from 1 to 10000";

const REFUSED: [work: unknown, reason: string][] = [
  [undefined, "work is missing"],
  [null, "work is missing"],
  ["work", "work is missing"],
  [{}, "work.matrix is not a matrix"],
  [{ ...GOOD, matrix: [] }, "work.matrix is not a matrix"],
  [{ ...GOOD, matrix: { length: 2 } }, "work.matrix is not a matrix"],
  [{ ...GOOD, matrix: [[1, 2]] }, MATRIX],
  [{ ...GOOD, matrix: [[1, 2], [3]] }, MATRIX],
  [{ ...GOOD, matrix: [[1, 2], "34"] }, MATRIX],
  [{ ...GOOD, matrix: [[1, 2], [3, "4"]] }, MATRIX],
  [{ ...GOOD, matrix: [[1, 2], [3, null]] }, MATRIX],
  [{ ...GOOD, matrix: [[1, 2], [3, Infinity]] }, MATRIX],
  [{ ...GOOD, matrix: [[1, 2], [3, -1.1e100]] }, MATRIX],
  [
    { ...GOOD, matrix: Array(1_025).fill([]) },
    "work.matrix has over 1024 rows",
  ],
  [{ ...GOOD, vectors: undefined }, VECTORS],
  [{ ...GOOD, vectors: [[1, 2, 3]] }, VECTORS],
  [{ ...GOOD, vectors: [1, 2] }, VECTORS],
  [{ ...GOOD, text: 5 }, "work.text is not a string"],
  [{ ...GOOD, iterations: 0 }, ITERATIONS],
  [{ ...GOOD, iterations: 1.5 }, ITERATIONS],
  [{ ...GOOD, iterations: "3" }, ITERATIONS],
  [{ ...GOOD, iterations: 10_001 }, ITERATIONS],
];

for (const [index, [work, reason]] of REFUSED.entries()) {
  Deno.test(`readWorkItem() refuses ${index}: ${reason}`, () => {
    assertEquals(readWorkItem(work, 0), reason);
  });
}

function item(matrix: number[][], vectors: number[][], iterations = 200) {
  const read = readWorkItem({ matrix, vectors, text: "", iterations }, 0);
  assert(typeof read !== "string", String(read));
  return read;
}

const SCORES: Record<string, [item: WorkItem, score: number]> = {
  "of a diagonal matrix": [item([[2, 0], [0, 5]], [[1, 1]]), 5],
  "of a symmetric matrix": [item([[2, 1], [1, 2]], [[1, 0]]), 3],
  "of a negative eigenvalue": [item([[-4, 0], [0, 1]], [[1, 1]]), -4],
  "of a matrix of one number": [item([[7]], [[1]]), 7],
  "without vectors": [item([[2, 1], [1, 2]], []), 3],
  "of vectors of length 0": [item([[2, 1], [1, 2]], [[0, 0]]), 3],
  "of vectors that cancel out": [item([[2, 1], [1, 2]], [[1, 0], [-1, 0]]), 3],
  "of a matrix of zeros": [item([[0, 0], [0, 0]], [[1, 1]]), 0],
  "of a matrix that leads to zero": [item([[0, 1], [0, 0]], [[1, 0]]), 0],
};

for (const [name, [work, expected]] of Object.entries(SCORES)) {
  Deno.test(`score() is the dominant eigenvalue ${name}`, () => {
    assertAlmostEquals(score(work), expected, 1e-9);
  });
}

Deno.test("score() is finite whatever the numbers", () => {
  const number = fc.double({ min: -1e100, max: 1e100, noNaN: true });
  const work = fc.integer({ min: 1, max: 4 }).chain((size) => {
    const row = fc.array(number, { minLength: size, maxLength: size });
    return fc.record({
      matrix: fc.array(row, { minLength: size, maxLength: size }),
      vectors: fc.array(row, { maxLength: 3 }),
      iterations: fc.integer({ min: 1, max: 20 }),
    });
  });
  fc.assert(fc.property(work, ({ matrix, vectors, iterations }) => {
    assert(Number.isFinite(score(item(matrix, vectors, iterations))));
  }));
});
