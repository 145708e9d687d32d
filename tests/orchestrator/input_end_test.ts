import { assertEquals } from "@std/assert";
import { createInputEnd } from "../../orchestrator/input_end.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";

/** An ingest stage that answers as the list says: an offset, or not at all. */
function ingestThat(answers: (number | undefined)[]) {
  const asked: unknown[] = [];
  const unary = (_method: unknown, request: unknown) => {
    asked.push(request);
    const offset = answers.shift();
    return offset === undefined
      ? Promise.reject(new Fault("unavailable", "it is dead"))
      : Promise.resolve({ offset });
  };
  return { unary: unary as Connection["unary"], asked };
}

Deno.test("createInputEnd() asks once the run is to end, until ingest answers, and says so from then on", async () => {
  const finish = new AbortController();
  const over = new AbortController();
  const end = createInputEnd(finish.signal);
  const ingest = ingestThat([undefined, 70]);
  end.sent(40);
  end.sent(30);
  const asking = end.ask(ingest, "r", over.signal);

  assertEquals({ offset: end.offset, asked: ingest.asked }, {
    offset: undefined,
    asked: [],
  });
  finish.abort();
  // What was sent, as long as nothing better is known.
  assertEquals(end.offset, 40);
  await asking;
  assertEquals({ offset: end.offset, asked: ingest.asked }, {
    offset: 70,
    asked: [{ run: "r" }, { run: "r" }],
  });
});

Deno.test("createInputEnd() asks nobody whose run is over", async () => {
  const finish = new AbortController();
  const over = new AbortController();
  const end = createInputEnd(finish.signal);
  const ingest = ingestThat([70]);
  const asking = end.ask(ingest, "r", over.signal);

  over.abort();
  await asking;
  finish.abort();

  assertEquals({ offset: end.offset, asked: ingest.asked }, {
    offset: 0,
    asked: [],
  });
});
