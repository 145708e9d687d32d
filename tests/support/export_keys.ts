/**
 * A config for each key of config.yaml: once without what the key says, and once
 * with it. Whatever a config is exported to, the two must differ, or the key must
 * be told as not carried over.
 *
 * @module
 */

import { configJsonSchema } from "../../supervisor/config/schema.ts";
import type { JsonSchema } from "../../tasks/generated/config_reference.ts";

/** Two configs, as YAML. */
export interface KeyCase {
  /** As in `services.<name>.healthcheck.busy`. */
  key: string;
  without: string;
  with: string;
}

/** What all configs have: `web` is the service whose keys are tried. */
function config(web: string, rest = "", job = ""): string {
  return `services:
  web:
${web.replaceAll(/^/gm, "    ")}
  other:
    command: [/bin/true]
    port: 5901
${job}${rest}`;
}

const SCRIPT = "script: main.ts";
const PORT = `${SCRIPT}\nport: 5900`;
const PROBED = `${PORT}\nhealthcheck:\n  grpc: self`;
const SCHEDULED = `${SCRIPT}\nschedule: '1 2 * * *'`;
const WAITS =
  "  later:\n    command: [/bin/true]\n    depends_on: { web: { condition: service_healthy } }\n";

/** What each key of a service is tried with: a config without it, and what is added. */
const SERVICE: readonly (readonly [
  key: string,
  base: string,
  added: string,
])[] = [
  ["args", SCRIPT, "args: [--fast]"],
  ["port", `${SCRIPT}\npermissions: { net: [self] }\nport: 5900`, "port: 5907"],
  ["listen", `${PORT}\npermissions: { net: [self] }`, "listen: unix"],
  [
    "advertise",
    `${PORT}\nargs: ['--advertise=\${self.advertise}']\nadvertise: a.example`,
    "advertise: shop.example",
  ],
  ["build_with", "command: [./server]", "build_with: make server"],
  ["permissions.net", SCRIPT, "permissions: { net: ['10.0.0.7:443'] }"],
  ["permissions.read", SCRIPT, "permissions: { read: [data] }"],
  ["permissions.write", SCRIPT, "permissions: { write: [data] }"],
  ["permissions.env", SCRIPT, "permissions: { env: [LANG] }"],
  ["permissions.run", SCRIPT, "permissions: { run: [git] }"],
  ["permissions.ffi", SCRIPT, "permissions: { ffi: [lib.so] }"],
  ["permissions.sys", SCRIPT, "permissions: { sys: [hostname] }"],
  ["permissions.import", SCRIPT, "permissions: { import: [example.com] }"],
  ["environment", SCRIPT, "environment: { LOG_LEVEL: debug }"],
  ["inherit_environment", SCRIPT, "inherit_environment: true"],
  ["auth", SCRIPT, "auth: none"],
  ...["ca", "cert", "key"].map((file) =>
    [`tls.${file}`, `${SCRIPT}\n${tls()}`, tls(file)] as const
  ),
  ["allow", `${SCRIPT}\n${tls()}`, "allow: [other]"],
  ["env_file", SCRIPT, "env_file: local.env"],
  ["working_dir", SCRIPT, "working_dir: data"],
  ["depends_on", SCRIPT, "depends_on: [other]"],
  [
    "depends_on.<name>.condition",
    `${SCRIPT}\ndepends_on: { other: { condition: service_started } }`,
    "depends_on: { other: { condition: service_completed_successfully } }",
  ],
  ["healthcheck.grpc", PORT, "healthcheck: { grpc: self }"],
  ["healthcheck.tcp", PORT, "healthcheck: { tcp: self }"],
  ["healthcheck.http", PORT, "healthcheck: { http: 'http://127.0.0.1:5900/' }"],
  ["healthcheck.exec", PORT, "healthcheck: { exec: [/bin/true] }"],
  ["healthcheck.interval", PROBED, "  interval: 7s"],
  ["healthcheck.timeout", PROBED, "  timeout: 7s"],
  ["healthcheck.retries", PROBED, "  retries: 7"],
  ["healthcheck.start_period", PROBED, "  start_period: 7s"],
  ["healthcheck.start_interval", PROBED, "  start_interval: 7s"],
  ["healthcheck.busy", PROBED, "  busy: 7s"],
  ["healthcheck.any_process", PROBED, "  any_process: true"],
  ["restart", SCRIPT, "restart: always"],
  ["restart_policy.delay", SCRIPT, "restart_policy: { delay: 3s }"],
  ["restart_policy.max_delay", SCRIPT, "restart_policy: { max_delay: 33s }"],
  [
    "restart_policy.max_attempts",
    SCRIPT,
    "restart_policy: { max_attempts: 3 }",
  ],
  ["restart_policy.window", SCRIPT, "restart_policy: { window: 33s }"],
  ["restart_policy.reset_after", SCRIPT, "restart_policy: { reset_after: 3s }"],
  ["schedule", SCRIPT, "schedule: '3 4 * * *'"],
  ["timezone", SCHEDULED, "timezone: Asia/Tokyo"],
  ["stop_signal", SCRIPT, "stop_signal: SIGINT"],
  ["stop_grace_period", SCRIPT, "stop_grace_period: 7s"],
  ["profiles", SCRIPT, "profiles: [extra]"],
  ["deploy.replicas", SCRIPT, "deploy: { replicas: 2 }"],
  ["logging.max_size", SCRIPT, "logging: { max_size: 7m }"],
  ["logging.max_files", SCRIPT, "logging: { max_files: 7 }"],
  ["mem_limit", SCRIPT, "mem_limit: 256m"],
  ["watch", SCRIPT, "watch: true"],
  ["watch.cascade", SCRIPT, "watch: { cascade: true }"],
];

/** A certificate, one of whose files may be another. */
function tls(other?: string): string {
  const files = ["ca", "cert", "key"].map((file) =>
    `${file}: ${file === other ? "other" : file}.pem`
  );
  return `tls: { ${files.join(", ")} }`;
}

const ALONE = config(SCRIPT);

/** Keys of the whole file, and those that go in the place of others. */
const OTHERS: readonly KeyCase[] = [
  {
    key: "include",
    without: ALONE,
    with: `include: [included/config.yaml]\n${ALONE}`,
  },
  {
    key: "include[].path",
    without: ALONE,
    with: `include: [{ path: included/config.yaml }]\n${ALONE}`,
  },
  {
    key: "include[].project_directory",
    without: `include: [{ path: included/config.yaml }]\n${ALONE}`,
    with:
      `include: [{ path: included/config.yaml, project_directory: data }]\n${ALONE}`,
  },
  {
    key: "include[].env_file",
    without: `include: [{ path: included/config.yaml }]\n${ALONE}`,
    with:
      `include: [{ path: included/config.yaml, env_file: local.env }]\n${ALONE}`,
  },
  ...["ca", "cert", "key"].map((file) => ({
    key: `tls.${file}`,
    without: `${tls()}\n${ALONE}`,
    with: `${tls(file)}\n${ALONE}`,
  })),
  { key: "auth", without: ALONE, with: `auth: none\n${ALONE}` },
  { key: "dashboard", without: ALONE, with: `dashboard: true\n${ALONE}` },
  ...["port: 4647", "read_only: true", "broker: other"].map((each) => ({
    key: `dashboard.${each.split(":")[0]}`,
    without: ALONE,
    with: `dashboard: { ${each} }\n${ALONE}`,
  })),
  {
    key: "services",
    without: ALONE,
    with: config(SCRIPT, WAITS.replace("healthy", "started")),
  },
  {
    key: "services.<name>.script",
    without: ALONE,
    with: config("script: data/other.ts"),
  },
  {
    key: "services.<name>.command",
    without: ALONE,
    with: config("command: [/bin/false]"),
  },
];

/** The files that the configs name, by their paths. */
export const KEY_FILES: Readonly<Record<string, string>> = {
  "main.ts": "",
  "data/other.ts": "",
  "server": "",
  "lib.so": "",
  ...Object.fromEntries(
    ["ca", "cert", "key", "other"].map((name) => [`${name}.pem`, ""]),
  ),
  "local.env": "COLOUR=blue\n",
  "included/config.yaml":
    "services:\n  included:\n    command: [/bin/true, '${COLOUR:-red}']\n",
};

/** Returns a case for each key. */
export function keyCases(): KeyCase[] {
  return [
    ...OTHERS,
    ...SERVICE.map(([key, base, added]): KeyCase => {
      const [first = ""] = added.trim().split(":");
      const own = base.split("\n").filter((line) =>
        !line.startsWith(`${first}:`) &&
        !(first === "listen" && line.startsWith("port:"))
      ).join("\n");
      const rest = key.startsWith("healthcheck") ? WAITS : "";
      return {
        key: `services.<name>.${key}`,
        without: key.startsWith("healthcheck.") && base === PORT
          ? config(base)
          : config(base, rest),
        with: config(`${own}\n${added}`, rest),
      };
    }),
  ];
}

/** Returns the keys of the schema that say something themselves. */
export function keysOfSchema(): string[] {
  const keys = new Set<string>();
  const collect = (path: string, schema: JsonSchema) => {
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      const place = path === "" ? key : `${path}.${key}`;
      keys.add(place);
      collect(place, value);
    }
    if (typeof schema.additionalProperties === "object") {
      collect(`${path}.<name>`, schema.additionalProperties);
    }
    if (schema.items) collect(`${path}[]`, schema.items);
    for (const each of [...schema.anyOf ?? [], ...schema.oneOf ?? []]) {
      collect(path, each);
    }
  };
  collect("", JSON.parse(configJsonSchema()));
  // A map without a key of its own says nothing.
  const maps = [
    "permissions",
    "tls",
    "healthcheck",
    "restart_policy",
    "deploy",
    "logging",
  ]
    .map((key) => `services.<name>.${key}`);
  return [...keys].filter((key) => !maps.includes(key) && key !== "tls");
}

/** True if a list of what is missing tells of a key. */
export function tellsOf(
  key: string,
  notCarried: readonly { key: string; why: string }[],
): boolean {
  const name = key.replace("services.<name>.", "");
  const leaf = name.split(".").at(-1)!;
  return notCarried.some((each) =>
    each.key === name ||
    // Of several keys of one map it is enough to name them.
    (name.startsWith(`${each.key}.`) &&
      new RegExp(`\\b${leaf}\\b`).test(each.why))
  );
}
