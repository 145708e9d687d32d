import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  type Config,
  graphOf,
  namesOf,
  requireServices,
  serviceOf,
} from "../../../supervisor/config/config.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { configJsonSchema } from "../../../supervisor/config/schema.ts";
import {
  addressOf,
  type ServiceSpec,
} from "../../../supervisor/config/service_spec.ts";

const VARIABLES = { PORT: "5000", EMPTY: "" };

function parse(text: string): Config {
  return parseConfig(text, {
    path: "/work/config.yaml",
    variables: VARIABLES,
    isFile: (path) => !path.includes("missing"),
  });
}

Deno.test("parseConfig() tells a folder, and what is no regular file, from a file that is not there", () => {
  const refused = (line: string) =>
    assertThrows(
      () => parseConfig(line, { path: "/work/config.yaml" }),
      UsageError,
    ).message.split("\n").slice(1).map(withoutPlace);

  assertEquals(
    refused(
      "services: {a: {command: [x], env_file: [/proc, /dev/null]}, b: {script: /proc}}",
    ),
    [
      'services.a.env_file: file "/proc" is a folder',
      'services.a.env_file: file "/dev/null" is no regular file',
      'services.b.script: file "/proc" is a folder',
    ],
  );
});

/** Returns a line of a refusal without its file, line and column. */
function withoutPlace(line: string): string {
  return line.replace(/^ {2}\S*config\.yaml:\d+:\d+: /, "");
}

/** The config with one service `a` that has the given lines. */
function service(...lines: string[]): string {
  return ["services:", "  a:", ...lines.map((line) => `    ${line}`)].join(
    "\n",
  );
}

/** A mistake, and every line of what is said about it. */
const MISTAKES: [string, string, string[]][] = [
  ["an empty file", "", ["the file is empty: services is missing"]],
  ["no services", "x-note: hello", ["services: is missing"]],
  ["services without one", "services: {}", [
    "services: expected at least one service",
  ]],
  ["services as a list", "services: [a]", ["services: expected a map"]],
  ["an unknown top-level key", "service: {}\nservices: {a: {command: [x]}}", [
    'service: unknown key; did you mean "services"?',
  ]],
  ["a service that is not a map", "services: {a: hello}", [
    "services.a: expected a map",
  ]],
  ["a name with a dot", "services: {a.b: {command: [x]}}", [
    "services.a.b: is not a service's name: use letters, digits, - and _, and begin with a letter",
  ]],
  ["a profile with a space", service("command: [x]", "profiles: [my prof]"), [
    "services.a.profiles[0]: is not a profile's name: use letters, digits, ., - and _",
  ]],
  ["nothing to run", service("restart: always"), [
    "services.a: expected either script or command",
  ]],
  ["two things to run", service("script: a.ts", "command: [x]"), [
    "services.a: expected either script or command",
  ]],
  ["a misspelt key", service("command: [x]", "restrat: always"), [
    'services.a.restrat: unknown key; did you mean "restart"?',
  ]],
  ["a key of containers", service("image: nginx", "command: [x]"), [
    "services.a.image: unknown key: there are no containers here; use script or command",
  ]],
  ["a command as one text", service("command: echo hello"), [
    "services.a.command: expected a list: [program, argument, ...]",
  ]],
  ["an empty command", service("command: []"), [
    "services.a.command: expected a program",
  ]],
  ["args of a command", service("command: [x]", "args: [y]"), [
    "services.a.args: belongs to script; write a command's arguments into command",
  ]],
  [
    "permissions of a command",
    service("command: [x]", "permissions: {net: true}"),
    [
      "services.a.permissions: belongs to script; a command runs without a sandbox",
    ],
  ],
  [
    "an unknown permission",
    service("script: a.ts", "permissions: {nett: [a]}"),
    ['services.a.permissions.nett: unknown key; did you mean "net"?'],
  ],
  [
    "a permission that is not a list",
    service("script: a.ts", "permissions: {net: localhost}"),
    ["services.a.permissions.net: expected a list, or true for everything"],
  ],
  ["a script that is not there", service("script: missing.ts"), [
    'services.a.script: file "missing.ts" does not exist',
  ]],
  ["an unknown restart", service("command: [x]", "restart: alway"), [
    'services.a.restart: expected one of no, on-failure, always, unless-stopped; did you mean "always"?',
  ]],
  [
    "a duration without a unit",
    service("command: [x]", "stop_grace_period: 5"),
    [
      "services.a.stop_grace_period: expected a duration such as 500ms, 1s or 1m30s",
    ],
  ],
  [
    "a duration in words",
    service("command: [x]", "stop_grace_period: five seconds"),
    [
      "services.a.stop_grace_period: expected a duration such as 500ms, 1s or 1m30s",
    ],
  ],
  ["an unknown signal", service("command: [x]", "stop_signal: SIGTREM"), [
    'services.a.stop_signal: expected one of SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGKILL; did you mean "SIGTERM"?',
  ]],
  [
    "a size without meaning",
    service("command: [x]", "logging: {max_size: 10 megs}"),
    [
      "services.a.logging.max_size: expected a size such as 10MiB or 10m",
    ],
  ],
  ["one log file only", service("command: [x]", "logging: {max_files: 1}"), [
    "services.a.logging.max_files: expected a whole number from 2 to 1000",
  ]],
  ["no replicas", service("command: [x]", "deploy: {replicas: 0}"), [
    "services.a.deploy.replicas: expected a whole number from 1 to 1000",
  ]],
  ["replicas in words", service("command: [x]", "deploy: {replicas: two}"), [
    "services.a.deploy.replicas: expected a whole number from 1 to 1000",
  ]],
  [
    "two probes",
    service("command: [x]", "healthcheck: {tcp: 'a:1', grpc: 'a:1'}"),
    ["services.a.healthcheck: expected exactly one of grpc, tcp, http and exec"],
  ],
  ["no probe", service("command: [x]", "healthcheck: {interval: 1s}"), [
    "services.a.healthcheck: expected exactly one of grpc, tcp, http and exec",
  ]],
  ["docker's probe", service("command: [x]", "healthcheck: {test: [CMD, x]}"), [
    "services.a.healthcheck.test: unknown key; known are grpc, tcp, http, exec, interval, timeout, retries, start_period, start_interval, busy, any_process",
  ]],
  [
    "an address without a port",
    service("command: [x]", "healthcheck: {tcp: localhost}"),
    [
      'services.a.healthcheck.tcp: there is no service "localhost"; write an address such as 127.0.0.1:50051',
    ],
  ],
  [
    "port 0 in a probe",
    service("command: [x]", "healthcheck: {grpc: '127.0.0.1:0'}"),
    [
      "services.a.healthcheck.grpc: expected an address such as 127.0.0.1:50051",
    ],
  ],
  [
    "a URL without a scheme",
    service("command: [x]", "healthcheck: {http: 'localhost/x'}"),
    [
      "services.a.healthcheck.http: expected a URL such as http://127.0.0.1:8080/healthz",
    ],
  ],
  ["an unknown dependency", service("command: [x]", "depends_on: [b]"), [
    'services.a.depends_on.b: there is no service "b"; services are a',
  ]],
  ["a dependency on itself", service("command: [x]", "depends_on: [a]"), [
    "services.a.depends_on.a: depends on itself",
  ]],
  [
    "an unknown condition",
    service("command: [x]", "depends_on: {b: {condition: healthy}}") +
    "\n  b: {command: [x]}",
    [
      "services.a.depends_on.b.condition: expected one of service_started, service_healthy, service_completed_successfully",
    ],
  ],
  [
    "waiting for the health of what has no healthcheck",
    "services: {a: {command: [x], depends_on: {b: {condition: service_healthy}}}, b: {command: [x]}}",
    [
      'services.a.depends_on.b: "b" has no healthcheck, so it never becomes healthy',
    ],
  ],
  [
    "waiting for the end of what never ends",
    "services: {a: {command: [x], depends_on: {b: {condition: service_completed_successfully}}}, b: {command: [x], restart: always}}",
    [
      'services.a.depends_on.b: "b" has restart: always, so it never completes',
    ],
  ],
  [
    "a circle",
    "services: {a: {command: [x], depends_on: [b]}, b: {command: [x], depends_on: [c]}, c: {command: [x], depends_on: [a]}}",
    [
      "services: these depend on each other in a circle: a -> b -> c -> a",
    ],
  ],
  ["a variable that is not set", service("command: ['${HOST}']"), [
    'services.a.command[0]: variable "HOST" is not set; write ${HOST:-default} where it need not be',
  ]],
  ["a variable with a message", service("command: ['${HOST:?say where}']"), [
    'services.a.command[0]: variable "HOST" is not set: say where',
  ]],
  ["half a variable", service("command: ['${HOST']"), [
    'services.a.command[0]: cannot read "${HOST": write ${NAME}, ${NAME:-default} or ${NAME:?message}, and $$ for a plain $',
  ]],
  [
    "an environment line without a name",
    service("command: [x]", "environment: ['=1']"),
    [
      "services.a.environment[0]: expected NAME=value, or NAME to pass one on",
    ],
  ],
  [
    "an environment value that is a list",
    service("command: [x]", "environment: {A: [1]}"),
    [
      "services.a.environment.A: expected text",
    ],
  ],
  [
    "an env file that is not there",
    service("command: [x]", "env_file: /missing.env"),
    [
      'services.a.env_file: file "/missing.env" does not exist',
    ],
  ],
  [
    "replicas at one address",
    service(
      "command: [x]",
      "deploy: {replicas: 2}",
      "healthcheck: {tcp: 'a:1'}",
    ),
    [
      "services.a.healthcheck.tcp: 2 replicas would be checked at one place; write their number into it, as in 127.0.0.1:555${REPLICA}",
    ],
  ],
  [
    "a replica with a taken name",
    "services: {a: {command: [x], deploy: {replicas: 2}}, a-2: {command: [x]}}",
    [
      'services.a.deploy.replicas: a replica would be called "a-2", as another service is',
    ],
  ],
  ["a port in words", service("command: [x]", "port: http"), [
    "services.a.port: expected a port from 1 to 65535, or auto",
  ]],
  ["port 0", service("command: [x]", "port: 0"), [
    "services.a.port: expected a port from 1 to 65535, or auto",
  ]],
  [
    "a port written twice",
    "services: {a: {command: [x], port: 5000}, b: {command: [x], port: '${PORT}'}}",
    ['services.b.port: "b" and "a" would share 5000'],
  ],
  [
    "a port that replicas reach from another service",
    "services: {a: {command: [x], port: 5001}, b: {command: [x], port: 5000, deploy: {replicas: 2}}}",
    ['services.b.port: "b-2" and "a" would share 5001'],
  ],
  [
    "a way to listen that there is not",
    service("command: [x]", "listen: tcp"),
    [
      "services.a.listen: expected unix",
    ],
  ],
  [
    "a port beside a socket",
    service("command: [x]", "listen: unix", "port: 5000"),
    ["services.a.listen: write either port or listen: unix"],
  ],
  [
    "the port of a service with a socket",
    service("command: [x, '${self.port}']", "listen: unix"),
    [
      'services.a.command[1]: cannot fill in ${self.port}: service "a" has a socket and no port; its address is ${self.address}',
    ],
  ],
  [
    "a socket with a path that no system takes",
    `services: {${"a".repeat(90)}: {command: [x], listen: unix}}`,
    [
      `services.${
        "a".repeat(90)
      }.listen: the path of its socket, "/work/.denizen/run/${
        "a".repeat(90)
      }.sock", is longer than 100 bytes; give it a shorter name`,
    ],
  ],
  [
    "more replicas than ports",
    service("command: [x]", "port: 65535", "deploy: {replicas: 2}"),
    ["services.a.port: replica 2 would get port 65536"],
  ],
  [
    "an advertised address that nobody can call",
    service("command: [x, '${self.advertise}']", "advertise: 0.0.0.0"),
    ["services.a.advertise: it must be one that callers can dial"],
  ],
  [
    "an advertised address that is none",
    service("command: [x]", "advertise: http://a"),
    [
      "services.a.advertise: expected a host, or host:port with a port up to 65535",
    ],
  ],
  [
    "an advertised host of a service without a port",
    service("command: [x]", "advertise: calc.example"),
    [
      "services.a.advertise: the service has no port; write port: into it, or the port behind the host",
    ],
  ],
  [
    "an advertised address for several replicas",
    service(
      "command: [x]",
      "advertise: a:5555",
      "port: 5555",
      "deploy: {replicas: 2}",
    ),
    [
      'services.a.advertise: 2 replicas would be called at one place, "a:5555"; leave out the port, or write their number into it, as in 555${REPLICA}',
    ],
  ],
  [
    "what a service advertises that advertises nothing",
    service("command: [x, '${self.advertise}']", "port: 1"),
    [
      "services.a.command[1]: cannot fill in ${self.advertise}: the service has no advertise; write advertise: into it",
    ],
  ],
  ["a service called self", "services: {self: {command: [x]}}", [
    "services.self: stands for the service that uses it; choose another name",
  ]],
  [
    "an address of an unknown service",
    "services: {a: {command: [x, '${brokr.address}']}, broker: {command: [x], port: 1}}",
    [
      'services.a.command[1]: cannot fill in ${brokr.address}: there is no service "brokr"; did you mean "broker"?',
    ],
  ],
  [
    "an unknown part of an address",
    service("command: [x, '${self.adress}']", "port: 1"),
    [
      'services.a.command[1]: cannot fill in ${self.adress}: "self" has no "adress"; it has address, port and advertise',
    ],
  ],
  [
    "an address of a service without a port",
    service("command: [x, '${self.address}', '${a.port}']"),
    [
      "services.a.command[1]: cannot fill in ${self.address}: the service has no port; write port: into it",
      'services.a.command[2]: cannot fill in ${a.port}: service "a" has no port; write port: into it',
    ],
  ],
  [
    "self outside of a service",
    "x-a: &a '${self.address}'\nservice: '${self.address}'\nservices: {a: {command: [x]}}",
    [
      'service: cannot fill in ${self.address}: "self" means something in a service only',
    ],
  ],
  [
    "a service without what is meant of it",
    service("command: [x, '${self}']", "port: 1"),
    [
      'services.a.command[1]: variable "self" is not set; write ${self.address} for where the service listens',
    ],
  ],
  [
    "a right to reach an unknown service",
    "services: {a: {script: a.ts, permissions: {net: [selv, brokr, database]}}, broker: {command: [x], port: 1}}",
    [
      'services.a.permissions.net[0]: there is no service "selv"; did you mean "self"?',
      'services.a.permissions.net[1]: there is no service "brokr"; did you mean "broker"?',
      'services.a.permissions.net[2]: there is no service "database"; a host needs its port, as in db:5432',
    ],
  ],
  [
    "a right to reach a service without a port",
    "services: {a: {script: a.ts, permissions: {net: [self, b]}}, b: {command: [x]}}",
    [
      "services.a.permissions.net[0]: the service has no port; write port: into it",
      'services.a.permissions.net[1]: service "b" has no port; write port: into it',
    ],
  ],
  [
    "a probe of several replicas",
    "services: {a: {command: [x], healthcheck: {tcp: b}}, b: {command: [x], port: 1, deploy: {replicas: 2}}}",
    [
      'services.a.healthcheck.tcp: "b" has several replicas, and one has to be asked',
    ],
  ],
  [
    "several at once",
    service("script: missing.ts", "restart: never", "depends_on: [zzz]") +
    "\n  b: {comand: [x]}",
    [
      "services.a.restart: expected one of no, on-failure, always, unless-stopped",
      'services.b.comand: unknown key; did you mean "command"?',
      'services.a.depends_on.zzz: there is no service "zzz"; services are a, b',
    ],
  ],
];

Deno.test("parseConfig() names each mistake, its place and what to do", async (t) => {
  for (const [name, text, lines] of MISTAKES) {
    await t.step(name, () => {
      const error = assertThrows(() => parse(text), UsageError);

      const [head, ...said] = error.message.split("\n");
      const told = said.map(withoutPlace);
      assertEquals(head, 'Cannot load config "/work/config.yaml":');
      assertEquals(told, lines);
    });
  }
});

Deno.test("parseConfig() names the line of text that is not YAML", () => {
  const error = assertThrows(() => parse("services:\n  a: [1\n"), UsageError);

  assertEquals(/line 3/.test(error.message), true, error.message);
});

Deno.test("parseConfig() says that a reference inside brackets needs quotes", () => {
  const error = assertThrows(
    () => parse("services:\n  a: { command: [x, --to=${self.address}] }\n"),
    UsageError,
  );

  assertMatch(
    error.message,
    /at line 2, .*; a text with \$\{\.\.\.\} inside \[ \] or \{ \} needs quotes$/,
  );
});

Deno.test("parseConfig() puts addresses in place of names", () => {
  const { services } = parse(`
services:
  broker:
    script: broker.ts
    port: \${PORT}
    args: ["--address=\${self.address}"]
    permissions: { net: [self, "unix:/run/x", localhost, "db:1"] }
    healthcheck: { grpc: self }
  server:
    script: server.ts
    port: 6000
    deploy: { replicas: 2 }
    environment: { OWN: "\${self.port}", BROKER: "http://\${broker.address}/" }
    permissions: { net: [self, broker] }
    healthcheck: { http: "http://\${self.address}/health" }
  client:
    script: client.ts
    args: ["--servers=\${server.address}"]
    permissions: { net: [server] }
    healthcheck: { tcp: broker }
`);

  const [broker] = services.get("broker") ?? [];
  const servers = services.get("server") ?? [];
  const [client] = services.get("client") ?? [];
  const netOf = (spec: ServiceSpec | undefined) =>
    spec?.runs.kind === "script" ? spec.runs.permissions.net : undefined;
  assertEquals([broker?.port, servers.map(({ port }) => port), client?.port], [
    5000,
    [6000, 6001],
    undefined,
  ]);
  assertEquals(broker?.runs.args, ["--address=127.0.0.1:5000"]);
  assertEquals([broker, ...servers, client].map(netOf), [
    ["127.0.0.1:5000", "unix:/run/x", "localhost", "db:1"],
    ["127.0.0.1:6000", "127.0.0.1:5000"],
    ["127.0.0.1:6001", "127.0.0.1:5000"],
    ["127.0.0.1:6000", "127.0.0.1:6001"],
  ]);
  assertEquals(servers.map(({ environment }) => environment), [
    { OWN: "6000", BROKER: "http://127.0.0.1:5000/" },
    { OWN: "6001", BROKER: "http://127.0.0.1:5000/" },
  ]);
  assertEquals(client?.runs.args, ["--servers=127.0.0.1:6000,127.0.0.1:6001"]);
  assertEquals(
    [broker, ...servers, client].map((each) => each?.healthcheck?.probe),
    [
      { kind: "grpc", address: "127.0.0.1:5000" },
      { kind: "http", url: "http://127.0.0.1:6000/health" },
      { kind: "http", url: "http://127.0.0.1:6001/health" },
      { kind: "tcp", address: "127.0.0.1:5000" },
    ],
  );
});

Deno.test("parseConfig() fills in where services are called that listen elsewhere", () => {
  const { services } = parse(`
services:
  a:
    command: [x, "\${self.advertise}"]
    port: \${PORT}
    advertise: \${HOST:-calc.example}
    deploy: { replicas: 2 }
  b: { command: [x, "\${self.advertise}", "\${a.advertise}"], advertise: "[::1]", port: 443 }
  c: { command: [x, "\${self.advertise}"], advertise: "10.0.0.5:555\${REPLICA}" }
`);

  assertEquals(
    [...services.values()].flat().map(({ runs, advertise }) => [
      advertise,
      ...runs.args,
    ]),
    [
      ["calc.example:5000", "calc.example:5000"],
      ["calc.example:5001", "calc.example:5001"],
      [
        "[::1]:443",
        "[::1]:443",
        "calc.example:5000,calc.example:5001",
      ],
      ["10.0.0.5:5551", "10.0.0.5:5551"],
    ],
  );
});

Deno.test("parseConfig() lets replicas have the ports that are written for each", () => {
  const { services } = parse(service(
    "command: [x]",
    "port: 555${REPLICA}",
    "deploy: { replicas: 2 }",
    "healthcheck: { tcp: self }",
  ));

  assertEquals(services.get("a")?.map(({ port }) => port), [5551, 5552]);
});

Deno.test("parseConfig() has a socket and its address stand for a service with listen: unix, and grants it", () => {
  const { services } = parse(`
services:
  a:
    script: a.ts
    listen: unix
    deploy: { replicas: 2 }
    args: ["\${self.address}"]
    permissions: { net: [self], read: [data] }
    healthcheck: { grpc: self }
  b:
    script: b.ts
    args: ["--a=\${a.address}"]
    permissions: { net: [a], write: true }
  c: { script: c.ts, listen: unix, permissions: { net: true } }
`);
  const [one, two] = ["a-1", "a-2"].map((name) =>
    `/work/.denizen/run/${name}.sock`
  );
  const [first, second] = services.get("a") ?? [];

  assertEquals([first?.socket, second?.socket], [one, two]);
  assertEquals(second && addressOf(second), `unix:${two}`);
  assertEquals(second?.healthcheck?.probe, {
    kind: "grpc",
    address: `unix:${two}`,
  });
  assertEquals(second?.runs, {
    kind: "script",
    script: "/work/a.ts",
    args: [`unix:${two}`],
    permissions: {
      net: [`unix:${two}`],
      read: ["data", two!],
      write: [two!],
    },
  });
  assertEquals(services.get("b")?.[0]?.runs, {
    kind: "script",
    script: "/work/b.ts",
    args: [`--a=unix:${one},unix:${two}`],
    permissions: {
      net: [`unix:${one}`, `unix:${two}`],
      read: [one!, two!],
      write: true,
    },
  });
  const own = ["/work/.denizen/run/c.sock"];
  assertEquals(services.get("c")?.[0]?.runs, {
    kind: "script",
    script: "/work/c.ts",
    args: [],
    permissions: { net: true, read: own, write: own },
  });
});

Deno.test("parseConfig() asks for a port where it says auto, none that is written", () => {
  const asked: [string, number[]][] = [];
  const { services } = parseConfig(
    "services: {a: {command: [x], port: auto, deploy: {replicas: 2}}, b: {command: [x], port: 5000}}",
    {
      path: "/work/config.yaml",
      autoPort(key, taken) {
        asked.push([key, [...taken]]);
        return 7_000 + asked.length;
      },
    },
  );

  assertEquals(services.get("a")?.map(({ port }) => port), [7_001, 7_002]);
  assertEquals(asked, [["a-1", [5000]], ["a-2", [5000, 7_001]]]);
});

Deno.test("parseConfig() fills in the defaults", () => {
  const [spec] = parse(service("script: a.ts")).services.get("a") ?? [];

  assertEquals(spec, {
    name: "a",
    service: "a",
    runs: { kind: "script", script: "/work/a.ts", args: [], permissions: {} },
    port: undefined,
    socket: undefined,
    environment: {},
    inheritEnvironment: false,
    auth: "token",
    envFiles: [],
    workingDir: "/work",
    dependsOn: [],
    memLimitBytes: undefined,
    watch: undefined,
    buildWith: undefined,
    healthcheck: undefined,
    restart: {
      when: "on-failure",
      delayMs: 100,
      maxDelayMs: 10_000,
      maxAttempts: undefined,
      windowMs: 60_000,
      resetAfterMs: 10_000,
    },
    schedule: undefined,
    stopSignal: "SIGTERM",
    stopGraceMs: 5_000,
    profiles: [],
    logging: { maxBytes: 10 * 2 ** 20, maxFiles: 3 },
  });
});

Deno.test("parseConfig() reads docker compose's forms", () => {
  const { services } = parse(`
x-common: &common
  restart: always
  stop_grace_period: 1m30s
services:
  a:
    <<: *common
    command: [bin/run, --port, 5000, '\${PORT}', '\${NONE:-7}', $$HOME, $HOME]
    environment: [A=1, B=x=y, C]
    healthcheck: { http: 'http://127.0.0.1:\${PORT}/healthz', retries: '\${RETRIES:-4}' }
    logging: { max_size: 2m }
    x-note: mine
  b:
    command: [run]
    environment: { A: 1, B: true, C: null, x-d: kept }
    depends_on: { a: { condition: service_healthy } }
`);

  const [a] = services.get("a") ?? [];
  const [b] = services.get("b") ?? [];
  assertEquals(a?.runs, {
    kind: "command",
    program: "/work/bin/run",
    args: ["--port", "5000", "5000", "7", "$HOME", "$HOME"],
  });
  assertEquals(a?.environment, { A: "1", B: "x=y", C: null });
  assertEquals(a?.healthcheck?.probe, {
    kind: "http",
    url: "http://127.0.0.1:5000/healthz",
  });
  assertEquals(a?.healthcheck?.retries, 4);
  assertEquals(a?.restart.when, "always");
  assertEquals(a?.stopGraceMs, 90_000);
  assertEquals(a?.logging.maxBytes, 2 * 2 ** 20);
  assertEquals(b?.environment, { A: "1", B: "true", C: null, "x-d": "kept" });
  assertEquals(b?.dependsOn, [
    { service: "a", condition: "service_healthy" },
  ]);
});

Deno.test("parseConfig() gives each replica its number", () => {
  const { services } = parse(service(
    "command: [run, '--address=127.0.0.1:555${REPLICA}']",
    "healthcheck: { tcp: '127.0.0.1:555${REPLICA}' }",
    "deploy: { replicas: 2 }",
  ));

  const specs = services.get("a") ?? [];
  assertEquals(
    specs.map(({ name, runs, healthcheck }) => ({
      name,
      args: runs.args,
      probe: healthcheck?.probe,
    })),
    [1, 2].map((number) => ({
      name: `a-${number}`,
      args: [`--address=127.0.0.1:555${number}`],
      probe: { kind: "tcp" as const, address: `127.0.0.1:555${number}` },
    })),
  );
});

Deno.test("requireServices() suggests the name that was meant", () => {
  const config = parse("services: {broker: {command: [x]}}");

  assertThrows(
    () => requireServices(config, ["borker"]),
    UsageError,
    'Cannot find service "borker" in config.yaml; did you mean "broker"?',
  );
});

Deno.test("namesOf() and serviceOf() know services and replicas", () => {
  const config = parse(
    "services: {a: {command: [x]}, b: {command: [x], deploy: {replicas: 2}}}",
  );

  const names = namesOf(config);

  assertEquals(names, ["a", "b", "b-1", "b-2"]);
  assertEquals(
    [...names, "b-3"].map((name) => serviceOf(config, name)),
    ["a", "b", "b", "b", undefined],
  );
});

Deno.test("graphOf() lists what each service depends on", () => {
  const config = parse(
    "services: {a: {command: [x], depends_on: [b]}, b: {command: [x]}}",
  );

  assertEquals([...graphOf(config)], [["a", ["b"]], ["b", []]]);
});

Deno.test("config.schema.json is current; `deno task schema` writes it", async () => {
  const written = await Deno.readTextFile(
    new URL("../../../config.schema.json", import.meta.url),
  );

  assertEquals(written, configJsonSchema());
});
