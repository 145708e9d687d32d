import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { MethodDefinition } from "@grpc/proto-loader";
import { Metadata } from "@grpc/grpc-js";
import { loadService } from "../../../proto/contract.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";
import {
  clientStream,
  type Handler,
  implement,
} from "../../../runtime/rpc/handlers.ts";
import { serve } from "../../../runtime/rpc/serve.ts";

interface Part {
  text: string;
}
interface Whole {
  text: string;
  parts: number;
}

const NAME = "join.v1.Join";
const Join = loadService<{
  Join: MethodDefinition<Part, Whole, Part, Whole>;
}>(
  NAME,
  `
  syntax = "proto3";
  package join.v1;
  service Join { rpc Join(stream Part) returns (Whole); }
  message Part { string text = 1; }
  message Whole { string text = 1; int32 parts = 2; }`,
);

/** Calls a handler of Join. */
async function withJoin(
  handler: Handler<Part, Whole>,
  act: (join: Connection) => Promise<void>,
): Promise<void> {
  const served = await serve({
    address: "127.0.0.1:0",
    services: { [NAME]: implement(Join, { Join: handler }) },
  });
  const join = connect(served.address);
  try {
    await act(join);
  } finally {
    join.close();
    await served.stop();
  }
}

const joining = clientStream<Part, Whole>(async (requests, { metadata }) => {
  const [between = ""] = metadata.get("between");
  const texts: string[] = [];
  for await (const { text } of requests) texts.push(text);
  return { text: texts.join(String(between)), parts: texts.length };
});

function* parts(count: number, text = "x"): Generator<Part> {
  for (let at = 0; at < count; at++) yield { text };
}

Deno.test("clientStream() sends many messages and metadata, and returns one", () =>
  withJoin(joining, async (join) => {
    const metadata = new Metadata();
    metadata.set("between", "-");

    const few = await join.clientStream(Join.Join, parts(3), { metadata });
    assertEquals(few, { text: "x-x-x", parts: 3 });
    assertEquals((await join.clientStream(Join.Join, [])).parts, 0);
    // More than any buffer holds.
    const long = parts(3_000, "y".repeat(1_000));
    assertEquals((await join.clientStream(Join.Join, long)).parts, 3_000);
  }));

Deno.test("clientStream() may answer, or refuse, before all has come", async () => {
  let given = 0;
  const endless = function* () {
    for (;;) yield { text: `${given++}`.padEnd(1_000) };
  };
  const first = clientStream<Part, Whole>(async (requests) => {
    for await (const { text } of requests) {
      if (text.startsWith("refuse")) throw new Fault("invalid", "Cannot: no");
      return { text: text.trim(), parts: 1 };
    }
    return { text: "", parts: 0 };
  });
  await withJoin(first, async (join) => {
    assertEquals(await join.clientStream(Join.Join, endless()), {
      text: "0",
      parts: 1,
    });
    const error = await assertRejects(
      () => join.clientStream(Join.Join, parts(2, "refuse")),
      Fault,
      "Cannot: no",
    );
    assertEquals(error.code, "invalid");
  });
});

Deno.test("clientStream() ends with its caller: by its signal, its deadline or its own failure", async () => {
  const ended: string[] = [];
  const waiting = clientStream<Part, Whole>(async (requests) => {
    try {
      for await (const _ of requests);
      return { text: "", parts: 0 };
    } catch (error) {
      ended.push(error instanceof Fault ? error.code : String(error));
      throw error;
    }
  });
  await withJoin(waiting, async (join) => {
    const stop = new AbortController();
    async function* open() {
      yield { text: "a" };
      await new Promise(() => {});
    }
    async function* failing() {
      yield { text: "a" };
      await Promise.resolve();
      throw new RangeError("no more");
    }
    const codeOf = async (call: Promise<unknown>) =>
      (await assertRejects(() => call, Fault)).code;

    const aborted = codeOf(
      join.clientStream(Join.Join, open(), { signal: stop.signal }),
    );
    stop.abort();
    assertEquals(await aborted, "cancelled");
    assertEquals(
      await codeOf(
        join.clientStream(Join.Join, open(), { deadlineMs: 50 }),
      ),
      "timed_out",
    );
    await assertRejects(
      () => join.clientStream(Join.Join, failing()),
      RangeError,
      "no more",
    );
  });
});

Deno.test("loadService() names the services that there are", () => {
  assertThrows(
    () =>
      loadService(
        "a.Sevice",
        'syntax = "proto3"; package a; service Service {} message M {}',
      ),
    TypeError,
    'Cannot load service "a.Sevice": the contract has a.Service',
  );
});
