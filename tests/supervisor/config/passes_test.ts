import { assertEquals } from "@std/assert";
import {
  checkFiles,
  checkRelations,
  checkShapes,
  type Draft,
  draftOf,
  dropExtensions,
  fillIn,
  makeSpecs,
  nameServices,
  type Pass,
  type Surroundings,
} from "../../../supervisor/config/passes.ts";
import { describeProblems } from "../../../runtime/config/problems.ts";

const SURROUNDINGS: Surroundings = {
  path: "/work/config.yaml",
  dashboard: {
    folder: "/work/state/dashboard",
    collector: "/work/state/dashboard/collector.sock",
    control: "/work/state/control.sock",
  },
  folder: "/work",
  variables: { PORT: "5000" },
  replicas: new Map([["scaled", 3]]),
  socketAt: (name) => `/work/run/${name}.sock`,
  autoPort: (_key, taken) => Math.max(6000, ...taken) + 1,
  isFile: (path) => !path.includes("missing"),
};

/** Takes a draft through passes, one after the other. */
function through(written: unknown, ...passes: Pass[]): Draft {
  return passes.reduce(
    (draft, pass) => pass(draft, SURROUNDINGS),
    draftOf(written),
  );
}

/** Returns what the last pass has found wrong. */
function problemsOf(written: unknown, ...passes: Pass[]): string[] {
  const before = through(written, ...passes.slice(0, -1)).problems;
  const { problems } = through(written, ...passes);
  assertEquals(problems.slice(0, before.length), before);
  return problems.length === before.length
    ? []
    : describeProblems(problems.slice(before.length)).split("\n")
      .map((line) => line.trim());
}

const TO_SPECS = [nameServices, fillIn, checkShapes, makeSpecs];

/** What is written, and what is left of it. */
const EXTENSIONS: [string, unknown, unknown][] = [
  ["nothing", null, null],
  ["a text", "x-a", "x-a"],
  ["its own keys", { "x-a": 1, services: {} }, { services: {} }],
  ["keys in a service", { services: { a: { "x-b": 1, port: 5 } } }, {
    services: { a: { port: 5 } },
  }],
  ["keys in lists", { services: { a: { args: [{ "x-b": 1, c: 2 }] } } }, {
    services: { a: { args: [{ c: 2 }] } },
  }],
  ["no names of services", { services: { "x-a": {} } }, {
    services: { "x-a": {} },
  }],
  ["no variables", { services: { a: { environment: { "x-b": "1" } } } }, {
    services: { a: { environment: { "x-b": "1" } } },
  }],
  ["keys of a service called as such a map", {
    services: { environment: { "x-b": 1 } },
  }, { services: { environment: {} } }],
];

for (const [what, written, left] of EXTENSIONS) {
  Deno.test(`dropExtensions() drops of ${what} what is the user's own`, () => {
    assertEquals(dropExtensions(draftOf(written)).written, left);
  });
}

/** What is written, and the ports that names stand for. */
const NAMES: [string, unknown, Record<string, number[] | undefined>][] = [
  ["an empty file", null, {}],
  ["no map", { services: "a" }, { "0": undefined }],
  ["a service without a port", { services: { a: {} } }, { a: undefined }],
  ["a port", { services: { a: { port: 5 } } }, { a: [5] }],
  ["a variable", { services: { a: { port: "${PORT}" } } }, { a: [5000] }],
  ["what is no port", { services: { a: { port: "x" } } }, { a: undefined }],
  ["replicas", { services: { a: { port: 5, deploy: { replicas: 2 } } } }, {
    a: [5, 6],
  }],
  ["as many as run", { services: { scaled: { port: 5 } } }, {
    scaled: [5, 6, 7],
  }],
  ["auto", { services: { a: { port: "auto" }, b: { port: 6001 } } }, {
    a: [6002],
    b: [6001],
  }],
];

for (const [what, written, ports] of NAMES) {
  Deno.test(`nameServices() finds the ports of ${what}`, () => {
    const { names } = through(written, nameServices);

    assertEquals(names.services, Object.keys(ports));
    assertEquals(
      names.services.map((name) => names.ports.get(name)),
      Object.values(ports),
    );
  });
}

/** One service as it is written, and as it is filled in; else the problem. */
const FILLED: [string, unknown, unknown, string[]][] = [
  ["a variable", { args: ["${PORT}"] }, { args: ["5000"] }, []],
  ["the number of the first replica", { args: ["${REPLICA}"] }, {
    args: ["1"],
  }, []],
  ["an address", { args: ["${b.address}"] }, { args: ["127.0.0.1:7"] }, []],
  ["its own address", { port: 8, args: ["${self.port}"] }, {
    port: 8,
    args: ["8"],
  }, []],
  ["a right", { permissions: { net: ["b", "db:5"], read: ["b"] } }, {
    permissions: { net: ["127.0.0.1:7", "db:5"], read: ["b"] },
  }, []],
  ["a probe", { healthcheck: { tcp: "b" } }, {
    healthcheck: { tcp: "127.0.0.1:7" },
  }, []],
  ["an unknown variable", { args: ["${NO}"] }, { args: ["${NO}"] }, [
    'services.a.args[0]: variable "NO" is not set; write ${NO:-default} where it need not be',
  ]],
  ["an unknown service", { permissions: { net: ["c"] } }, {
    permissions: { net: ["c"] },
  }, [
    'services.a.permissions.net[0]: there is no service "c"; a host needs its port, as in db:5432',
  ]],
  ["no map", "${PORT}", "5000", []],
];

for (const [what, written, filled, problems] of FILLED) {
  Deno.test(`fillIn() fills in ${what}`, () => {
    const services = { a: written, b: { port: 7 } };

    const draft = through({ services }, nameServices, fillIn);

    assertEquals(draft.filled, { services: { a: filled, b: { port: 7 } } });
    assertEquals(
      problemsOf({ services }, nameServices, fillIn),
      problems,
    );
  });
}

Deno.test("fillIn() leaves what is no map of services", () => {
  for (const written of [null, 5, "text", [1], { services: ["a"] }]) {
    assertEquals(through(written, nameServices, fillIn).filled, written);
  }
});

/** What is written, the services that are right, and the problems. */
const SHAPES: [string, unknown, string[], string[]][] = [
  ["an empty file", null, [], ["the file is empty: services is missing"]],
  ["a right one", { services: { a: { command: ["x"] } } }, ["a"], []],
  [
    "a wrong one beside a right one",
    {
      services: { a: { command: ["x"] }, b: { script: 5 } },
    },
    ["a"],
    ["services.b.script: expected text"],
  ],
  [
    "a misspelt key, and not what it leaves missing",
    {
      services: { a: { comand: ["x"] } },
    },
    [],
    ['services.a.comand: unknown key; did you mean "command"?'],
  ],
  [
    "nothing of what could not be filled in",
    {
      services: { a: { command: ["x"], restart: "${NO}" } },
    },
    [],
    [],
  ],
];

for (const [what, written, right, problems] of SHAPES) {
  Deno.test(`checkShapes() tells of ${what}`, () => {
    const passes = [nameServices, fillIn, checkShapes];

    assertEquals(Object.keys(through(written, ...passes).shapes), right);
    assertEquals(problemsOf(written, ...passes), problems);
  });
}

/** One service, the processes it becomes, and the problems. */
const SPECS: [string, string, Record<string, unknown>, string[], string[]][] = [
  ["one process", "a", { command: ["x", "${REPLICA}"] }, ["a x 1 -"], []],
  ["one with a port", "a", { command: ["x"], port: 5 }, ["a x 5"], []],
  [
    "its replicas",
    "a",
    {
      command: ["x", "${REPLICA}"],
      port: 5,
      deploy: { replicas: 2 },
    },
    ["a-1 x 1 5", "a-2 x 2 6"],
    [],
  ],
  ["as many as run", "scaled", { command: ["x"], deploy: { replicas: 2 } }, [
    "scaled-1 x -",
    "scaled-2 x -",
    "scaled-3 x -",
  ], []],
  [
    "what only a further replica has wrong",
    "a",
    {
      command: ["x"],
      healthcheck: { tcp: "127.0.0.1:6553${REPLICA}" },
      deploy: { replicas: 6 },
    },
    ["a-1 x -", "a-2 x -", "a-3 x -", "a-4 x -", "a-5 x -", "a-6 x -"],
    [
      "services.a.healthcheck.tcp: expected an address such as 127.0.0.1:50051",
    ],
  ],
];

for (const [what, service, shape, processes, problems] of SPECS) {
  Deno.test(`makeSpecs() makes of a service ${what}`, () => {
    const written = { services: { [service]: shape } };

    const specs = through(written, ...TO_SPECS).services.get(service) ?? [];

    assertEquals(
      specs.map(({ name, runs, port }) => {
        const [program] = runs.kind === "command" ? [runs.program] : [];
        return [name, program, ...runs.args, port ?? "-"].join(" ");
      }),
      processes,
    );
    assertEquals(problemsOf(written, ...TO_SPECS), problems);
  });
}

const RUNS = { command: ["x"] };
const HEALTHY = { condition: "service_healthy" };
const COMPLETED = { condition: "service_completed_successfully" };

/** The services, and what is wrong between them. */
const RELATIONS: [string, Record<string, unknown>, string[]][] = [
  ["nothing", { a: { ...RUNS, depends_on: ["b"] }, b: RUNS }, []],
  ["an unknown dependency", { a: { ...RUNS, depends_on: ["c"] }, b: RUNS }, [
    'services.a.depends_on.c: there is no service "c"; services are a, b',
  ]],
  ["an unknown dependency of one that is wrong", {
    ab: { comand: [], depends_on: { ac: null } },
  }, [
    'services.ab.depends_on.ac: there is no service "ac"; did you mean "ab"?',
  ]],
  ["no more of a dependency that is wrong", {
    a: { ...RUNS, depends_on: { b: HEALTHY } },
    b: { comand: [] },
  }, []],
  ["a dependency on itself", { a: { ...RUNS, depends_on: ["a"] } }, [
    "services.a.depends_on.a: depends on itself",
  ]],
  ["what never becomes healthy", {
    a: { ...RUNS, depends_on: { b: HEALTHY } },
    b: RUNS,
  }, [
    'services.a.depends_on.b: "b" has no healthcheck, so it never becomes healthy',
  ]],
  ["what never completes", {
    a: { ...RUNS, depends_on: { b: COMPLETED } },
    b: { ...RUNS, restart: "always" },
  }, [
    'services.a.depends_on.b: "b" has restart: always, so it never completes',
  ]],
  ["what completes", {
    a: { ...RUNS, depends_on: { b: COMPLETED } },
    b: { ...RUNS, restart: "on-failure" },
  }, []],
  ["variables that only the supervisor sets", {
    a: { ...RUNS, environment: { DENIZEN_TOKEN: "x", DENIZEN_AUTH: "none" } },
    b: { ...RUNS, environment: ["DENIZEN_TOKEN", "DENIZENS=1"] },
  }, [
    "services.a.environment.DENIZEN_TOKEN: is set by the supervisor for each process",
    "services.a.environment.DENIZEN_AUTH: is set by the supervisor; write auth: none into the service instead",
    "services.b.environment.DENIZEN_TOKEN: is set by the supervisor for each process",
  ]],
  ["replicas asked at one place", {
    a: {
      ...RUNS,
      deploy: { replicas: 2 },
      healthcheck: { tcp: "127.0.0.1:7" },
    },
  }, [
    "services.a.healthcheck.tcp: 2 replicas would be checked at one place; write their number into it, as in 127.0.0.1:555${REPLICA}",
  ]],
  ["replicas asked by a program", {
    a: { ...RUNS, deploy: { replicas: 2 }, healthcheck: { exec: ["y"] } },
  }, []],
  ["a port of two", { a: { ...RUNS, port: 5 }, b: { ...RUNS, port: 5 } }, [
    'services.b.port: "b" and "a" would share 5',
  ]],
  ["a port of two that need not run together", {
    a: { ...RUNS, port: 5, profiles: ["p"] },
    b: { ...RUNS, port: 5 },
  }, []],
  ["a port that there is not", {
    a: { ...RUNS, port: 65_535, deploy: { replicas: 2 } },
  }, ["services.a.port: replica 2 would get port 65536"]],
  ["a name of two", {
    "a": { ...RUNS, deploy: { replicas: 2 } },
    "a-2": RUNS,
  }, [
    'services.a.deploy.replicas: a replica would be called "a-2", as another service is',
  ]],
  ["a circle", {
    a: { ...RUNS, depends_on: ["b"] },
    b: { ...RUNS, depends_on: ["c"] },
    c: { ...RUNS, depends_on: ["b"] },
  }, ["services: these depend on each other in a circle: b -> c -> b"]],
  ["a circle only where nothing else is wrong", {
    a: { ...RUNS, depends_on: ["b"] },
    b: { ...RUNS, depends_on: ["a", "b"] },
  }, ["services.b.depends_on.b: depends on itself"]],
];

for (const [what, services, problems] of RELATIONS) {
  Deno.test(`checkRelations() finds ${what}`, () => {
    assertEquals(
      problemsOf({ services }, ...TO_SPECS, checkRelations),
      problems,
    );
  });
}

/** One service, and what is wrong with its files. */
const FILES: [string, Record<string, unknown>, string[]][] = [
  ["nothing", { script: "a.ts", env_file: "a.env" }, []],
  ["nothing of a command", { command: ["missing"] }, []],
  ["a script that is not there", { script: "missing.ts" }, [
    'services.a.script: file "missing.ts" does not exist',
  ]],
  ["env files that are not there", {
    ...RUNS,
    env_file: ["a.env", "missing.env"],
  }, [
    'services.a.env_file: file "/work/missing.env" does not exist',
  ]],
];

for (const [what, shape, problems] of FILES) {
  Deno.test(`checkFiles() finds ${what}`, () => {
    assertEquals(
      problemsOf({ services: { a: shape } }, ...TO_SPECS, checkFiles),
      problems,
    );
  });
}
