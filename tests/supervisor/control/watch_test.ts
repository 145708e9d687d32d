/**
 * Watching, over a supervisor that is made of nothing.
 */

import { assert, assertEquals } from "@std/assert";
import { watchSupervisor } from "../../../supervisor/control/watch.ts";
import { createEventLog } from "../../../supervisor/events/event_log.ts";
import { createOutputListeners } from "../../../supervisor/logs/output_listeners.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";

function quietSupervisor() {
  const outputs = createOutputListeners();
  const events = createEventLog();
  const config = parseConfig(
    "services: { a: { command: [a] }, b: { command: [b] } }",
    { path: "config.yaml" },
  );
  return {
    config,
    events,
    outputs,
    onOutput: outputs.add,
    recentOutput: outputs.recent,
    snapshot: () => [],
    write: (name: string, text: string) =>
      outputs.emit({ name, text, stream: "stdout", timeMs: Date.now() }),
  };
}

Deno.test("watchSupervisor() holds nobody up for a slow reader, and says what he has missed", async () => {
  const supervisor = quietSupervisor();
  const over = new AbortController();
  const updates = watchSupervisor(supervisor, [], over.signal);
  await updates.next();

  const block = `${"x".repeat(99)}\n`.repeat(500);
  await supervisor.write("b", "hi\n");
  for (let count = 0; count < 200; count++) await supervisor.write("a", block);
  supervisor.events.append({ type: "state_renewed", message: "it goes on" });
  over.abort();

  let [lines, lost, quiet, told] = [0, 0, 0, 0];
  let largest = 0;
  for await (const { items } of updates) {
    let chars = 0;
    for (const item of items) {
      if (item.type === "event") told++;
      else if (item.chunk.name === "b") quiet++;
      else {
        lines += item.chunk.text.split("\n").length - 1;
        lost += item.lostLines;
        chars += item.chunk.text.length;
      }
    }
    largest = Math.max(largest, chars);
  }
  assertEquals(lines + lost, 200 * 500);
  assert(lost > 0 && lines * 100 <= 2 ** 21, `${lines} lines, ${lost} lost`);
  assertEquals(quiet, 1);
  assertEquals(told, 1);
  assert(largest <= 2 ** 18, `${largest} characters at once`);
});
