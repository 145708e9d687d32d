import { assertEquals, assertRejects } from "@std/assert";
import { type Opening, reopen, type Reopened } from "../../broker/reopen.ts";
import { aborted } from "../../runtime/program/abort.ts";
import { Fault, type FaultCode } from "../../runtime/program/errors.ts";

/** Opens one of `streams` after the other; each ends with its fault. */
function opener(...streams: (readonly [string[], FaultCode | undefined])[]) {
  const waits: boolean[] = [];
  async function* open({ waitForReady }: { waitForReady: boolean }) {
    waits.push(waitForReady);
    const [messages, code] = streams.shift()!;
    yield* messages;
    if (code) throw new Fault(code, `ended: ${code}`);
  }
  return { open, waits };
}

/** Reads until so many events have come. */
async function take<Message>(
  events: AsyncGenerator<Reopened<Message>>,
  wanted: number,
) {
  const taken: string[] = [];
  for await (const event of events) {
    taken.push(
      event.kind === "away" ? event.fault.code : String(event.message),
    );
    if (taken.length === wanted) break;
  }
  return taken;
}

const NEVER = new AbortController().signal;

Deno.test("reopen() opens again after a break, and tells of it", async () => {
  const { open } = opener([["1"], "unavailable"], [["2"], "internal"], [
    ["3"],
    undefined,
  ]);

  const events = await take(reopen(open, NEVER), 5);

  assertEquals(events, ["1", "unavailable", "2", "internal", "3"]);
});

Deno.test("reopen() tells again when the reason of a break is another", async () => {
  const { open } = opener(
    [[], "unavailable"],
    [[], "already_exists"],
    [[], "already_exists"],
    [["1"], "already_exists"],
  );

  const events = await take(reopen(open, NEVER), 4);

  assertEquals(events, [
    "unavailable",
    "already_exists",
    "1",
    "already_exists",
  ]);
});

Deno.test("reopen() tells of a long break once, and waits for the broker in it", async () => {
  const { open, waits } = opener(
    [[], "unavailable"],
    [[], "unavailable"],
    [["1"], undefined],
  );

  const events = await take(reopen(open, NEVER), 2);

  assertEquals(events, ["unavailable", "1"]);
  assertEquals(waits, [false, true, true]);
});

Deno.test("reopen() tells of a broker that is back, and of another mind about TLS", async () => {
  const plain = "Cannot reach it: it speaks no TLS, and this program does";
  const dead = "Cannot reach it: connect ECONNREFUSED";
  const faults = [dead, plain, dead, plain];
  async function* open({ waitForReady, patience }: Opening) {
    // As grpc-js does: it waits while there is no connection, whatever the reason.
    if (waitForReady && faults.length > 0) {
      await aborted(patience);
      throw new Fault("cancelled", "given up");
    }
    const message = faults.shift();
    if (message) throw new Fault("unavailable", message);
    yield "1";
  }
  const told: string[] = [];
  const events = reopen(open, NEVER, { lookAgainMs: 1 });

  for await (const event of events) {
    told.push(event.kind === "away" ? event.fault.message : event.message);
    if (event.kind === "message") break;
  }

  assertEquals(told, [dead, plain, "1"]);
});

Deno.test("reopen() takes a stream that ends in order for a break", async () => {
  const { open } = opener([["1"], undefined], [["2"], undefined]);

  const events = await take(reopen(open, NEVER), 3);

  assertEquals(events, ["1", "unavailable", "2"]);
});

Deno.test("reopen() gives up when another try would not help", async () => {
  const { open } = opener([["1"], "invalid"]);

  const fault = await assertRejects(() => take(reopen(open, NEVER), 2), Fault);

  assertEquals(fault.code, "invalid");
});

Deno.test("reopen() ends without a word when it is told to", async () => {
  const stop = new AbortController();
  const { open } = opener([["1"], "cancelled"]);
  const events = reopen(open, stop.signal);
  await events.next();

  stop.abort();
  const { done } = await events.next();

  assertEquals(done, true);
});
