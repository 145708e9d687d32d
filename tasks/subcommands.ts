/**
 * The subcommands of main.ts: one subcommand, one file beside this one.
 *
 * @module
 */

import { commandFor } from "../runtime/program/command_name.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { suggestion } from "../runtime/program/suggest.ts";
import { isClone } from "./package/clone.ts";

/**
 * Who a subcommand is for: everyone, every day; whoever uses Denizen, now and
 * then; whoever works on Denizen itself.
 */
export type Group = "everyday" | "further" | "project";

/** A subcommand: one line of help, and the function that runs it. */
export interface Subcommand {
  /** Only the first group stands in the first list of the help. */
  group: Group;
  /** With the name before it, not wider than a terminal of 80 columns. */
  help: string;
  /** Words that make another command of it, with a help of its own. */
  parts?: readonly string[];
  /** What is said while it loads, where that can be noticed. */
  loading?: string;
  load(): Promise<(argv: string[]) => Promise<number | void>>;
}

/**
 * All of them, in the order in which the help lists them: group by group, and
 * at most twenty in the first.
 */
export const SUBCOMMANDS: Record<string, Subcommand> = {
  init: {
    group: "everyday",
    help: "begin a project in a folder of your own",
    load: async () =>
      (await beside<typeof import("./init.ts")>("./init.ts")).init,
  },
  install: {
    group: "everyday",
    help: "make a project ready to run, as after a fresh clone",
    load: async () =>
      (await beside<typeof import("./install.ts")>("./install.ts")).install,
  },
  supervise: {
    group: "everyday",
    help: "start and manage the services of config.yaml",
    loading: "Starting the supervisor",
    load: async () =>
      (await beside<typeof import("./supervise.ts")>("./supervise.ts"))
        .supervise,
  },
  attach: {
    group: "everyday",
    help: "show services that run already, as supervise does",
    loading: "Attaching to the supervisor",
    load: async () =>
      (await beside<typeof import("./attach.ts")>("./attach.ts")).attach,
  },
  dashboard: {
    group: "everyday",
    help: "see in the browser what runs: services, logs, the pipeline",
    load: async () =>
      (await beside<typeof import("./dashboard.ts")>("./dashboard.ts"))
        .dashboard,
  },
  ps: {
    group: "everyday",
    help: "list the supervised services",
    load: async () => (await beside<typeof import("./ps.ts")>("./ps.ts")).ps,
  },
  logs: {
    group: "everyday",
    help: "show what the services wrote",
    load: async () =>
      (await beside<typeof import("./logs.ts")>("./logs.ts")).logs,
  },
  events: {
    group: "everyday",
    help: "show what happened to the services",
    load: async () =>
      (await beside<typeof import("./events.ts")>("./events.ts")).events,
  },
  start: {
    group: "everyday",
    help: "start services",
    load: async () =>
      (await beside<typeof import("./start.ts")>("./start.ts")).start,
  },
  stop: {
    group: "everyday",
    help: "stop services",
    load: async () =>
      (await beside<typeof import("./stop.ts")>("./stop.ts")).stop,
  },
  restart: {
    group: "everyday",
    help: "restart services",
    load: async () =>
      (await beside<typeof import("./restart.ts")>("./restart.ts")).restart,
  },
  reload: {
    group: "everyday",
    help: "read config.yaml again, and change only what differs",
    load: async () =>
      (await beside<typeof import("./reload.ts")>("./reload.ts")).reload,
  },
  scale: {
    group: "everyday",
    help: "change how many replicas run, as in: scale calculator-server=3",
    load: async () =>
      (await beside<typeof import("./scale.ts")>("./scale.ts")).scale,
  },
  wait: {
    group: "everyday",
    help: "wait until services are healthy, whoever has started them",
    load: async () =>
      (await beside<typeof import("./wait.ts")>("./wait.ts")).wait,
  },
  run: {
    group: "everyday",
    help: "run a service once, in the foreground, as in: run SERVICE -- ARG",
    load: async () => (await beside<typeof import("./run.ts")>("./run.ts")).run,
  },
  permissions: {
    group: "everyday",
    help: "show what services may do; learn or check what they need",
    parts: ["learn", "check"],
    load: async () =>
      (await beside<typeof import("./permissions.ts")>("./permissions.ts"))
        .permissions,
  },
  services: {
    group: "everyday",
    help: "list what is registered at the broker",
    load: async () =>
      (await beside<typeof import("./services.ts")>("./services.ts")).services,
  },
  call: {
    group: "everyday",
    help: "call any gRPC method with JSON; list services and methods",
    load: async () =>
      (await beside<typeof import("./call.ts")>("./call.ts")).call,
  },
  pipeline: {
    group: "everyday",
    help: "run the five-stage pipeline over generated or given events",
    parts: ["swap"],
    loading: "Starting the pipeline",
    load: async () =>
      (await beside<typeof import("./pipeline.ts")>("./pipeline.ts")).pipeline,
  },
  doctor: {
    group: "everyday",
    help: "look for what keeps Denizen from working here",
    load: async () =>
      (await beside<typeof import("./doctor.ts")>("./doctor.ts")).doctor,
  },
  export: {
    group: "further",
    help: "hand the config over to something else that runs services",
    parts: ["compose", "kubernetes", "systemd"],
    load: async () =>
      (await beside<typeof import("./export.ts")>("./export.ts")).exportConfig,
  },
  types: {
    group: "further",
    help: "write the TypeScript types of your contracts",
    load: async () =>
      (await beside<typeof import("./types.ts")>("./types.ts")).types,
  },
  version: {
    group: "further",
    help: "say which Denizen this is, and which Deno runs it",
    load: async () => {
      const { version } = await beside<typeof import("./version.ts")>(
        "./version.ts",
      );
      return (argv) => Promise.try(version, argv);
    },
  },
  calculate: {
    group: "further",
    help: "do one calculation, as in: calculate 6 x 7",
    load: async () =>
      (await beside<typeof import("./calculate.ts")>("./calculate.ts"))
        .calculate,
  },
  monolith: {
    group: "further",
    help: "run the same transforms in one process, for comparison",
    load: async () =>
      (await beside<typeof import("./monolith.ts")>("./monolith.ts")).monolith,
  },
  generate: {
    group: "further",
    help: "write made-up events as NDJSON",
    load: async () =>
      (await beside<typeof import("./generate.ts")>("./generate.ts")).generate,
  },
  token: {
    group: "further",
    help: "print the header that lets your own tools call the services",
    load: async () =>
      (await beside<typeof import("./token.ts")>("./token.ts")).token,
  },
  certificates: {
    group: "further",
    help: "make certificates, by which services know each other",
    load: async () =>
      (await beside<typeof import("./certificates.ts")>("./certificates.ts"))
        .certificates,
  },
  completions: {
    group: "further",
    help: "print what lets a shell complete your commands",
    load: async () =>
      (await beside<typeof import("./completions.ts")>("./completions.ts"))
        .completions,
  },
  mcp: {
    group: "further",
    help: "show the services to an assistant: the Model Context Protocol",
    load: async () => (await beside<typeof import("./mcp.ts")>("./mcp.ts")).mcp,
  },
  conformance: {
    group: "further",
    help: "check that a stage does what a stage must, in any language",
    loading: "Starting the stage",
    load: async () =>
      (await beside<typeof import("./conformance.ts")>("./conformance.ts"))
        .conformance,
  },
  bench: {
    group: "project",
    help: "measure what splitting a program into processes costs",
    load: async () =>
      (await beside<typeof import("./bench.ts")>("./bench.ts")).bench,
  },
  "bench:peers": {
    group: "project",
    help: "measure what other programs take for the same job",
    load: async () =>
      (await beside<typeof import("./bench_peers.ts")>("./bench_peers.ts"))
        .benchPeers,
  },
  "bench:supervisor": {
    group: "project",
    help: "measure the supervisor",
    load: async () =>
      (await beside<typeof import("./bench_supervisor.ts")>(
        "./bench_supervisor.ts",
      )).benchSupervisor,
  },
  "bench:recovery": {
    group: "project",
    help: "kill stages at random and compare the results",
    load: async () =>
      (await beside<typeof import("./bench_recovery.ts")>(
        "./bench_recovery.ts",
      )).benchRecovery,
  },
  "bench:broker": {
    group: "project",
    help: "measure the broker",
    load: async () =>
      (await beside<typeof import("./bench_broker.ts")>("./bench_broker.ts"))
        .benchBroker,
  },
  "bench:etcd": {
    group: "project",
    help: "kill brokers, a server and etcd under a client that calls",
    load: async () =>
      (await beside<typeof import("./bench_etcd.ts")>("./bench_etcd.ts"))
        .benchEtcd,
  },
  "bench:token": {
    group: "project",
    help: "measure what the token of a run costs",
    load: async () =>
      (await beside<typeof import("./bench_token.ts")>("./bench_token.ts"))
        .benchToken,
  },
  "bench:dashboard": {
    group: "project",
    help: "measure the dashboard in a browser",
    load: async () =>
      (await beside<typeof import("./bench_dashboard.ts")>(
        "./bench_dashboard.ts",
      )).benchDashboard,
  },
  "build:clients": {
    group: "project",
    help: "build the calculator in Rust and C++",
    load: async () =>
      (await beside<typeof import("./build_clients.ts")>("./build_clients.ts"))
        .buildClients,
  },
  "build:stages": {
    group: "project",
    help: "build the stages that are written in other languages",
    load: async () =>
      (await beside<typeof import("./build_stages.ts")>("./build_stages.ts"))
        .buildStages,
  },
  soak: {
    group: "project",
    help: "throw broken connections at every kind of server",
    load: async () =>
      (await beside<typeof import("./soak.ts")>("./soak.ts")).soak,
  },
  package: {
    group: "project",
    help: "make the npm package, which npx can run anywhere",
    load: async () =>
      (await beside<typeof import("./package.ts")>("./package.ts")).makePackage,
  },
  "install-shim": {
    group: "project",
    help: "put a `denizen` on your path that runs this checkout",
    load: async () =>
      (await beside<typeof import("./install_shim.ts")>("./install_shim.ts"))
        .installShim,
  },
};

/**
 * Imports a file of this folder.
 *
 * Deno reads all that an import names by a literal before it runs anything, and
 * so on: for one command it would read the files of all of them, which takes
 * longer than most commands do.
 */
async function beside<Module>(path: string): Promise<Module> {
  return await import(new URL(path, import.meta.url).href);
}

/** Those that can be run here: not all of them belong to an installed copy. */
export function subcommandsHere(): Record<string, Subcommand> {
  if (isClone()) return SUBCOMMANDS;
  return Object.fromEntries(
    Object.entries(SUBCOMMANDS)
      .filter(([, { group }]) => group !== "project"),
  );
}

/**
 * Finds a subcommand.
 *
 * @throws {UsageError} If there is none of that name.
 */
export function requireSubcommand(name: string): Subcommand {
  const known = subcommandsHere();
  if (Object.hasOwn(known, name)) return known[name]!;
  if (Object.hasOwn(SUBCOMMANDS, name)) {
    throw new UsageError(
      `Cannot run "${name}" here: it is for those who work on Denizen itself, in a clone of it`,
    );
  }
  throw new UsageError(
    `Cannot run "${name}": there is no such subcommand${
      suggestion(name, [...Object.keys(known), "help"])
    }; \`${commandFor("help --all")}\` lists them all`,
  );
}
