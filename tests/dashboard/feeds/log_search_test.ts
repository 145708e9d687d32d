import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  createLogBuffer,
  type LogBufferOptions,
} from "../../../dashboard/feeds/log_buffer.ts";
import {
  type LogQuery,
  searchLog,
} from "../../../dashboard/feeds/log_search.ts";
import { UsageError } from "../../../runtime/program/errors.ts";

/** A buffer of lines: the line `n` is written at the time `n`. */
function bufferOf(lines: readonly string[], options?: LogBufferOptions) {
  const buffer = createLogBuffer(options);
  for (const [timeMs, line] of lines.entries()) {
    const [name, text] = line.split(": ") as [string, string];
    buffer.add({ name, stream: "stdout", text: `${text}\n`, timeMs });
  }
  return buffer;
}

const BUFFER = bufferOf([
  "a: Started",
  "b: started too",
  "a: error 12, no",
  "a: (done)",
  "b: ERROR 7",
]);
const TEN = bufferOf(Array.from({ length: 10 }, (_, n) => `a: line ${n}`));

/** The numbers of the lines that are found. */
async function found(query: LogQuery, buffer = BUFFER): Promise<number[]> {
  return (await searchLog(buffer, query)).lines.map(({ n }) => n);
}

/** The same, with whether there are others before and after them. */
async function page(query: LogQuery, buffer = TEN) {
  const { lines, before, after } = await searchLog(buffer, query);
  return { lines: lines.map(({ n }) => n), before, after };
}

Deno.test("searchLog() gives all lines in the order they came, and where the log begins and ends", async () => {
  const { lines, ...where } = await searchLog(BUFFER, {});

  assertEquals(lines.map(({ n }) => n), [0, 1, 2, 3, 4]);
  assertEquals(where, { first: 0, next: 5, before: false, after: false });
});

Deno.test("searchLog() finds nothing in an empty log", async () => {
  assertEquals(await searchLog(createLogBuffer(), { search: "x" }), {
    lines: [],
    first: 0,
    next: 0,
    before: false,
    after: false,
  });
});

Deno.test("searchLog() finds the lines of those who are asked for", async () => {
  assertEquals(
    [
      await found({ names: ["b"] }),
      await found({ names: ["a", "b"] }),
      await found({ names: [] }),
      await found({ names: ["c"] }),
    ],
    [[1, 4], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4], []],
  );
});

Deno.test("searchLog() finds text in capitals or not, as it stands", async () => {
  assertEquals(
    [
      await found({ search: "STARTED" }),
      await found({ search: "error" }),
      await found({ search: "(done)" }),
      await found({ search: "err.r" }),
      await found({ search: "" }),
    ],
    [[0, 1], [2, 4], [3], [], [0, 1, 2, 3, 4]],
  );
});

Deno.test("searchLog() finds a pattern, for which capitals count", async () => {
  const pattern = (search: string) => found({ search, regexp: true });

  assertEquals(
    [
      await pattern("err.r \\d+"),
      await pattern("(?i)err.r \\d+$"),
      await pattern("^[Ss]tarted$"),
      await pattern("\\(done\\)"),
      await pattern(""),
    ],
    [[2], [4], [0], [3], [0, 1, 2, 3, 4]],
  );
});

Deno.test("searchLog() says in words what is wrong with a pattern", async () => {
  const reason = async (search: string) =>
    (await assertRejects(
      () => searchLog(BUFFER, { search, regexp: true }),
      UsageError,
    )).message;

  assertMatch(await reason("(a"), /^Cannot search the log for "\(a": \w/);
  assertMatch(await reason("a**"), /^Cannot search the log for "a\*\*": \w/);
  // What would need to try all ways is no part of the language.
  assertMatch(await reason("(a)\\1"), /^Cannot search the log for /);
  assertMatch(
    await reason("x".repeat(501)),
    /^Cannot search the log for "x{500}"…: a pattern may have 500 characters$/,
  );
});

Deno.test("searchLog() takes text that would be a wrong pattern", async () => {
  assertEquals(await found({ search: "(don" }), [3]);
});

Deno.test("searchLog() is not held up by a pattern that others try for ever", async () => {
  const buffer = bufferOf([`a: ${"a".repeat(5_000)}!`, "a: aaa"]);

  assertEquals(await found({ search: "^(a+)+$", regexp: true }, buffer), [1]);
});

Deno.test("searchLog() finds lines from a time on", async () => {
  assertEquals(
    [
      await found({ sinceMs: 3 }),
      await found({ sinceMs: 3, names: ["b"] }),
      await found({ sinceMs: 5 }),
      await found({ sinceMs: -1 }),
    ],
    [[3, 4], [4], [], [0, 1, 2, 3, 4]],
  );
});

Deno.test("searchLog() gives the last lines where there are too many", async () => {
  assertEquals(await page({ limit: 3 }), {
    lines: [7, 8, 9],
    before: true,
    after: false,
  });
  assertEquals(await page({ limit: 10 }), {
    lines: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    before: false,
    after: false,
  });
});

Deno.test("searchLog() gives the last lines before one, and the first after one", async () => {
  assertEquals(
    [
      await page({ before: 7, limit: 3 }),
      await page({ before: 3, limit: 3 }),
      await page({ before: 0 }),
      await page({ after: 2, limit: 3 }),
      await page({ after: 6, limit: 3 }),
      await page({ after: 9 }),
      await page({ after: -1, limit: 1 }),
    ],
    [
      { lines: [4, 5, 6], before: true, after: true },
      { lines: [0, 1, 2], before: false, after: true },
      { lines: [], before: false, after: true },
      { lines: [3, 4, 5], before: true, after: true },
      { lines: [7, 8, 9], before: true, after: false },
      { lines: [], before: true, after: false },
      { lines: [0], before: false, after: true },
    ],
  );
});

Deno.test("searchLog() says of others only what the query asks for", async () => {
  assertEquals(await page({ search: "line 4" }), {
    lines: [4],
    before: false,
    after: false,
  });
  assertEquals(await page({ search: "line", before: 5, after: 1, limit: 9 }), {
    lines: [2, 3, 4],
    before: true,
    after: true,
  });
});

Deno.test("searchLog() pages through all that it finds, in both directions", async () => {
  const buffer = bufferOf(
    Array.from({ length: 50 }, (_, n) => `${n % 3 ? "a" : "b"}: line ${n}`),
  );
  const wanted = await found({ names: ["b"] }, buffer);
  const forward: number[] = [];
  const backward: number[] = [];

  let isMore = true;
  while (isMore) {
    const after = forward.at(-1) ?? -1;
    const next = await page({ names: ["b"], after, limit: 4 }, buffer);
    forward.push(...next.lines);
    isMore = next.after;
  }
  isMore = true;
  while (isMore) {
    const before = backward[0] ?? 50;
    const next = await page({ names: ["b"], before, limit: 4 }, buffer);
    backward.unshift(...next.lines);
    isMore = next.before;
  }

  assertEquals([forward, backward], [wanted, wanted]);
});

Deno.test("searchLog() begins with the oldest line that is kept", async () => {
  const buffer = bufferOf(
    Array.from({ length: 10 }, (_, n) => `a: line ${n}`),
    { maxLines: 4 },
  );

  const { lines, first, next } = await searchLog(buffer, { after: 1 });

  assertEquals([lines.map(({ n }) => n), first, next], [[6, 7, 8, 9], 6, 10]);
  assertEquals(await page({ before: 3 }, buffer), {
    lines: [],
    before: false,
    after: true,
  });
});

Deno.test("searchLog() gives no more of long lines than a page has", async () => {
  const buffer = bufferOf(
    Array.from({ length: 200 }, () => `a: ${"x".repeat(8_000)}`),
  );

  const { lines, before } = await searchLog(buffer, {});

  assertEquals([lines.length, before], [132, true]);
});

Deno.test("searchLog() lets others go on, and lines that are dropped meanwhile are not given", async () => {
  const buffer = bufferOf(
    Array.from({ length: 10 }, (_, n) => `a: line ${n}`),
    { maxLines: 10 },
  );

  const searching = searchLog(
    buffer,
    { search: "line", regexp: true, after: -1 },
    { sliceMs: 0 },
  );
  // It has not looked at any line yet: all of them go.
  buffer.add({
    name: "a",
    stream: "stdout",
    text: "other\n".repeat(10),
    timeMs: 0,
  });

  assertEquals((await searching).lines, []);
});

Deno.test("searchLog() looks no longer for lines after one that will never be", async () => {
  const options = { maxMs: 1_000 };
  const { lines, before, after } = await searchLog(
    TEN,
    { after: Number.MAX_SAFE_INTEGER - 1 },
    options,
  );

  assertEquals([lines, before, after], [[], true, false]);
});

Deno.test("searchLog() gives up what takes too long, in words", async () => {
  const { message } = await assertRejects(
    () =>
      searchLog(TEN, { search: "line", regexp: true }, {
        maxMs: -1,
        sliceMs: 0,
      }),
    UsageError,
  );

  assertEquals(
    message,
    'Cannot search the log: "line" takes too long; make it simpler, or choose one service',
  );
});
