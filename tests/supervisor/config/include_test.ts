import { assert, assertEquals, assertThrows } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { UsageError } from "../../../runtime/program/errors.ts";
import type { Config } from "../../../supervisor/config/config.ts";
import { filesOfService } from "../../../supervisor/config/config.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** The files of a config, by path from its folder. */
type Files = Record<string, string>;

const RUN = "command: [x]";

/** A folder with files in it. */
async function written(files: Files) {
  const folder = await tempFolder();
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(folder.file(name)), { recursive: true });
    await Deno.writeTextFile(folder.file(name), text);
  }
  return folder;
}

/** Reads `main/config.yaml` of a folder. */
function parse(
  folder: string,
  variables: Record<string, string> = {},
): Config {
  const path = join(folder, "main/config.yaml");
  return parseConfig(Deno.readTextFileSync(path), { path, variables });
}

/** Returns what is said of the config of some files, paths from their folder. */
async function refusalOf(files: Files): Promise<string[]> {
  await using folder = await written(files);
  const { message } = assertThrows(() => parse(folder.path), UsageError);
  return message.replaceAll(`${folder.path}/`, "").split("\n").slice(1)
    .map((line) => line.trim());
}

Deno.test("include reads each path of an included file from that file's folder", async () => {
  await using folder = await written({
    "main/config.yaml":
      "include: [../infra/config.yaml]\nservices: {own: {script: own.ts}}",
    "main/own.ts": "",
    "infra/config.yaml": `
services:
  store:
    script: src/store.ts
    env_file: local.env
    permissions: { read: [data] }
    healthcheck: { exec: [./check.sh] }
  tool: { command: [./bin/tool], working_dir: data }
`,
    "infra/src/store.ts": "",
    "infra/local.env": "A=1",
  });

  const { services, folder: main, stateDir } = parse(folder.path);

  const [store, tool] = ["store", "tool"].map((name) =>
    services.get(name)![0]!
  );
  const infra = folder.file("infra");
  assertEquals([...services.keys()], ["own", "store", "tool"]);
  assert(store!.runs.kind === "script" && tool!.runs.kind === "command");
  assertEquals(store!.runs.script, join(infra, "src/store.ts"));
  assertEquals(store!.workingDir, infra);
  assertEquals(store!.envFiles, [join(infra, "local.env")]);
  assertEquals(store!.runs.permissions, { read: ["data"] });
  assertEquals(tool!.runs.program, join(infra, "bin/tool"));
  assertEquals(tool!.workingDir, join(infra, "data"));
  assertEquals(services.get("own")![0]!.workingDir, main);
  assertEquals(stateDir, folder.file("main/.denizen"));
});

Deno.test("include goes on in the included file, from its folder, in YAML's order", async () => {
  await using folder = await written({
    "main/config.yaml":
      `include: [sub/a.yaml, { path: sub/c.yaml }]\nservices: {own: {${RUN}}}`,
    "main/sub/a.yaml": `include: [b/b.yaml]\nservices: {a: {${RUN}}}`,
    "main/sub/b/b.yaml": `x-note: 1\nservices: {b: {${RUN}}}`,
    "main/sub/c.yaml": `services: {c: {${RUN}}}`,
  });

  const config = parse(folder.path);

  assertEquals([...config.services.keys()], ["own", "a", "b", "c"]);
  assertEquals(
    ["own", "b"].flatMap((name) => filesOfService(config, name))
      .map((file) => relative(folder.path, file)),
    ["main/config.yaml", "main/sub/b/b.yaml"],
  );
});

Deno.test("include lets services of all files name each other", async () => {
  await using folder = await written({
    "main/config.yaml":
      `include: [a.yaml]\nservices: {own: {command: [x, "\${a.address}"], port: 1, depends_on: {a: {condition: service_healthy}}}}`,
    "main/a.yaml":
      `services: {a: {script: a.ts, port: 2, permissions: {net: [self, own]}, healthcheck: {tcp: self}, profiles: [p]}}`,
    "main/a.ts": "",
  });

  const { services } = parse(folder.path);

  const [own, a] = ["own", "a"].map((name) => services.get(name)![0]!);
  assertEquals(own!.runs.kind === "command" && own!.runs.args, [
    "127.0.0.1:2",
  ]);
  assertEquals(a!.runs.kind === "script" && a!.runs.permissions.net, [
    "127.0.0.1:2",
    "127.0.0.1:1",
  ]);
  assertEquals(a!.profiles, ["p"]);
});

Deno.test("include fills in ${NAME} from its env_file, and the environment wins", async () => {
  await using folder = await written({
    "main/config.yaml": `
include:
  - path: "\${WHERE}/a.yaml"
    env_file: [one.env, two.env]
services: { own: { command: ["\${ONE:-none}"] } }
`,
    "main/one.env": "ONE=1\nTWO=1\nSET=file\nPORT=5000",
    "main/two.env": "TWO=2\nREF=${SET}",
    "main/sub/a.yaml": `
include: [b.yaml]
services:
  a:
    command: ["\${ONE}\${TWO} \${SET} \${REF}"]
    port: "\${PORT}"
    environment: [ONE, SET, OTHER]
`,
    "main/sub/b.yaml": 'services: { b: { command: ["${TWO}"] } }',
  });

  const { services } = parse(folder.path, { WHERE: "sub", SET: "environment" });

  const said = (name: string) => {
    const { runs } = services.get(name)![0]!;
    return runs.kind === "command" ? runs.program : undefined;
  };
  assertEquals(said("own"), "none");
  assertEquals(said("a"), "12 environment environment");
  assertEquals(said("b"), "2");
  assertEquals(services.get("a")![0]!.port, 5000);
  assertEquals(services.get("a")![0]!.environment, {
    ONE: "1",
    SET: null,
    OTHER: null,
  });
});

Deno.test("include takes project_directory for the folder of a file", async () => {
  await using folder = await written({
    "main/config.yaml":
      "include: [{ path: sub/a.yaml, project_directory: other }]",
    "main/sub/a.yaml": `include: [b.yaml]\nservices: {a: {script: a.ts}}`,
    "main/other/a.ts": "",
    "main/other/b.yaml": `services: {b: {${RUN}}}`,
  });

  const { services } = parse(folder.path);

  assertEquals(services.get("a")![0]!.workingDir, folder.file("main/other"));
  assertEquals(services.get("b")![0]!.workingDir, folder.file("main/other"));
});

Deno.test("include lays several files of one entry over each other", async () => {
  await using folder = await written({
    "main/config.yaml": "include: [{ path: [sub/a.yaml, over.yaml] }]",
    "main/sub/a.yaml": `
services:
  a:
    script: a.ts
    args: [one]
    environment: [A=1, B=1]
    permissions: { read: [data], env: [A] }
    depends_on: [b]
    restart: always
    healthcheck: { tcp: "127.0.0.1:1", interval: 2s }
  b: { script: a.ts }
`,
    "main/sub/a.ts": "",
    "main/over.yaml": `
services:
  a:
    args: [two]
    environment: { B: 2 }
    permissions: { read: [more] }
    depends_on: { c: { condition: service_started } }
    healthcheck: { exec: [true] }
  b: { command: [y] }
  c: { command: [x] }
`,
  });

  const { services } = parse(folder.path);

  const [a] = services.get("a")!;
  assert(a!.runs.kind === "script");
  assertEquals(a!.runs.args, ["two"]);
  assertEquals(a!.runs.permissions, { read: ["data", "more"], env: ["A"] });
  assertEquals(a!.environment, { A: "1", B: "2" });
  assertEquals(a!.dependsOn.map(({ service }) => service), ["b", "c"]);
  assertEquals(a!.restart.when, "always");
  assertEquals(a!.healthcheck?.probe.kind, "exec");
  assertEquals(a!.healthcheck?.intervalMs, 2_000);
  assertEquals(services.get("b")![0]!.runs.kind, "command");
  assertEquals(services.get("c")![0]!.workingDir, folder.file("main/sub"));
});

Deno.test("include takes a file that comes by two ways once", async () => {
  await using folder = await written({
    "main/config.yaml": "include: [a.yaml, sub/b.yaml]",
    "main/a.yaml": `include: [shared.yaml]\nservices: {a: {${RUN}}}`,
    "main/sub/b.yaml":
      `include: [{path: ../shared.yaml, env_file: b.env}]\nservices: {b: {${RUN}}}`,
    "main/sub/b.env": "UNUSED=1",
    "main/shared.yaml": `services: {shared: {${RUN}}}`,
  });

  const { services } = parse(folder.path);

  assertEquals([...services.keys()], ["a", "shared", "b"]);
});

Deno.test("include gives services the auth of their own file, or of that which includes it", async () => {
  await using folder = await written({
    "main/config.yaml": `auth: none\ninclude: [a.yaml, b.yaml]`,
    "main/a.yaml": `include: [c.yaml]\nservices: {a: {${RUN}}}`,
    "main/b.yaml": `auth: token\ninclude: [d.yaml]\nservices: {b: {${RUN}}}`,
    "main/c.yaml": `services: {c: {${RUN}}}`,
    "main/d.yaml": `services: {d: {${RUN}}, e: {${RUN}, auth: none}}`,
  });

  const { services } = parse(folder.path);

  assertEquals(
    [...services].map(([name, [spec]]) => `${name} ${spec!.auth}`),
    ["a none", "c none", "b token", "d token", "e none"],
  );
});

/** Nine maps, each of which stands for ten of the one before. */
const BOMB = `${
  Array.from({ length: 9 }, (_, level) =>
    `x-${level}: &a${level} [${
      Array(10).fill(level === 0 ? "x" : `*a${level - 1}`).join(", ")
    }]`).join("\n")
}\nservices: {a: {command: *a8}}`;

/** What is wrong, the files, and all that is said of it. */
const MISTAKES: [string, Files, string[]][] = [
  ["files that are not there", {
    "main/config.yaml":
      `include:\n  - a.yaml\n  - path: [b.yaml, sub]\n    env_file: c.env\nservices: {own: {${RUN}, depends_on: [a]}}`,
    "main/sub/x": "",
  }, [
    'main/config.yaml:2:5: include[0]: file "a.yaml" does not exist',
    'main/config.yaml:3:12: include[1].path[0]: file "b.yaml" does not exist',
    'main/config.yaml:3:20: include[1].path[1]: file "sub" is a folder',
    'main/config.yaml:4:5: include[1].env_file: file "c.env" does not exist',
  ]],
  ["what docker compose would fetch", {
    "main/config.yaml": "include: [https://example.com/a.yaml]",
  }, [
    'main/config.yaml:1:11: include[0]: "https://example.com/a.yaml" is no file of this machine; include a copy of it',
  ]],
  ["an include of another form", {
    "main/config.yaml": "include: a.yaml",
  }, ["main/config.yaml:1:1: include: expected a list of files"]],
  ["unknown and missing keys", {
    "main/config.yaml": "include: [{ pth: a.yaml }, { path: [] }]",
  }, [
    "main/config.yaml:1:11: include[0].path: expected a file, or a list of files",
    'main/config.yaml:1:13: include[0].pth: unknown key; did you mean "path"?',
    "main/config.yaml:1:30: include[1].path: expected a file",
  ]],
  ["what the files themselves have wrong, all at once", {
    "main/config.yaml":
      `include: [a.yaml, b.yaml, c.yaml, d.yaml, e.yaml]\nservices: {own: {comand: [x]}}`,
    "main/a.yaml": `servces: {a: {${RUN}}}`,
    "main/b.yaml": "services:\n  a: [1",
    "main/c.yaml": "- a",
    "main/d.yaml": "services: [d]\nauth: maybe",
    "main/e.yaml": BOMB,
  }, [
    'main/a.yaml:1:1: servces: unknown key; did you mean "services"?',
    "main/b.yaml:2:8: Flow sequence in block collection must be sufficiently indented and end with a ]",
    "main/c.yaml:1:1: expected a map",
    "main/d.yaml:2:1: auth: expected one of token, none",
    "main/d.yaml:1:1: services: expected a map",
    "main/e.yaml:1:17: its aliases stand for more than 100000 values",
  ]],
  ["mistakes in services, with their places", {
    "main/config.yaml":
      `include:\n  - { path: a.yaml, env_file: a.env }\nservices:\n  own:\n    ${RUN}\n    restart: never`,
    "main/a.env": "",
    "main/a.yaml": [
      "x-base: &base",
      "  restrat: always",
      "services:",
      "  a:",
      "    <<: *base",
      "    command: [x, '${HOST}']",
      "    depends_on: [bb]",
      "  b:",
      "    script: missing.ts",
    ].join("\n"),
  }, [
    'main/a.yaml:6:18: services.a.command[1]: variable "HOST" is not set; write ${HOST:-default} where it need not be',
    "main/config.yaml:6:5: services.own.restart: expected one of no, on-failure, always, unless-stopped",
    'main/a.yaml:2:3: services.a.restrat: unknown key; did you mean "restart"?',
    'main/a.yaml:7:5: services.a.depends_on.bb: there is no service "bb"; did you mean "b"?',
    'main/a.yaml:9:5: services.b.script: file "missing.ts" does not exist',
  ]],
  ["a line of an env file", {
    "main/config.yaml": "include: [{ path: a.yaml, env_file: a.env }]",
    "main/a.env": "A=1\nno name\n",
    "main/a.yaml": `services: {a: {${RUN}}}`,
  }, [
    `main/a.env:2:1: "no name" is no variable's name: expected NAME=value`,
  ]],
  ["a name that two files have", {
    "main/config.yaml": `include: [a.yaml, b.yaml]\nservices: {a: {${RUN}}}`,
    "main/a.yaml": `services:\n  a: {${RUN}}\n  b: {${RUN}}`,
    "main/b.yaml": `services:\n  b: {${RUN}}`,
  }, [
    "main/a.yaml:2:3: services.a: stands in main/config.yaml:2:12, too; rename one of them",
    "main/b.yaml:2:3: services.b: stands in main/a.yaml:3:3, too; rename one of them",
  ]],
  ["a file that comes twice and differs", {
    "main/config.yaml": "include: [a.yaml, { path: a.yaml, env_file: a.env }]",
    "main/a.env": "PORT=2",
    "main/a.yaml": 'services: { a: { command: [x], port: "${PORT:-1}" } }',
  }, [
    "main/a.yaml:1:13: services.a: is included twice, with other variables, another folder, another auth or other certificates; include it once",
  ]],
  ["circles", {
    "main/config.yaml": `include: [a.yaml]\nservices: {own: {${RUN}}}`,
    "main/a.yaml": "include:\n  - sub/b.yaml\n  - a.yaml",
    "main/sub/b.yaml": "include: [../config.yaml]",
  }, [
    "main/sub/b.yaml:1:11: include[0]: these files include each other in a circle: main/config.yaml -> main/a.yaml -> main/sub/b.yaml -> main/config.yaml",
    "main/a.yaml:3:5: include[1]: these files include each other in a circle: main/a.yaml -> main/a.yaml",
  ]],
  ["files without a service", {
    "main/config.yaml": "include: [a.yaml]",
    "main/a.yaml": "x-a: 1",
  }, ["main/config.yaml:1:1: services: expected at least one service"]],
  ["ports that services of two files share", {
    "main/config.yaml":
      `include: [a.yaml]\nservices: {own: {${RUN}, port: 5000}}`,
    "main/a.yaml": `services:\n  a:\n    ${RUN}\n    port: 5000`,
  }, ['main/a.yaml:4:5: services.a.port: "a" and "own" would share 5000']],
];

Deno.test("include names each mistake with its file, line and column", async (t) => {
  for (const [what, files, lines] of MISTAKES) {
    await t.step(what, async () => assertEquals(await refusalOf(files), lines));
  }
});

Deno.test("include finds a circle that leads through links", async () => {
  await using folder = await written({
    "main/config.yaml": "include: [a.yaml]",
    "main/a.yaml": `include: [self/a.yaml]\nservices: {a: {${RUN}}}`,
  });
  await Deno.symlink(".", folder.file("main/self"));

  assertThrows(() => parse(folder.path), UsageError, "in a circle");
});

Deno.test("include says of a file that it cannot be read", async () => {
  await using folder = await written({
    "main/config.yaml": "include: [a.yaml]",
    "main/a.yaml": "",
  });
  const path = folder.file("main/config.yaml");

  const { message } = assertThrows(
    () =>
      parseConfig(Deno.readTextFileSync(path), {
        path,
        readFile() {
          throw new Deno.errors.PermissionDenied(
            "Permission denied (os error 13): readfile",
          );
        },
      }),
    UsageError,
  );

  assertEquals(
    message.split("\n")[1],
    `  ${folder.file("main/a.yaml")}:1:1: cannot be read: permission denied`,
  );
});
