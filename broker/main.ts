/**
 * Runs the broker as a process.
 *
 *   deno run --allow-net=127.0.0.1:50051 --ignore-env broker/main.ts
 *
 * Logs who comes, who goes and who is refused.
 *
 * @module
 */

import { BROKER_SERVICE, BrokerService } from "../proto/broker/contract.ts";
import { aborted } from "../runtime/program/abort.ts";
import { address, toggle } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { runProgram } from "../runtime/program/program.ts";
import { SERVE_FLAGS, useTls } from "../runtime/program/tls_files.ts";
import { serve } from "../runtime/rpc/serve.ts";
import { describeEntry } from "./entry.ts";
import { createMemoryRegistry } from "./memory_registry.ts";
import { QUOTAS } from "./limits.ts";
import type { Registry } from "./registry.ts";
import { DEFAULT_BROKER } from "./resolver.ts";
import { brokerService } from "./service.ts";

/**
 * How a process that has frozen is noticed, although its connection stands: it
 * does not answer a ping. It is gone after at most the sum of these.
 */
const KEEPALIVE = {
  "grpc.keepalive_time_ms": 2_000,
  "grpc.keepalive_timeout_ms": 2_000,
};

const FLAGS = {
  address: address("where to serve", DEFAULT_BROKER),
  ...SERVE_FLAGS,
  expose: toggle("the older name of --insecure"),
};

/** Logs each entry that comes and goes until `signal` aborts. */
async function logChanges(registry: Registry, signal: AbortSignal) {
  let listed = 0;
  for await (const update of registry.watch({ signal })) {
    if (update.kind === "snapshot") {
      listed += update.entries.length;
      if (update.more) continue;
      if (update.revision > 0) log(`${listed} registered`);
      listed = 0;
      continue;
    }
    for (const { kind, entry } of update.changes) {
      log(
        `${kind === "put" ? "Registered" : "Removed"} ${describeEntry(entry)}`,
      );
    }
  }
}

if (import.meta.main) {
  await runProgram({
    name: "broker/main.ts",
    summary: "Tells services where the others are.",
    flags: FLAGS,
  }, async (flags, signal) => {
    const { address, expose, insecure } = flags;
    useTls(flags);
    // The log watches too, besides those who may.
    const quotas = { ...QUOTAS, watchers: QUOTAS.watchers + 1 };
    const registry = createMemoryRegistry({ quotas });
    const served = await serve({
      address,
      insecure: insecure || expose,
      guarded: [BrokerService.Register.path],
      services: { [BROKER_SERVICE]: brokerService(registry, { report: log }) },
      channel: KEEPALIVE,
    });
    log(`Serving on ${served.address}`);
    const logging = logChanges(registry, signal);
    await aborted(signal);
    await served.stop();
    await logging;
  });
}
