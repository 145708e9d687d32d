/**
 * The subcommands of main.ts: one subcommand, one file beside this one.
 *
 * @module
 */

/** A subcommand: one line of help, and the function that runs it. */
export interface Subcommand {
  help: string;
  /** What is said while it loads, where that can be noticed. */
  loading?: string;
  load(): Promise<(argv: string[]) => Promise<number | void>>;
}

/** All of them, in the order in which the help lists them. */
export const SUBCOMMANDS: Record<string, Subcommand> = {
  supervise: {
    help: "start and manage the services of config.yaml",
    loading: "Starting the supervisor",
    load: async () => (await import("./supervise.ts")).supervise,
  },
  ps: {
    help: "list the supervised services",
    load: async () => (await import("./ps.ts")).ps,
  },
  wait: {
    help: "wait until services are healthy, whoever has started them",
    load: async () => (await import("./wait.ts")).wait,
  },
  logs: {
    help: "show what the services wrote",
    load: async () => (await import("./logs.ts")).logs,
  },
  start: {
    help: "start services",
    load: async () => (await import("./start.ts")).start,
  },
  stop: {
    help: "stop services",
    load: async () => (await import("./stop.ts")).stop,
  },
  restart: {
    help: "restart services",
    load: async () => (await import("./restart.ts")).restart,
  },
  reload: {
    help: "read config.yaml again, and change only what differs",
    load: async () => (await import("./reload.ts")).reload,
  },
  scale: {
    help: "change how many replicas run, as in: scale calculator-server=3",
    load: async () => (await import("./scale.ts")).scale,
  },
  events: {
    help: "show what happened to the services",
    load: async () => (await import("./events.ts")).events,
  },
  token: {
    help: "print the header that lets your own tools call the services",
    load: async () => (await import("./token.ts")).token,
  },
  permissions: {
    help: "show what services may do; learn or check what they need",
    load: async () => (await import("./permissions.ts")).permissions,
  },
  services: {
    help: "list what is registered at the broker",
    load: async () => (await import("./services.ts")).services,
  },
  call: {
    help: "call any gRPC method with JSON; list services and methods",
    load: async () => (await import("./call.ts")).call,
  },
  calculate: {
    help: "do one calculation, as in: calculate 6 x 7",
    load: async () => (await import("./calculate.ts")).calculate,
  },
  pipeline: {
    help: "run the five-stage pipeline over generated or given events",
    loading: "Starting the pipeline",
    load: async () => (await import("./pipeline.ts")).pipeline,
  },
  monolith: {
    help: "run the same transforms in one process, for comparison",
    load: async () => (await import("./monolith.ts")).monolith,
  },
  generate: {
    help: "write made-up events as NDJSON",
    load: async () => (await import("./generate.ts")).generate,
  },
  "build:clients": {
    help: "build the calculator in Rust and C++",
    load: async () => (await import("./build_clients.ts")).buildClients,
  },
  "build:stages": {
    help: "build the stages that are written in other languages",
    load: async () => (await import("./build_stages.ts")).buildStages,
  },
  bench: {
    help: "measure what splitting a program into processes costs",
    load: async () => (await import("./bench.ts")).bench,
  },
  "bench:peers": {
    help: "measure what other programs take for the same job",
    load: async () => (await import("./bench_peers.ts")).benchPeers,
  },
  "bench:supervisor": {
    help: "measure the supervisor",
    load: async () => (await import("./bench_supervisor.ts")).benchSupervisor,
  },
  "bench:recovery": {
    help: "kill stages at random and compare the results",
    load: async () => (await import("./bench_recovery.ts")).benchRecovery,
  },
  "bench:broker": {
    help: "measure the broker",
    load: async () => (await import("./bench_broker.ts")).benchBroker,
  },
  "bench:token": {
    help: "measure what the token of a run costs",
    load: async () => (await import("./bench_token.ts")).benchToken,
  },
  conformance: {
    help: "check that a stage does what a stage must, in any language",
    loading: "Starting the stage",
    load: async () => (await import("./conformance.ts")).conformance,
  },
  soak: {
    help: "throw broken connections at every kind of server",
    load: async () => (await import("./soak.ts")).soak,
  },
};
