import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Opening,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  ParseService,
  RulesService,
} from "../../../proto/pipeline/contract.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { duplex, implement } from "../../../runtime/rpc/handlers.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  checkProtocol,
  connectNext,
  openingOfNext,
  PROTOCOL,
} from "../../../stages/hop/opening.ts";
import { openInlet, receiving } from "../../../stages/hop/receiver.ts";
import { openHop } from "../../../stages/hop/sender.ts";
import { CHANNEL } from "../../../stages/hop/window.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { parseService } from "../../../stages/parse/service.ts";
import { freeAddress } from "../../support/free_ports.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { OPENING, RESUME, serveStage } from "../../support/stage_server.ts";

const A = "127.0.0.1:9";
const B = "127.0.0.1:99";
const C = "127.0.0.1:999";

Deno.test("connectNext() gives what the opening says is in use, each time the same connection", () => {
  const next = connectNext("rules", [A, B, C]);
  const peers = (...addresses: string[][]) =>
    next(addresses.map((addresses) => ({ addresses }))).map(({ peer }) => peer);
  const connections = [
    ...next([{ addresses: [B] }]),
    ...next([{ addresses: [C, B] }]),
  ];

  assertEquals(peers([C, B], [A]), [`rules at ${C}`, `rules at ${B}`]);
  assertEquals(peers(), [A, B, C].map((address) => `rules at ${address}`));
  assertEquals(connections[2], connections[0]);
  const fault = assertThrows(() => next([{ addresses: [A, "h:1"] }]), Fault);
  assertEquals([fault.code, fault.message], [
    "failed_precondition",
    `Cannot open the chain: stage "rules" is at h:1, and only ${A}, ${B}, ${C} may be called; name it in --next`,
  ]);
  for (const each of connections) each.close();
  for (const each of next([])) each.close();
});

Deno.test("openingOfNext() speaks this program's protocol, and says where the stages behind the next one are", () => {
  const next = [[A], [B, C]].map((addresses) => ({ addresses }));

  const behind = openingOfNext({ ...OPENING, protocol: 0, next });

  assertEquals(behind, { ...OPENING, protocol: PROTOCOL, next: next.slice(1) });
});

Deno.test("checkProtocol() refuses what is newer than this program", () => {
  for (const version of [0, 1, PROTOCOL]) checkProtocol(version, "parse");
  const fault = assertThrows(() => checkProtocol(PROTOCOL + 1, "parse"), Fault);

  assertEquals([fault.code, fault.message], [
    "failed_precondition",
    `Cannot open the chain: it speaks version ${
      PROTOCOL + 1
    } of the protocol, and stage "parse" knows version ${PROTOCOL}; update the program of that stage`,
  ]);
});

Deno.test("a stage calls where the opening says, and tells the rest to whom it calls", async () => {
  const told: Opening[] = [];
  const rules = implement({ Apply: receiving(RulesService.Apply) }, {
    Apply: duplex(async (stream) => {
      const inlet = await openInlet(stream, "rules");
      told.push(inlet.opening);
      inlet.resume(RESUME);
    }),
  });
  await using first = await serveRules(rules);
  await using second = await serveRules(rules);
  // Early connections are to the first, which is nowhere.
  const addresses = [freeAddress(), first.address, second.address];
  await using parse = await serveStage(
    "ParseService",
    parseService({ parse: createParse, next: connectNext("rules", addresses) }),
  );
  const open = (opening: Partial<Opening>) =>
    openHop<RawBatch>({
      connection: parse,
      method: ParseService.Parse,
      opening: { ...rawBatch(""), opening: { ...OPENING, ...opening } },
      meter: createMeter("ingest"),
      signal: new AbortController().signal,
    });
  const behind = [{ addresses: [C] }, { addresses: [A] }];

  for (const { address } of [first, second, first]) {
    const hop = await open({ next: [{ addresses: [address] }, ...behind] });
    assertEquals(hop.resume.position, START);
    await assertRejects(() => hop.finish(), Fault);
  }
  assertEquals(told.map(({ next }) => next), [behind, behind, behind]);
  const newer = await assertRejects(() => open({ protocol: 7 }), Fault);
  assertEquals(newer.code, "failed_precondition");
});

/** Serves a rules stage that is known by its address. */
async function serveRules(rules: ReturnType<typeof implement>) {
  const { address, stop } = await serve({
    address: "127.0.0.1:0",
    services: { "pipeline.v1.RulesService": rules },
    channel: CHANNEL,
  });
  return { address, [Symbol.asyncDispose]: () => stop(0) };
}
