import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import type { Config } from "../../../supervisor/config/config.ts";
import { mayWantDashboard } from "../../../supervisor/config/dashboard.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";

/** A config with a broker, and with these lines before its services. */
function parse(lines: string, path = "/work/shop/config.yaml"): Config {
  return parseConfig(
    `${lines}
services:
  broker: { script: broker.ts, port: 50051 }
  other: { command: [sleep, "9"] }
`,
    {
      path,
      variables: { READ: "true", PORT: "7000" },
      isFile: () => true,
      autoPort: (_key, taken, preferred = 6000) =>
        taken.has(preferred) ? preferred + 1 : preferred,
      readFile: () => "dashboard: true\nservices: { more: { command: [x] } }",
    },
  );
}

/** The flags of the dashboard; undefined where there is none. */
function flagsIn({ services }: Config): readonly string[] | undefined {
  const runs = services.get("dashboard")?.[0]?.runs;
  return runs?.kind === "script" ? runs.args : undefined;
}

Deno.test("a config without the key, or with false, has no dashboard", () => {
  assertEquals(flagsIn(parse("")), undefined);
  assertEquals(flagsIn(parse("dashboard: false")), undefined);
});

Deno.test("dashboard: true adds a service with the least rights there are", () => {
  const { services } = parse("dashboard: true");

  const specs = services.get("dashboard") ?? [];
  const state = "/work/shop/.denizen";
  const sockets = [
    `${state}/dashboard/collector.sock`,
    `${state}/control.sock`,
  ];
  assertEquals([...services.keys()], ["broker", "other", "dashboard"]);
  assertEquals(specs.length, 1);
  const [{ name, service, runs, port, healthcheck, ...spec } = specs[0]!] =
    specs;
  assertEquals({ name, service, port }, {
    name: "dashboard",
    service: "dashboard",
    port: 4646,
  });
  assertEquals(runs, {
    kind: "script",
    script: join(PROJECT, "dashboard/main.ts"),
    args: [
      "--address=127.0.0.1:4646",
      `--folder=${state}/dashboard`,
      `--collector=unix:${state}/dashboard/collector.sock`,
      `--control=unix:${state}/control.sock`,
      "--broker=127.0.0.1:50051",
      "--title=shop",
    ],
    permissions: {
      net: [
        "127.0.0.1:4646",
        ...sockets.map((path) => `unix:${path}`),
        "127.0.0.1:50051",
      ],
      read: [`${state}/dashboard`, ...sockets],
      write: [`${state}/dashboard`, ...sockets],
    },
  });
  assertEquals(healthcheck?.probe, {
    kind: "http",
    url: "http://127.0.0.1:4646/healthz",
  });
  assertEquals(
    [spec.workingDir, spec.restart.when, spec.stopGraceMs, spec.looksOn],
    ["/work/shop", "always", 2_000, true],
  );
  assertEquals(services.get("broker")?.[0]?.looksOn, undefined);
});

Deno.test("a dashboard has the port, the broker and the rights that it is given", () => {
  const given = parse(
    "dashboard: { port: 4700, read_only: true, broker: broker }",
    "/work/a $b/dev.yaml",
  );
  const chosen = parse("dashboard: { port: auto }");
  const filled = parse('dashboard: { port: "${PORT}" }');

  assertEquals(flagsIn(given), [
    "--address=127.0.0.1:4700",
    "--folder=/work/a $b/.denizen/dev.yaml/dashboard",
    "--collector=unix:/work/a $b/.denizen/dev.yaml/dashboard/collector.sock",
    "--control=unix:/work/a $b/.denizen/dev.yaml/control.sock",
    "--broker=127.0.0.1:50051",
    "--title=a $b/dev.yaml",
    "--read-only",
  ]);
  assertEquals(flagsIn(chosen)?.[0], "--address=127.0.0.1:4646");
  assertEquals(flagsIn(filled)?.[0], "--address=127.0.0.1:7000");
});

Deno.test("a dashboard asks no broker where there is none with an address, and one by its socket", () => {
  const config = (broker: string) =>
    parseConfig(
      `dashboard: { port: 4700 }\nservices: { broker: ${broker}, b: { command: [x] } }`,
      {
        path: "/work/config.yaml",
        isFile: () => true,
        autoPort: () => 1,
        socketAt: (name) => `/s/${name}`,
      },
    );
  const brokerOf = (broker: string) =>
    flagsIn(config(broker))?.find((flag) => flag.startsWith("--broker="));

  assertEquals(brokerOf("{ command: [x] }"), undefined);
  assertEquals(
    brokerOf("{ script: a.ts, listen: unix }"),
    "--broker=unix:/s/broker",
  );
  assertEquals(
    brokerOf("{ script: a.ts, port: 5000, deploy: { replicas: 2 } }"),
    "--broker=127.0.0.1:5000",
  );
});

/** What is wrong, and what is said about it. */
const MISTAKES: [string, string, string[]][] = [
  ["what is neither", "dashboard: maybe", [
    "1:1: dashboard: expected true, false, or a map with port, read_only and broker",
  ]],
  ["a wrong port", "dashboard: { port: 0 }", [
    "1:14: dashboard.port: expected a port from 1 to 65535, or auto",
  ]],
  ["an unknown key", "dashboard: { prot: 1 }", [
    '1:14: dashboard.prot: unknown key; did you mean "port"?',
  ]],
  ["text for read_only", "dashboard: { read_only: often }", [
    "1:14: dashboard.read_only: expected true or false",
  ]],
  ["the port of another", "dashboard: { port: 50051 }", [
    '1:14: dashboard.port: "dashboard" and "broker" would share 50051',
  ]],
  ["an unknown broker", "dashboard: { broker: brokr }", [
    '1:14: dashboard.broker: there is no service "brokr"; did you mean "broker"?',
  ]],
  ["a broker without a port", "dashboard: { broker: other }", [
    '1:14: dashboard.broker: service "other" has no port; write port: into it',
  ]],
  ["the key in an included file", "include: [more.yaml]", [
    "1:1: dashboard: belongs into the config that is supervised, and not into what that includes",
  ]],
];

for (const [what, lines, said] of MISTAKES) {
  Deno.test(`a dashboard is refused for ${what}`, () => {
    const { message } = assertThrows(() => parse(lines), UsageError);

    assertEquals(
      message.split("\n").slice(1)
        .map((line) => line.replace(/^ {2}\S*?\.yaml:/, "")),
      said,
    );
  });
}

Deno.test("a service called dashboard goes with dashboard: false alone", () => {
  const parseOwn = (key: string) =>
    parseConfig(`${key}\nservices: { dashboard: { command: [x] } }`, {
      path: "/work/config.yaml",
      isFile: () => true,
    });

  const own = parseOwn("dashboard: false").services.get("dashboard")?.[0];
  const { message } = assertThrows(
    () => parseOwn("dashboard: true"),
    UsageError,
  );

  assertEquals([own?.runs.kind, own?.looksOn], ["command", undefined]);
  assertEquals(
    message.split("\n").slice(1).map((line) => line.replace(/^.*?yaml:/, "")),
    [
      '1:1: dashboard: there is a service "dashboard" already; give that another name, or take this key away',
    ],
  );
});

Deno.test("mayWantDashboard() knows the key from a comment", () => {
  const texts = [
    "dashboard: true",
    "x: 1\ndashboard:\n  port: 1",
    "{dashboard: true, services: {}}",
    '"dashboard" : true',
    "dashboard: false",
    "# dashboard: true",
    "services:  # dashboard: true",
  ];

  assertEquals(texts.map(mayWantDashboard), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
