/**
 * A parse stage that runs as a program, between an ingest and a rules stage of
 * the test's own.
 *
 * @module
 */

import {
  type EventBatch,
  type Opening,
  type Position,
  type RawBatch,
  START,
} from "../../proto/pipeline/batches.ts";
import {
  decodeEventBatch,
  encodeEventBatch,
} from "../../proto/pipeline/codec.ts";
import { ParseService, RulesService } from "../../proto/pipeline/contract.ts";
import type { StageReport } from "../../proto/types/pipeline/v1/StageReport.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { duplex, implement } from "../../runtime/rpc/handlers.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { createMeter } from "../../stages/hop/meter.ts";
import { openInlet, receiving } from "../../stages/hop/receiver.ts";
import { openHop } from "../../stages/hop/sender.ts";
import { CHANNEL } from "../../stages/hop/window.ts";
import type { ParseOptions } from "../../stages/parse/parse.ts";
import { freeAddress } from "./free_ports.ts";
import { spawn, type Spawned } from "./spawned.ts";
import { OPENING } from "./stage_server.ts";

/** A batch as it arrives, with memory of its own. */
export function copyOf(batch: EventBatch): EventBatch {
  return decodeEventBatch(Uint8Array.from(encodeEventBatch(batch)));
}

/** A parse stage, and what it is asked to make of batches. */
export interface DrivenParse extends AsyncDisposable {
  readonly process: Spawned;
  /**
   * Sends batches through one stream.
   *
   * @returns What the rules stage has been given, and the stage's report.
   */
  parse(
    options: ParseOptions,
    batches: Iterable<RawBatch>,
    opening?: Partial<Opening>,
  ): Promise<{ results: EventBatch[]; report: StageReport }>;
}

/** How its neighbours write. @default {as the contract of today says} */
export interface Neighbours {
  /** What ingest calls. */
  parse?: typeof ParseService.Parse;
  /** What rules serves. */
  apply?: typeof RulesService.Apply;
}

/** Starts a program as the parse stage of a run, and waits until it serves. */
export async function driveParse(
  program: string,
  args: readonly string[] = [],
  { parse = ParseService.Parse, apply = RulesService.Apply }: Neighbours = {},
): Promise<DrivenParse> {
  let fields: ParseOptions["fields"] = [];
  let from: Position = START;
  let results: EventBatch[] = [];
  const rules = await serve({
    address: "127.0.0.1:0",
    channel: CHANNEL,
    services: {
      "pipeline.v1.RulesService": implement({
        Apply: receiving(apply),
      }, {
        Apply: duplex(async (stream) => {
          const inlet = await openInlet(stream, "rules");
          inlet.resume({ position: from, fields: [...fields] });
          for await (const received of inlet.batches(createMeter("rules"))) {
            results.push(copyOf(received.batch));
            inlet.answer(received);
          }
          inlet.end({ name: "rules" });
        }),
      }),
    },
  });
  const address = freeAddress();
  const process = spawn(program, [
    ...args,
    "parse",
    `--address=${address}`,
    `--next=${rules.address}`,
    "--run=test",
    `--owner=${Deno.pid}`,
  ]);
  await process.stdout.find(/^serves$/);
  const connection = connect(address, { name: "parse", channel: CHANNEL });
  return {
    process,
    async parse({ schema, fields: asked }, batches, opening = {}) {
      [fields, results] = [asked, []];
      const all = [...batches];
      from = all[0]?.begin ?? START;
      const ended = new AbortController();
      const hop = await openHop<RawBatch>({
        connection,
        method: parse,
        opening: {
          begin: START,
          end: START,
          linesOffset: 0,
          lines: new Uint8Array(),
          opening: { ...OPENING, schema, ...opening },
        },
        meter: createMeter("ingest"),
        signal: ended.signal,
      });
      for (const batch of all) await hop.send(batch);
      const { reports } = await hop.finish();
      return { results, report: reports[0]! };
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await process[Symbol.asyncDispose]();
      await rules.stop(0);
    },
  };
}
