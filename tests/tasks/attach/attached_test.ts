import { assert, assertEquals } from "@std/assert";
import type { WatchUpdate } from "../../../supervisor/control/client.ts";
import type { SupervisorEvent } from "../../../supervisor/events/event.ts";
import { attachTo } from "../../../tasks/attach/attached.ts";

/** Attaches to a supervisor that tells this and ends; returns what a view hears. */
async function heard(updates: readonly WatchUpdate[]) {
  const told: string[] = [];
  const attached = attachTo({
    async *watch() {
      yield* updates;
    },
  }, []);
  await using _hearing = attached.hear({
    output: ({ name, text }) => void told.push(`${name} | ${text.trimEnd()}`),
    event: ({ message }) => void told.push(message),
  });
  await attached.follow(new AbortController().signal);
  return { told, attached };
}

const output = (name: string, text: string, lostLines = 0) => ({
  type: "output" as const,
  chunk: { name, text: `${text}\n`, stream: "stdout" as const, timeMs: 0 },
  lostLines,
});
const event = (sequence: number, event: Partial<SupervisorEvent>) => ({
  type: "event" as const,
  event: {
    type: "state_renewed",
    sequence,
    timeMs: 0,
    message: `event ${sequence}`,
    ...event,
  } as SupervisorEvent,
});

Deno.test("attachTo() tells of everything in order, and of no event twice", async () => {
  const { told } = await heard([
    { items: [event(1, {}), output("a", "1")] },
    { items: [event(1, {}), event(2, {}), output("a", "2")] },
  ]);

  assertEquals(told, ["event 1", "a | 1", "event 2", "a | 2"]);
});

Deno.test("attachTo() says how many lines are missing, but not at each of them", async () => {
  const { told } = await heard([{
    items: [
      output("flood", "1", 1_000),
      output("flood", "2", 500),
      output("quiet", "hi"),
      output("flood", "3", 40),
    ],
  }]);

  const words =
    "dropped: they came faster than they were read; the log has them";
  assertEquals(told, [
    `1,000 lines ${words}`,
    "flood | 1",
    "flood | 2",
    "quiet | hi",
    "flood | 3",
    `540 lines ${words}`,
  ]);
});

Deno.test("attachTo() knows how services are, and when everything is stopped", async () => {
  const service = {
    name: "a",
    service: "a",
    status: "running" as const,
    restarts: 0,
    detail: "",
    uptimeMs: 5_000,
  };
  const { attached } = await heard([
    { items: [], services: [service] },
    { items: [event(1, { type: "supervisor_stopping" })] },
  ]);

  const [seen] = attached.snapshot();
  assertEquals(seen?.status, "running");
  assert(seen!.uptimeMs! >= 5_000);
  assertEquals(attached.stopping.reason, "event 1");
});
