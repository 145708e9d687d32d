import type { Schema } from "../../../proto/pipeline/batches.ts";
import { assertEquals, assertRejects } from "@std/assert";
import {
  type Kept,
  type Position,
  START,
} from "../../../proto/pipeline/batches.ts";
import { SinkService } from "../../../proto/pipeline/contract.ts";
import type { Committed__Output } from "../../../proto/types/pipeline/v1/Committed.ts";
import type { ResultBatch } from "../../../proto/types/pipeline/v1/ResultBatch.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import type { Connection } from "../../../runtime/rpc/connect.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import { openHop } from "../../../stages/hop/sender.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { sinkOfFiles } from "../../../stages/sink/sink.ts";
import { sinkService } from "../../../stages/sink/service.ts";
import { OPENING, serveStage } from "../../support/stage_server.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

function at(event: number): Position {
  return { event, offset: event * 2, line: event };
}

/** One reject between two events. */
function rejectAt(event: number): ResultBatch {
  return {
    begin: at(event),
    end: at(event + 1),
    rejects: [{ line: event + 1, stage: "parse", reason: "no" }],
  };
}

function serveSink(folder: TempFolder) {
  return serveStage(
    "SinkService",
    sinkService({
      sink: sinkOfFiles({
        output: folder.file("results"),
        rejects: folder.file("rejects"),
        run: "r1",
      }),
    }),
  );
}

const SCHEMA = builtInSchema(["a", "b"]);

/** The result of a type. */
function resultOf(key: string, count: number) {
  const figures = { count, sum: "1", min: "1", max: "1", avg: 1 };
  return { key: [JSON.stringify(key)], count, values: [figures] };
}

/** Opens a stream to the sink as aggregate does, from what is kept. */
function open(
  connection: Connection,
  { begin = START, kept, schema = SCHEMA, onCommitted = () => {} }: {
    begin?: Position;
    schema?: Schema | null;
    kept?: Kept;
    onCommitted?: (committed: Committed__Output) => void;
  } = {},
) {
  return openHop<ResultBatch>({
    connection,
    method: SinkService.Write,
    opening: {
      opening: { ...OPENING, schema, ...(kept ? { kept } : {}) },
      begin,
      end: begin,
    },
    meter: createMeter("aggregate"),
    signal: new AbortController().signal,
    onCommitted,
  });
}

/** The lines that the file of a folder rejects. */
async function linesIn(folder: TempFolder, name: string): Promise<number[]> {
  const text = await Deno.readTextFile(folder.file(name));
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line).line);
}

Deno.test("sinkService() says what is kept once it is asked to, and goes on with that", async () => {
  await using folder = await tempFolder();
  await using sink = await serveSink(folder);
  const kept = Promise.withResolvers<Committed__Output>();
  const hop = await open(sink, { onCommitted: kept.resolve });
  await hop.send(rejectAt(0));
  await hop.send({ begin: at(1), end: at(1), sync: true });
  const committed = await kept.promise;
  await hop.send(rejectAt(1));
  assertEquals(committed.position, at(1));
  assertEquals(
    committed.kept?.bytes,
    (await Deno.readTextFile(folder.file("rejects.r1.partial"))).indexOf("\n") +
      1,
  );

  const again = await open(sink, { begin: at(1), kept: committed.kept! });
  assertEquals(again.resume.position, at(1));
  assertEquals(await linesIn(folder, "rejects.r1.partial"), [1]);
  await again.send(rejectAt(1));
  await again.send({
    begin: at(2),
    end: at(2),
    outcome: { totals: { events: 2, rejected: 2, filtered: 0 } },
  });
  await again.finish();

  assertEquals(await linesIn(folder, "rejects"), [1, 2]);
  assertEquals(await folder.names(), ["rejects", "results"]);
});

Deno.test("sinkService() lets a newer stream end the one before it", async () => {
  await using folder = await tempFolder();
  await using sink = await serveSink(folder);
  const older = await open(sink);
  await older.send(rejectAt(0));
  await older.send({ begin: at(1), end: at(1), results: [resultOf("a", 1)] });
  const ended = assertRejects(
    () => older.guard(Promise.withResolvers().promise),
    Fault,
  );

  const newer = await open(sink);
  assertEquals((await ended).code, "cancelled");
  await newer.send(rejectAt(0));
  for (const results of [[resultOf("a", 2)], [resultOf("b", 3)]]) {
    await newer.send({ begin: at(1), end: at(1), results });
  }
  await newer.send({
    begin: at(1),
    end: at(1),
    outcome: { totals: { events: 1, rejected: 1, filtered: 0 } },
  });
  await newer.finish();

  assertEquals(await linesIn(folder, "rejects"), [1]);
  const results = await Deno.readTextFile(folder.file("results"));
  assertEquals(
    results.split("\n").filter(Boolean).map((line) => JSON.parse(line).count),
    [2, 3],
  );
});

Deno.test("sinkService() refuses a stream that does not say what its events are", async () => {
  await using folder = await tempFolder();
  await using sink = await serveSink(folder);

  const fault = await assertRejects(() => open(sink, { schema: null }), Fault);

  assertEquals([fault.code, fault.message], [
    "invalid",
    "Cannot write the results: the opening of the stream has no schema",
  ]);
  assertEquals(await folder.names(), []);
});

Deno.test("sinkService() refuses to go on with rejects that are not there", async () => {
  await using folder = await tempFolder();
  await using sink = await serveSink(folder);

  const fault = await assertRejects(
    () => open(sink, { begin: at(1), kept: { bytes: 50, file: "1:2" } }),
    Fault,
  );

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    `Cannot go on with "${
      folder.file("rejects.r1.partial")
    }": it is not the file of this run, of 50 bytes or more`,
  );
  assertEquals(await folder.names(), []);
});
