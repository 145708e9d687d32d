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
import { address, type Flag, toggle } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { runProgram } from "../runtime/program/program.ts";
import { SERVE_FLAGS, useTls } from "../runtime/program/tls_files.ts";
import { serve } from "../runtime/rpc/serve.ts";
import { describeEntry } from "./entry.ts";
import { type EtcdAddress, readEtcdAddress } from "./etcd/address.ts";
import { createEtcdRegistry, type EtcdRegistry } from "./etcd_registry.ts";
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

/** Where the registry is. */
const registryFlag: Flag<"memory" | EtcdAddress> = {
  placeholder: "memory|etcd://HOST:PORT,...[/PREFIX]",
  help: "where it is kept who is registered",
  defaultText: "memory",
  fallback: "memory",
  read: (text) => text === "memory" ? text : readEtcdAddress(text),
};

const FLAGS = {
  address: address("where to serve", DEFAULT_BROKER),
  registry: registryFlag,
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

/** Opens the registry that a flag names. */
function openRegistry(
  where: "memory" | EtcdAddress,
): Registry & Partial<Pick<EtcdRegistry, "ready" | "close">> {
  // The log watches too, besides those who may.
  const quotas = { ...QUOTAS, watchers: QUOTAS.watchers + 1 };
  return where === "memory"
    ? createMemoryRegistry({ quotas })
    : createEtcdRegistry(where, { quotas, report: log });
}

if (import.meta.main) {
  await runProgram({
    name: "broker/main.ts",
    summary: "Tells services where the others are.",
    flags: FLAGS,
  }, async (flags, signal) => {
    const { address, expose, insecure } = flags;
    useTls(flags);
    const registry = openRegistry(flags.registry);
    const served = await serve({
      address,
      insecure: insecure || expose,
      guarded: [BrokerService.Register.path],
      services: { [BROKER_SERVICE]: brokerService(registry, { report: log }) },
      channel: KEEPALIVE,
    });
    log(`Serving on ${served.address}`);
    const names = ["", BROKER_SERVICE];
    // It knows nothing yet, and that is not the same as that there is nothing.
    if (registry.ready) {
      names.map((each) => served.setHealth(each, "NOT_SERVING"));
    }
    const logging = (async () => {
      await Promise.race([registry.ready, aborted(signal)]);
      if (signal.aborted) return;
      names.map((each) => served.setHealth(each, "SERVING"));
      await logChanges(registry, signal);
    })();
    await aborted(signal);
    await registry.close?.();
    await served.stop();
    await logging;
  });
}
