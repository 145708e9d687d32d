import { assertEquals } from "@std/assert";
import type { LogEntry } from "../../../supervisor/logs/log_file.ts";
import type { LogReader } from "../../../supervisor/logs/log_reader.ts";
import { mergeLogs } from "../../../tasks/control/merge_logs.ts";

/** A log that grows by what is pushed into it. */
function fakeLog(service: string, ...blocks: number[][]) {
  const reader: LogReader = {
    service,
    async *readNew() {
      for (let block; (block = blocks.shift());) {
        yield await Promise.resolve(block.map((ms) => entry(service, ms)));
      }
    },
    [Symbol.dispose]() {},
  };
  return { reader, push: (...times: number[]) => blocks.push(times) };
}

function entry(service: string, ms: number): LogEntry {
  const time = new Date(ms).toISOString();
  return { time, service, stream: "stdout", text: `${ms}` };
}

async function taken(blocks: AsyncGenerator<LogEntry[]>): Promise<string[]> {
  return (await Array.fromAsync(blocks)).flat()
    .map(({ service, text }) => `${service}${text}`);
}

Deno.test("take() merges by time, and keeps the order within a log", async () => {
  const merged = mergeLogs(() => true);
  await merged.add(fakeLog("a", [1, 4], [4, 9]).reader);
  await merged.add(fakeLog("b", [2, 3, 5]).reader);
  await merged.add(fakeLog("c").reader);

  assertEquals(await taken(merged.take()), [
    ...["a1", "b2", "b3", "a4", "a4", "b5", "a9"],
  ]);
  assertEquals(await taken(merged.take()), []);
});

Deno.test("take() holds lines back that others may still precede", async () => {
  const merged = mergeLogs(() => true);
  const [a, b] = [fakeLog("a", [1, 5]), fakeLog("b", [2])];
  await merged.add(a.reader);
  await merged.add(b.reader);

  const first = await taken(merged.take(4));
  b.push(4, 6);
  const second = await taken(merged.take(7));

  assertEquals([first, second], [["a1", "b2"], ["b4", "a5", "b6"]]);
});

Deno.test("take() does not hold back lines from the future, as after the clock was set back", async () => {
  const merged = mergeLogs(() => true);
  const future = Date.now() + 3_600_000;
  await merged.add(fakeLog("a", [future]).reader);

  assertEquals(await taken(merged.take(Date.now())), [`a${future}`]);
});

Deno.test("take() leaves out what is not wanted, whole blocks as well", async () => {
  const merged = mergeLogs(({ text }) => Number(text) > 4);
  await merged.add(fakeLog("a", [1, 2], [3, 4], [5]).reader);

  assertEquals(await taken(merged.take()), ["a5"]);
});

for (
  const [tail, expected] of [
    [0, ["a9"]],
    [2, ["a5", "a7", "a9"]],
    [100, ["a1", "a3", "a5", "a7", "a9"]],
  ] as const
) {
  Deno.test(`add() begins with the last ${tail} wanted lines`, async () => {
    const merged = mergeLogs(({ text }) => Number(text) % 2 === 1);
    const log = fakeLog("a", [1, 2, 3], [4], [5, 6, 7, 8]);

    await merged.add(log.reader, tail);
    log.push(9);

    assertEquals(await taken(merged.take()), [...expected]);
  });
}
