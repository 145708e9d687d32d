/**
 * The shape of config.yaml, in docker compose's words.
 *
 * This schema is the only definition: types, defaults, messages and
 * config.schema.json all come from it. What it says of a program is in
 * runtime/config/program_schema.ts. service_spec.ts turns what it accepts
 * into what the supervisor works with. passes.ts calls both.
 *
 * @module
 */

import * as z from "zod";
import {
  checkOneOfBoth,
  checkTogether,
  editorSchema,
  PROGRAM,
} from "../../runtime/config/program_schema.ts";
import { size, words } from "../../runtime/config/scalars.ts";
import { SELF } from "./addresses.ts";
import {
  address,
  advertised,
  cronWords,
  duration,
  httpUrl,
  port,
  timezone,
  wholeNumber,
} from "./scalars.ts";
import { UNIX } from "./service_sockets.ts";

/** When a dependency is far enough for those that depend on it. */
const condition = z.enum([
  "service_started",
  "service_healthy",
  "service_completed_successfully",
]).describe("How far it must be before this service starts");

const DEPENDS_ON = z.union([
  z.array(z.string()),
  z.record(
    z.string(),
    z.strictObject({
      condition: condition.default("service_started").meta({
        examples: ["service_healthy"],
      }),
    }),
  ),
], { error: "expected a list of services, or a map with conditions" });

const HEALTHCHECK = z.strictObject({
  grpc: address.optional().describe(
    "Healthy when the standard gRPC health service at this address, or at self, says so",
  ).meta({ examples: ["self"] }),
  tcp: address.optional().describe(
    "Healthy when this address, or self, accepts",
  ).meta({ examples: ["127.0.0.1:6379"] }),
  http: httpUrl.optional().describe(
    "Healthy when this URL answers with a status from 200 to 399",
  ).meta({ examples: ["http://127.0.0.1:8080/healthz"] }),
  exec: z.array(words).min(1, { error: "expected a program" }).optional()
    .describe(
      "Healthy when this program exits with code 0; it has the service's environment, and no sandbox",
    ).meta({
      examples: [["pg_isready", "-q"]],
    }),
  interval: duration.prefault("10s").describe("Time between two checks"),
  timeout: duration.prefault("1s").describe("How long one check may take"),
  retries: wholeNumber(1, 1_000).prefault(3).describe(
    "Failed checks in a row that make it unhealthy",
  ),
  start_period: duration.prefault("5s").describe(
    "How long failed checks do not count after a start",
  ),
  start_interval: duration.prefault("100ms").describe(
    "Time between two checks until the first that passes",
  ),
  busy: duration.prefault("30s").describe(
    "How long checks may stay without an answer while it uses the processor; 0s: not at all",
  ),
  any_process: z.boolean({ error: "expected true or false" }).default(false)
    .describe(
      "Whether an answer at its own address counts even if another program is known to give it",
    ),
}).refine(
  ({ grpc, tcp, http, exec }) =>
    [grpc, tcp, http, exec].filter((each) => each !== undefined).length === 1,
  { error: "expected exactly one of grpc, tcp, http and exec" },
).describe(
  "How it is found out whether the service is healthy: exactly one of grpc, tcp, http and exec",
);

const RESTART_POLICY = z.strictObject({
  delay: duration.prefault("100ms").describe(
    "Longest wait before the second restart; doubles with each further one",
  ),
  max_delay: duration.prefault("10s").describe("Longest wait before a restart"),
  max_attempts: wholeNumber(1, 1_000_000).optional().describe(
    "How many restarts after failures it gets within the window before it is given up; not set: 10 with on-failure, otherwise no limit",
  ).meta({ examples: [10] }),
  window: duration.prefault("60s").describe("How long a restart counts"),
  reset_after: duration.prefault("10s").describe(
    "Once it has been healthy for so long, all earlier restarts are forgotten",
  ),
}).describe("How it is restarted");

const LOGGING = z.strictObject({
  max_size: size.prefault("10MiB").describe("Size at which a log file is full"),
  max_files: wholeNumber(2, 1_000).prefault(3).describe(
    "Log files kept, the one being written included",
  ),
}).describe("When its log file is rotated, and how many are kept");

const WATCH = z.union([
  z.boolean(),
  z.strictObject({
    cascade: z.boolean({ error: "expected true or false" }).default(false)
      .describe("Restarts the services that depend on it, too"),
  }),
], { error: "expected true, false, or a map with cascade" });

const STOP_SIGNALS = [
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGKILL",
] as const;

const AUTH = z.enum(["token", "none"]);

const TLS_FILE = z.string({ error: "expected a file" }).min(1, {
  error: "expected a file",
});

const TLS = z.union([
  z.literal(false),
  z.strictObject({
    ca: TLS_FILE.describe("The certificate of the CA, whom it trusts").meta({
      examples: ["tls/ca.pem"],
    }),
    cert: TLS_FILE.describe(
      "Its own certificate; ${service} stands for the name of the service",
    ).meta({ examples: ["tls/${service}.pem"] }),
    key: TLS_FILE.describe("The key of that certificate").meta({
      examples: ["tls/${service}-key.pem"],
    }),
  }),
], { error: "expected a map with ca, cert and key, or false" });

/** What a service is called. */
const SERVICE_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

const SERVICE = z.strictObject({
  script: PROGRAM.script,
  command: PROGRAM.command,
  args: PROGRAM.args,
  port: port.optional().describe(
    "The port where it listens on 127.0.0.1; self and its name then stand for that address; auto: a free port",
  ).meta({ examples: [5600] }),
  listen: z.literal(UNIX, { error: "expected unix" }).optional().describe(
    "unix: it listens on a unix socket of its own, which only this user can reach; self and its name then stand for that address",
  ).meta({ examples: [UNIX] }),
  advertise: advertised.optional().describe(
    "Where others call it, if that is not where it listens: a host, with a port if that is another; args have it as ${self.advertise}",
  ).meta({ examples: ["10.0.0.5", "calc.example:443"] }),
  build_with: PROGRAM.build_with,
  permissions: PROGRAM.permissions,
  environment: PROGRAM.environment,
  inherit_environment: z.boolean({ error: "expected true or false" }).optional()
    .describe(
      "Whether it gets all variables that the supervisor has; if not: PATH, HOME and the like, and what is named; not set: true for a command, false for a script",
    ).meta({ examples: [false] }),
  auth: AUTH.optional().describe(
    "Whom its server lets in, where Denizen's serve() makes it: token for processes of this run alone, none for everybody on this machine; not set: the auth of the whole file",
  ).meta({ examples: ["none"] }),
  tls: TLS.optional().describe(
    "The files of its certificate: it then serves and calls by TLS, and needs no token; false: it has none; not set: the tls of the whole file",
  ),
  allow: z.array(
    z.string().regex(SERVICE_NAME, { error: "is not a service's name" }),
    { error: "expected a list of services" },
  ).min(1, {
    error: "expected at least one service; leave it out to let in all",
  }).optional().describe(
    "The services that may call it, by the names in their certificates; not set: all that have one of its CA",
  ).meta({ examples: [["calculator-client"]] }),
  env_file: z.union([z.string(), z.array(z.string())], {
    error: "expected a file, or a list of files",
  }).prefault([]).describe(
    "Files of NAME=value lines, read at each start as docker compose reads them; environment wins",
  ).meta({ examples: ["local.env"] }),
  working_dir: z.string().optional().describe(
    "The folder it runs in, if not that of this file",
  ).meta({
    examples: ["data"],
  }),
  depends_on: DEPENDS_ON.prefault([]).describe(
    "Services that are started before this one and stopped after it",
  ).meta({ examples: [{ broker: { condition: "service_healthy" } }] }),
  healthcheck: HEALTHCHECK.optional(),
  restart: z.enum(["no", "on-failure", "always", "unless-stopped"])
    .optional()
    .describe(
      "When it is started again after it has ended by itself; a service that was stopped by hand stays stopped, even with always, and with unless-stopped also under the next supervisor; not set: on-failure, or no with a schedule",
    )
    .meta({ examples: ["always"] }),
  restart_policy: RESTART_POLICY.prefault({}),
  schedule: cronWords.optional().describe(
    "When it runs, in the words of cron: minute, hour, day, month and weekday, with seconds before them where there are six; or @hourly, @daily, @weekly, @monthly, @yearly",
  ).meta({ examples: ["*/5 * * * *"] }),
  timezone: timezone.optional().describe(
    "Where the clock of its schedule hangs; not set: the timezone of this machine",
  ).meta({ examples: ["Europe/Berlin"] }),
  stop_signal: z.enum(STOP_SIGNALS).default("SIGTERM").describe(
    "What asks it to stop; sent to its whole process group",
  ).meta({ examples: ["SIGINT"] }),
  stop_grace_period: duration.prefault("5s").describe(
    "Time between the stop signal and SIGKILL",
  ),
  profiles: z.array(
    z.string().regex(/^[\w.-]+$/, {
      error: "is not a profile's name: use letters, digits, ., - and _",
    }),
  ).default([]).describe(
    "Started only when one of these is asked for; none: always",
  ).meta({ examples: [["polyglot"]] }),
  deploy: z.strictObject({
    replicas: wholeNumber(1, 1_000).prefault(1).describe(
      "How many run; each finds its number, from 1, in ${REPLICA}",
    ),
  }).prefault({}).describe("How it is run more than once"),
  logging: LOGGING.prefault({}),
  mem_limit: PROGRAM.mem_limit,
  watch: WATCH.default(false).describe(
    "Restarts a script when a file of its module graph changes; a map sets cascade",
  ),
}).superRefine(checkOneOfBoth).superRefine(checkTogether).refine(
  ({ command, watch }) => !command || watch === false,
  {
    error: "belongs to script; a command has no module graph",
    path: ["watch"],
  },
).refine(({ port, listen }) => port === undefined || listen === undefined, {
  error: "write either port or listen: unix",
  path: ["listen"],
}).superRefine(checkSchedule)
  .describe("One service: either a script or a command");

/** What goes together with a schedule. */
function checkSchedule(
  { schedule, timezone, restart, watch }: {
    schedule?: string | undefined;
    timezone?: string | undefined;
    restart?: string | undefined;
    watch?: unknown;
  },
  context: z.RefinementCtx,
): void {
  const refuse = (key: string, message: string) =>
    context.addIssue({ code: "custom", path: [key], message });
  if (schedule === undefined) {
    if (timezone !== undefined) {
      refuse("timezone", "belongs to schedule, and there is none");
    }
    return;
  }
  if (restart === "always" || restart === "unless-stopped") {
    refuse(
      "restart",
      "expected no or on-failure with a schedule, which says when it runs again",
    );
  }
  if (watch) {
    refuse("watch", "is of no use with a schedule: each run reads its source");
  }
}

const SERVICES = z.record(
  z.string().regex(SERVICE_NAME, {
    error:
      "is not a service's name: use letters, digits, - and _, and begin with a letter",
  }).refine((name) => name !== SELF, {
    error: "stands for the service that uses it; choose another name",
  }),
  SERVICE,
).refine((services) => Object.keys(services).length > 0, {
  error: "expected at least one service",
}).describe("The services, by name; not needed in a file that includes others");

const DASHBOARD = z.union([
  z.boolean(),
  z.strictObject({
    port: port.optional().describe(
      "The port where it listens on 127.0.0.1; not set: 4646, or another where somebody else has that",
    ).meta({ examples: [4646] }),
    read_only: z.boolean({ error: "expected true or false" }).default(false)
      .describe("Whether the page only shows, and changes nothing").meta({
        examples: [true],
      }),
    broker: z.string({ error: "expected the name of a service" }).optional()
      .describe(
        "The service that is asked who is registered; not set: the one called broker, if it has a port",
      ).meta({ examples: ["broker"] }),
  }),
], {
  error: "expected true, false, or a map with port, read_only and broker",
});

const FILE_NAME = z.string().min(1, { error: "expected a file" });

const FILE_NAMES = z.union([
  FILE_NAME,
  z.array(FILE_NAME).min(1, { error: "expected a file" }),
], { error: "expected a file, or a list of files" });

const INCLUDE = z.array(
  z.union([
    FILE_NAME,
    z.strictObject({
      path: FILE_NAMES.describe(
        "The file; of several, each goes over those before it",
      ).meta({ examples: ["infra/config.yaml"] }),
      project_directory: z.string().optional().describe(
        "The folder that paths in it are relative to, if not that of the file",
      ).meta({ examples: ["infra"] }),
      env_file: FILE_NAMES.optional().describe(
        "Files of NAME=value lines, for ${NAME} in it; the environment wins",
      ).meta({ examples: ["infra/local.env"] }),
    }),
  ], { error: "expected a file, or a map with path" }),
  { error: "expected a list of files" },
).describe(
  "Other files whose services belong to this one; what is in them is relative to their own folder",
).meta({ examples: [["infra/config.yaml"]] });

/** All files as one: the services of the config, and of what it includes. */
export const CONFIG_SCHEMA = z.strictObject({
  auth: AUTH.default("token").describe("The auth of services that set none"),
  tls: TLS.optional().describe(
    "The tls of services that set none; ${service} in it stands for the name of each",
  ),
  dashboard: DASHBOARD.default(false).describe(
    "A page for the browser that shows what runs; it runs as a service called dashboard",
  ).meta({ examples: [true] }),
  services: SERVICES,
});

/** What is said of the dashboard. */
export const DASHBOARD_SCHEMA = CONFIG_SCHEMA.shape.dashboard;

/** What the schema makes of that. */
export type DashboardShape = z.output<typeof DASHBOARD_SCHEMA>;

/** What one file says besides its services, which are checked all together. */
export const FILE_SCHEMA = z.strictObject({
  include: INCLUDE.default([]),
  auth: AUTH.optional(),
  tls: TLS.optional(),
  dashboard: z.undefined({
    error:
      "belongs into the config that is supervised, and not into what that includes",
  }).optional(),
  services: z.record(z.string(), z.unknown()).nullish(),
});

/** What one file says, its services not checked. */
export type FileShape = z.output<typeof FILE_SCHEMA>;

/** One entry of `include`. */
export type IncludeShape = z.output<typeof INCLUDE>[number];

/** The file as it is written. Keys that start with `x-` are removed before. */
const WRITTEN_SCHEMA = z.strictObject({
  include: INCLUDE.optional(),
  auth: CONFIG_SCHEMA.shape.auth,
  tls: CONFIG_SCHEMA.shape.tls,
  dashboard: CONFIG_SCHEMA.shape.dashboard,
  services: SERVICES.optional(),
}).meta({ anyOf: [{ required: ["services"] }, { required: ["include"] }] });

/** What the schema makes of the whole file. */
export type ConfigShape = z.output<typeof CONFIG_SCHEMA>;

/** What the schema makes of one service. */
export type ServiceShape = z.output<typeof SERVICE>;

/** Returns config.schema.json: the schema for editors, as text. */
export function configJsonSchema(): string {
  return editorSchema(WRITTEN_SCHEMA);
}
