/**
 * Writes numbered lines to standard output as fast as they are taken:
 *
 *   deno run tasks/bench/floods_stdout.ts 1000000
 *
 * Each is 100 bytes long with its line end, so a million are 100 MB.
 *
 * @module
 */

const lines = Number(Deno.args[0]);
const LINE_BYTES = 100;
const LINES_AT_ONCE = 1_000;
const encoder = new TextEncoder();
const filling = "x".repeat(LINE_BYTES);

for (let line = 0; line < lines; line += LINES_AT_ONCE) {
  const block = Array.from(
    { length: Math.min(LINES_AT_ONCE, lines - line) },
    (_, index) => `${line + index} ${filling}`.slice(0, LINE_BYTES - 1) + "\n",
  );
  const bytes = encoder.encode(block.join(""));
  for (let start = 0; start < bytes.length;) {
    start += await Deno.stdout.write(bytes.subarray(start));
  }
}
