import { assertEquals } from "@std/assert";
import {
  type Before,
  configChanges,
  type ServiceChange,
} from "../../../supervisor/config/changes.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import type { ServiceSpec } from "../../../supervisor/config/service_spec.ts";

/** Reads the services of a config, written as YAML. */
function specsOf(yaml: string): ReadonlyMap<string, readonly ServiceSpec[]> {
  return parseConfig(`services:\n${yaml}`, {
    path: "/work/config.yaml",
    variables: {},
    isFile: () => true,
  }).services;
}

/** Compares two configs, where everything of the first is in one phase. */
function changes(
  before: string,
  after: string,
  {
    phase = "active",
    envFilesDiffer = false,
    notBefore = [],
    notAfter = [],
  }: Partial<Before> & { notBefore?: string[]; notAfter?: string[] } = {},
): Partial<ServiceChange>[] {
  const found = configChanges({
    before: new Map(
      [...specsOf(before)].map(([service, specs]) => [
        service,
        specs.map((spec) => ({ spec, phase, envFilesDiffer })),
      ]),
    ),
    after: specsOf(after),
    wantedBefore: ({ service }) => !notBefore.includes(service),
    wantedAfter: ({ service }) => !notAfter.includes(service),
  });
  // What is empty says nothing.
  return found.map((change) =>
    Object.fromEntries(
      Object.entries(change).filter(([, value]) => value.length > 0),
    )
  );
}

const A = "  a: { script: a.ts, args: [x], permissions: { net: [h:1, h:2] } }";

Deno.test("configChanges() finds nothing where only the writing differs", () => {
  const other =
    "  a:\n    permissions: { net: [h:1, h:2] }\n    args: [x]\n    script: ./a.ts\n    restart: on-failure";

  assertEquals(changes(A, other), [{ service: "a", change: "unchanged" }]);
});

Deno.test("configChanges() starts what is added and stops what is removed", () => {
  assertEquals(changes(A, "  b: { command: [b] }"), [
    { service: "b", change: "added", starts: ["b"] },
    { service: "a", change: "removed", stops: ["a"] },
  ]);
});

Deno.test("configChanges() does not start what nobody asks for", () => {
  const added = changes(A, `${A}\n  b: { command: [b] }`, { notAfter: ["b"] });

  assertEquals(added[1], { service: "b", change: "added" });
});

const RESTARTING = {
  "script": "{ script: b.ts, args: [x], permissions: { net: [h:1, h:2] } }",
  "args": "{ script: a.ts, args: [y], permissions: { net: [h:1, h:2] } }",
  "permissions": "{ script: a.ts, args: [x], permissions: { net: [h:1] } }",
  "environment": "E: 1",
  "env_file": "a.env",
  "working_dir": "w",
  "healthcheck": "{ tcp: h:1 }",
  "mem_limit": "64m",
};

for (const [key, value] of Object.entries(RESTARTING)) {
  Deno.test(`configChanges() restarts for another ${key}`, () => {
    const after = value.startsWith("{ script") ? `  a: ${value}` : A.replace(
      / }$/,
      `, ${key}: ${/^E/.test(value) ? `{ ${value} }` : value} }`,
    );

    assertEquals(changes(A, after), [
      { service: "a", change: "changed", keys: [key], restarts: ["a"] },
    ]);
  });
}

const TAKEN_OVER = {
  "depends_on": "[b]",
  "restart": "always",
  "restart_policy": "{ delay: 1s }",
  "stop_signal": "SIGINT",
  "stop_grace_period": "1s",
  "profiles": "[p]",
  "logging": "{ max_files: 7 }",
  "watch": "{ cascade: true }",
};

for (const [key, value] of Object.entries(TAKEN_OVER)) {
  Deno.test(`configChanges() needs no restart for another ${key}`, () => {
    const b = "\n  b: { command: [b] }";
    const after = A.replace(/ }$/, `, ${key}: ${value} }`);

    assertEquals(changes(A + b, after + b), [
      { service: "a", change: "changed", keys: [key] },
      { service: "b", change: "unchanged" },
    ]);
  });
}

Deno.test("configChanges() restarts where env files say something else", () => {
  assertEquals(changes(A, A, { envFilesDiffer: true }), [
    { service: "a", change: "changed", keys: ["env_file"], restarts: ["a"] },
  ]);
});

Deno.test("configChanges() starts and stops replicas, and leaves the first alone", () => {
  const one = "  a: { command: [a] }";
  const three = one.replace(" }", ", deploy: { replicas: 3 } }");

  assertEquals(changes(one, three), [{
    service: "a",
    change: "changed",
    keys: ["deploy.replicas"],
    starts: ["a-2", "a-3"],
    note: "replicas: 1 -> 3",
  }]);
  assertEquals(changes(three, one), [{
    service: "a",
    change: "changed",
    keys: ["deploy.replicas"],
    stops: ["a-2", "a-3"],
    note: "replicas: 3 -> 1",
  }]);
});

Deno.test("configChanges() tries again what has failed, once it differs", () => {
  const other = A.replace("[x]", "[y]");

  assertEquals(changes(A, other, { phase: "ended" })[0]?.starts, ["a"]);
  assertEquals(changes(A, A, { phase: "ended" })[0]?.starts, undefined);
});

Deno.test("configChanges() leaves stopped what somebody has stopped", () => {
  const other = A.replace("[x]", "[y]");

  assertEquals(changes(A, other, { phase: "stopped" }), [{
    service: "a",
    change: "changed",
    keys: ["args"],
    note: "stopped by hand: stays so",
  }]);
});

Deno.test("configChanges() starts and stops as the profiles say", () => {
  const inProfile = A.replace(/ }$/, ", profiles: [p] }");

  assertEquals(
    changes(A, inProfile, { notAfter: ["a"] })[0]?.stops,
    ["a"],
  );
  assertEquals(
    changes(inProfile, A, { phase: "idle", notBefore: ["a"] })[0]?.starts,
    ["a"],
  );
});

Deno.test("configChanges() leaves a run alone whatever changes: the next one is another", () => {
  const job = (more: string) => `  a: { command: [a], ${more} }`;
  const before = job('schedule: "@daily"');

  assertEquals(
    [
      job('schedule: "@hourly"'),
      job('schedule: "@daily", timezone: UTC'),
      job('schedule: "@daily", environment: { A: b }, mem_limit: 1g'),
    ].map((after) => changes(before, after)),
    [
      [{ service: "a", change: "changed", keys: ["schedule"] }],
      [{ service: "a", change: "changed", keys: ["timezone"] }],
      [{
        service: "a",
        change: "changed",
        keys: ["environment", "mem_limit"],
      }],
    ],
  );
});

Deno.test("configChanges() restarts what gets a schedule, or has none any more", () => {
  const job = '  a: { command: [a], restart: no, schedule: "@daily" }';
  const server = "  a: { command: [a], restart: no }";

  for (const [before, after] of [[job, server], [server, job]] as const) {
    assertEquals(changes(before, after), [
      { service: "a", change: "changed", keys: ["schedule"], restarts: ["a"] },
    ]);
  }
});
