/**
 * Programs of the last release run beside those of today, each of them next to
 * the other: docs/changelog.md promises it.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Buffer } from "node:buffer";
import { listServices } from "../../broker/client.ts";
import { ParseService, RulesService } from "../../proto/pipeline/contract.ts";
import PIPELINE_PROTO from "../../proto/pipeline/v1/pipeline.proto" with {
  type: "text",
};
import { Fault } from "../../runtime/program/errors.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { PROTOCOL } from "../../stages/hop/opening.ts";
import { STAGES } from "../../stages/names.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";
import { readAnswers } from "../support/built_clients.ts";
import {
  startBroker,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { driveParse } from "../support/driven_parse.ts";
import { toLater } from "../support/later_contract.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import { rawBatch } from "../support/raw_batch.ts";
import {
  type Release,
  unpackRelease,
  writeStages,
} from "../support/released.ts";
import {
  assertNothingLeft,
  ended,
  runFolder,
  startRun,
} from "../support/runs.ts";

let release: Release;
let prepared: Prepared;
Deno.test.beforeAll(async () => {
  [release, prepared] = await Promise.all([
    unpackRelease(),
    prepareInput(4_000),
  ]);
});
Deno.test.afterAll(async () => {
  await prepared[Symbol.asyncDispose]();
  await release[Symbol.asyncDispose]();
});

const TODAY = `${PROJECT}/`;

/** A run in which stages of two states take part. */
interface MixedRun {
  /** Where the orchestrator is. */
  engine: string;
  /** Where the stages are that it takes instead of its own. */
  others: string;
  /** Those of them that are there from the beginning. */
  first: readonly string[];
  /** What is exchanged in mid-run. */
  swaps: readonly string[];
}

/** Runs half of the input, then the exchanges, then the other half. */
async function runMixed(
  { engine, others, first, swaps }: MixedRun,
): Promise<void> {
  await using folder = await runFolder();
  const stages = release.file("others.json");
  await writeStages(stages, { root: others, variant: "other" });
  const times = swaps.map((swap) => swap.replace("@", "@1ms"));
  await using run = startRun("pipeline", folder, [
    "--input=-",
    `--stages=${stages}`,
    ...first.map((stage) => `--stage=${stage}=other`),
    ...times.map((swap) => `--swap=${swap}`),
  ], {
    main: `${engine}main.ts`,
    stdin: "piped",
    env: { INIT_CWD: folder.path },
  });
  const lines = await Deno.readFile(prepared.input);
  const half = Math.floor(lines.length / 2);
  const writer = run.stdin!.getWriter();
  await writer.write(lines.subarray(0, half));
  for (const _ of swaps) await run.stderr.find(/^Swapped /);
  await writer.write(lines.subarray(half));
  await writer.close();
  const { code, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  assertEquals({
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  }, prepared.right);
  await assertNothingLeft({ ...run, folder });
}

Deno.test("today's orchestrator runs released ingest, rules and sink between today's stages, and exchanges one of today's for a released one", async () => {
  await runMixed({
    engine: TODAY,
    others: release.root,
    first: ["ingest", "rules", "sink"],
    swaps: ["aggregate@:other"],
  });
});

Deno.test("today's orchestrator runs released parse and aggregate between today's stages, and exchanges one for today's", async () => {
  await runMixed({
    engine: TODAY,
    others: release.root,
    first: ["parse", "aggregate"],
    swaps: ["aggregate@:default"],
  });
});

Deno.test("the released orchestrator runs today's stages, and exchanges one for its own", async () => {
  await runMixed({
    engine: release.root,
    others: TODAY,
    first: STAGES,
    swaps: ["parse@:default"],
  });
});

Deno.test("a released stage ignores what a later contract has, and refuses a later protocol in words", async () => {
  const later = (message: string, encode: (value: never) => Buffer) => {
    const add = toLater(PIPELINE_PROTO, `pipeline.v1.${message}`);
    return (value: unknown) => add(encode(value as never)) as Buffer;
  };
  const { Parse } = ParseService;
  const { Apply } = RulesService;
  await using stage = await driveParse(Deno.execPath(), [
    ...["run", "-A", "--cached-only", release.file("stages/main.ts")],
  ], {
    parse: {
      ...Parse,
      requestSerialize: later("RawBatch", Parse.requestSerialize),
    },
    apply: {
      ...Apply,
      responseSerialize: later("Receipt", Apply.responseSerialize),
    },
  });
  const line = "?\n" +
    '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}\n';
  const asked = { schema: builtInSchema(["click"]), fields: [] };
  const parse = (protocol: number) =>
    stage.parse(asked, [rawBatch(line)], { protocol });

  const { results, report } = await parse(PROTOCOL);
  const refused = await assertRejects(() => parse(PROTOCOL + 1), Fault);

  assertEquals(results.map(({ rows, rejects }) => [rows, rejects.length]), [
    [1, 1],
  ]);
  assertEquals([report.name, report.eventsIn], ["parse", 2]);
  assertEquals(refused.code, "failed_precondition");
  assert(
    refused.message.includes(
      `it speaks version ${
        PROTOCOL + 1
      } of the protocol, and stage "parse" knows version`,
    ),
    refused.message,
  );
});

for (
  const [name, ofBroker, ofServer] of [
    ["the released broker knows today's server", () => release.root, () => ""],
    ["today's broker knows the released server", () => "", () => release.root],
  ] as const
) {
  Deno.test(`${name}, and clients of both find it`, async () => {
    const calculations = 5;
    await using broker = await startBroker(undefined, { root: ofBroker() });
    await using server = await startRegistered(broker.address, {
      root: ofServer(),
    });
    for (const root of [release.root, ""]) {
      await using client = startClient(
        broker.address,
        [server.address],
        [`--count=${calculations}`, "--interval=1ms"],
        { root },
      );
      const addresses = await readAnswers(client.stdout, calculations);
      const { code } = await client.status;

      assertEquals([code, await client.stderr.rest()], [0, ""]);
      assertEquals(new Set(addresses), new Set([server.address]));
    }
    const entries = await listServices(broker.address);
    assertEquals(entries.map(({ address }) => address), [server.address]);
  });
}
