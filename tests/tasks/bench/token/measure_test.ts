/** What `bench:token` measures, over few calls and events. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { calculatorService } from "../../../../calculator/service.ts";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../../../../proto/calculator/contract.ts";
import { startGuardian } from "../../../../runtime/process/guardian.ts";
import { Failure } from "../../../../runtime/program/errors.ts";
import { serve } from "../../../../runtime/rpc/serve.ts";
import { QUESTION } from "../../../../tasks/bench/token/caller.ts";
import { measureToken } from "../../../../tasks/bench/token/measure.ts";
import { requireRefusal } from "../../../../tasks/bench/token/refusal.ts";
import { runFolder } from "../../../support/runs.ts";
import { freePorts } from "../../../support/free_ports.ts";

Deno.test("measureToken() measures calls and the pipeline on both sides", async () => {
  await using folder = await runFolder();
  await using guardian = startGuardian();
  const { signal } = new AbortController();

  const measured = await measureToken({
    rounds: 1,
    calls: 20,
    inFlightCalls: 1_000,
    pipelines: [{ batch: "100", events: 500 }],
  }, {
    folder: folder.path,
    port: freePorts(),
    guardian,
    interrupts: { stop: signal, hurry: signal },
  });

  assertEquals(
    measured.map(({ subject, rows }) => [
      subject,
      ...rows.map(({ figure }) => figure),
    ]),
    [
      ["calculate", "p50Ms", "callsPerSecond", "cpuMicrosPerCall"],
      ["pipeline, batch 100", "eventsPerSecond", "cpuMicrosPerEvent"],
    ],
  );
  for (const { ratio } of measured.flatMap(({ rows }) => rows)) {
    assert(ratio.median > 0, `the ratio is ${ratio.median}`);
  }
});

Deno.test("requireRefusal() fails where a server answers without the token", async () => {
  const services = { [CALCULATOR_SERVICE]: calculatorService() };
  const ask = (address: string) =>
    requireRefusal(
      address,
      (stranger) => stranger.unary(CalculatorService.Calculate, QUESTION),
    );
  const address = "127.0.0.1:0";
  const guarded = await serve({
    address,
    services,
    authentication: { token: "secret" },
  });
  const open = await serve({ address, services });

  await ask(guarded.address);
  await assertRejects(
    () => ask(open.address),
    Failure,
    "answers without it",
  );

  await guarded.stop();
  await open.stop();
});
