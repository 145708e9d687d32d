/**
 * The command line: one subcommand, one file in tasks/.
 *
 *   deno run -A main.ts <subcommand> [arguments]
 *
 * deno.json has a task for each, so `deno task pipeline` is the usual form.
 *
 * @module
 */

import { UsageError } from "./runtime/program/errors.ts";
import { exitWith } from "./runtime/program/exit.ts";
import { log, print } from "./runtime/program/log.ts";
import { suggest } from "./runtime/program/suggest.ts";
import { abortsOnGoaway } from "./runtime/rpc/deno_version.ts";

/** A subcommand: one line of help, and the function that runs it. */
interface Subcommand {
  help: string;
  load(): Promise<(argv: string[]) => Promise<number | void>>;
}

const SUBCOMMANDS: Record<string, Subcommand> = {
  supervise: {
    help: "start and manage the services of config.yaml",
    load: async () => (await import("./tasks/supervise.ts")).supervise,
  },
  ps: {
    help: "list the supervised services",
    load: async () => (await import("./tasks/ps.ts")).ps,
  },
  logs: {
    help: "show what the services wrote",
    load: async () => (await import("./tasks/logs.ts")).logs,
  },
  start: {
    help: "start services",
    load: async () => (await import("./tasks/start.ts")).start,
  },
  stop: {
    help: "stop services",
    load: async () => (await import("./tasks/stop.ts")).stop,
  },
  restart: {
    help: "restart services",
    load: async () => (await import("./tasks/restart.ts")).restart,
  },
  reload: {
    help: "read config.yaml again, and change only what differs",
    load: async () => (await import("./tasks/reload.ts")).reload,
  },
  scale: {
    help: "change how many replicas run, as in: scale calculator-server=3",
    load: async () => (await import("./tasks/scale.ts")).scale,
  },
  events: {
    help: "show what happened to the services",
    load: async () => (await import("./tasks/events.ts")).events,
  },
  permissions: {
    help: "show what services may do; learn or check what they need",
    load: async () => (await import("./tasks/permissions.ts")).permissions,
  },
  services: {
    help: "list what is registered at the broker",
    load: async () => (await import("./tasks/services.ts")).services,
  },
  calculate: {
    help: "do one calculation, as in: calculate 6 x 7",
    load: async () => (await import("./tasks/calculate.ts")).calculate,
  },
  pipeline: {
    help: "run the five-stage pipeline over generated or given events",
    load: async () => (await import("./tasks/pipeline.ts")).pipeline,
  },
  monolith: {
    help: "run the same transforms in one process, for comparison",
    load: async () => (await import("./tasks/monolith.ts")).monolith,
  },
  generate: {
    help: "write made-up events as NDJSON",
    load: async () => (await import("./tasks/generate.ts")).generate,
  },
  "build:clients": {
    help: "build the calculator in Rust and C++",
    load: async () => (await import("./tasks/build_clients.ts")).buildClients,
  },
  bench: {
    help: "measure what splitting a program into processes costs",
    load: async () => (await import("./tasks/bench.ts")).bench,
  },
  "bench:supervisor": {
    help: "measure the supervisor",
    load: async () =>
      (await import("./tasks/bench_supervisor.ts")).benchSupervisor,
  },
  "bench:recovery": {
    help: "kill stages at random and compare the results",
    load: async () => (await import("./tasks/bench_recovery.ts")).benchRecovery,
  },
  "bench:broker": {
    help: "measure the broker",
    load: async () => (await import("./tasks/bench_broker.ts")).benchBroker,
  },
};

await exitWith(async () => {
  const [name, ...argv] = Deno.args;
  if (name === undefined || name === "help" || name === "--help") {
    print(describeSubcommands());
    return;
  }
  const subcommand = Object.hasOwn(SUBCOMMANDS, name)
    ? SUBCOMMANDS[name]
    : undefined;
  if (!subcommand) {
    const known = [...Object.keys(SUBCOMMANDS), "help"];
    throw new UsageError(
      `Cannot run "${name}": there is no such subcommand; ${
        suggest(name, known)
      } \`deno task\` and \`main.ts help\` list them all`,
    );
  }
  if (abortsOnGoaway(Deno.version.deno)) {
    log(
      `Deno ${Deno.version.deno} can abort a gRPC server when a client disconnects (denoland/deno#36788); a shield is on, and Deno 2.9.3 does not need it`,
    );
  }
  return await (await subcommand.load())(argv);
});

function describeSubcommands(): string {
  const width = Math.max(
    ...Object.keys(SUBCOMMANDS).map((name) => name.length),
  );
  const lines = Object.entries(SUBCOMMANDS)
    .map(([name, { help }]) => `  ${name.padEnd(width)}  ${help}`);
  return [
    "Usage: deno task <subcommand> [flags]",
    "",
    ...lines,
    "",
    "Each takes --help.",
  ].join("\n");
}
