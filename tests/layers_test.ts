/**
 * Holds the import arrows: each room names what it may import, and any other
 * import across rooms fails with its place.
 */

import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import DENO_JSON from "../deno.json" with { type: "json" };

const ROOT = join(import.meta.dirname!, "..");

/** What a stage stands on. */
const STAGE = [
  "proto",
  "runtime/program",
  "runtime/files",
  "runtime/rpc",
  "stages/names.ts",
];

/** What the engine may open of the stages: their work, never their services. */
const STAGES_DOORS = [
  "stages/names.ts",
  "stages/hop/clocks.ts",
  "stages/events/places.ts",
  "stages/ingest/early_end.ts",
  "stages/ingest/followed_file.ts",
  "stages/ingest/generation_store.ts",
  "stages/ingest/input.ts",
  "stages/ingest/input_facts.ts",
  "stages/ingest/replayed.ts",
  "stages/ingest/sequence.ts",
  "stages/parse/parse.ts",
  "stages/rules/rules.ts",
  "stages/rules/rules_digest.ts",
  "stages/rules/rules_file.ts",
  "stages/aggregate/aggregate.ts",
  "stages/aggregate/checkpoint_files.ts",
  "stages/aggregate/result_parts.ts",
  "stages/aggregate/ticks.ts",
  "stages/sink/sink.ts",
  "stages/sink/written_results.ts",
];

/** What the commands may open of the stages. */
const STAGES_DOORS_OF_TASKS = [
  "stages/names.ts",
  "stages/events/lines.ts",
  "stages/events/places.ts",
  "stages/events/reject_records.ts",
  "stages/events/work_item.ts",
  "stages/hop/latencies.ts",
  "stages/ingest/input.ts",
  "stages/parse/parse.ts",
  "stages/parse/parsed_line.ts",
  "stages/rules/load_rules.ts",
  "stages/rules/rules.ts",
  "stages/rules/rules_file.ts",
  "stages/rules/rule_warnings.ts",
  "stages/aggregate/aggregate.ts",
  "stages/sink/choose_records.ts",
  "stages/sink/database.ts",
  "stages/sink/flat_records.ts",
  "stages/sink/formats.ts",
  "stages/sink/sink.ts",
  "stages/sink/results.ts",
  "stages/schema/schema.ts",
  "stages/schema/schema_document.ts",
  "stages/schema/schema_file.ts",
  "stages/schema/schema_flags.ts",
];

/** What the supervisor stands on. */
const SUPERVISOR = [
  "proto",
  "runtime/program",
  "runtime/files",
  "runtime/rpc",
  "runtime/process",
  "runtime/config",
  "runtime/control",
];

/** What the commands may open of the supervisor. */
const SUPERVISOR_DOORS = [
  "supervisor/supervisor.ts",
  "supervisor/config/config.ts",
  "supervisor/config/load_config.ts",
  "supervisor/config/schema.ts",
  "supervisor/control/client.ts",
  "supervisor/control/local_commands.ts",
  "supervisor/control/service.ts",
  "supervisor/events/event.ts",
  "supervisor/events/event_reader.ts",
  "supervisor/logs/log_reader.ts",
  "supervisor/modules/module_guard.ts",
  "supervisor/modules/unmapped.ts",
  "supervisor/service/foreground_run.ts",
  "supervisor/service/snapshot.ts",
];

/**
 * What each room may import besides its own files: rooms or files. A file
 * belongs to the longest name here that its path begins with.
 */
const MAY_IMPORT: Record<string, string[]> = {
  proto: [],
  "runtime/program": [],
  "runtime/files": [],
  "runtime/rpc": ["proto", "runtime/program"],
  "runtime/process": ["runtime/program", "runtime/files"],
  "runtime/control": ["runtime/program", "runtime/files", "runtime/rpc"],
  "runtime/config": ["runtime/program", "runtime/files", "runtime/process"],
  broker: ["proto", "runtime/program", "runtime/rpc"],
  dashboard: [
    "deno.json",
    "proto",
    "runtime/program",
    "runtime/files",
    "runtime/rpc",
    "runtime/control",
    "broker/client.ts",
    "broker/list_watchers.ts",
    "supervisor/control/remote_commands.ts",
    "dashboard/server/page_files.js",
  ],
  // As texts, to be served.
  "dashboard/server/page_files.js": ["dashboard/page"],
  // It runs in a browser.
  "dashboard/page": ["dashboard/wire.ts"],
  stages: STAGE,
  "stages/main.ts": [...STAGE, "stages"],
  "stages/run_stage.ts": [...STAGE, "stages"],
  "stages/stage.ts": [...STAGE, "stages"],
  "stages/stage_flags.ts": [...STAGE, "stages/events", "stages/sink"],
  "stages/events": STAGE,
  "stages/schema": STAGE,
  "stages/hop": STAGE,
  "stages/ingest": [...STAGE, "stages/hop", "stages/events"],
  "stages/parse": [
    ...STAGE,
    "stages/hop",
    "stages/events",
    "stages/schema/schema.ts",
  ],
  "stages/rules": [
    ...STAGE,
    "stages/hop",
    "stages/events",
    "stages/schema/schema.ts",
    "stages/schema/yaml_document.ts",
    "stages/parse/timestamp.ts",
  ],
  "stages/aggregate": [
    ...STAGE,
    "stages/hop",
    "stages/events",
    "stages/schema/schema.ts",
  ],
  "stages/sink": [...STAGE, "stages/hop", "stages/events"],
  supervisor: [
    ...SUPERVISOR,
    "supervisor/config",
    "supervisor/events",
    "supervisor/fleet",
    "supervisor/logs",
    "supervisor/modules",
    "supervisor/service",
    "supervisor/state_folder",
    "supervisor/watch",
  ],
  "supervisor/state_folder": SUPERVISOR,
  "supervisor/config": [...SUPERVISOR, "supervisor/state_folder"],
  "supervisor/logs": [...SUPERVISOR, "supervisor/config"],
  "supervisor/modules": [
    ...SUPERVISOR,
    "supervisor/config",
    "supervisor/state_folder",
  ],
  "supervisor/service": [
    ...SUPERVISOR,
    "supervisor/config",
    "supervisor/logs",
    "supervisor/modules",
    "supervisor/state_folder",
  ],
  "supervisor/events": [...SUPERVISOR, "supervisor/service"],
  "supervisor/fleet": [
    ...SUPERVISOR,
    "supervisor/config",
    "supervisor/events",
    "supervisor/service",
  ],
  "supervisor/watch": [
    ...SUPERVISOR,
    "supervisor/config",
    "supervisor/fleet",
    "supervisor/modules",
    "supervisor/service",
  ],
  "supervisor/control": [
    ...SUPERVISOR,
    "supervisor/config",
    "supervisor/events",
    "supervisor/logs",
    "supervisor/service",
    "supervisor/state_folder",
    "supervisor/supervisor.ts",
  ],
  orchestrator: [
    "proto",
    "runtime/program",
    "runtime/files",
    "runtime/rpc",
    "runtime/process",
    "runtime/config",
    "runtime/control",
    ...STAGES_DOORS,
  ],
  "mod.ts": ["proto/contract.ts", "runtime/program", "runtime/rpc"],
  calculator: [
    "mod.ts",
    "broker/client.ts",
    "proto/calculator/contract.ts",
  ],
  tasks: [
    "deno.json",
    "proto",
    "runtime/program",
    "runtime/files",
    "runtime/rpc",
    "runtime/process",
    "runtime/control",
    "broker/client.ts",
    "dashboard/client.ts",
    "dashboard/report/report.ts",
    "dashboard/runs/history.ts",
    "calculator",
    "orchestrator",
    "tasks/completions",
    "tasks/conformance",
    ...STAGES_DOORS_OF_TASKS,
    ...SUPERVISOR_DOORS,
  ],
  // It answers at each press of a key, so it only reads YAML.
  "tasks/completions": [
    "runtime/program",
    "runtime/config/interpolation.ts",
    "runtime/config/named_files.ts",
    "runtime/config/yaml_text.ts",
    "tasks/help.ts",
    "tasks/subcommands.ts",
    "tasks/terminal/help.ts",
  ],
  "tasks/conformance": [
    "proto",
    "runtime/program",
    "runtime/files",
    "runtime/rpc",
    "runtime/process",
    "orchestrator/plan.ts",
    "orchestrator/stage_catalog.ts",
    "orchestrator/stage_program.ts",
    "orchestrator/stage_specs.ts",
    "stages/names.ts",
    "stages/events/event_batch.ts",
    "stages/events/lines.ts",
    "stages/hop/window.ts",
    "stages/aggregate/aggregate.ts",
    "stages/aggregate/result_parts.ts",
    "stages/parse/parse.ts",
    "stages/rules/load_rules.ts",
    "stages/rules/rules.ts",
    "stages/rules/rules_file.ts",
    "stages/schema/schema.ts",
    "stages/sink/sink.ts",
    "tasks/call/reflection.ts",
    "tasks/generate/generator.ts",
    "tasks/soak/event_lines.ts",
    "tasks/soak/event_schemas.ts",
  ],
  "tasks/init/templates/service": ["mod.ts"],
  "tasks/init/templates/calculator": ["mod.ts"],
  "tasks/init/templates/empty": ["mod.ts"],
  examples: ["stages/stage.ts"],
  "main.ts": ["tasks", "runtime/program", "runtime/rpc/deno_version.ts"],
  "bench/checkpoints.ts": [
    "runtime/program",
    "stages/aggregate/checkpoint.ts",
    "stages/aggregate/checkpoint_files.ts",
    "tasks/bench/statistics.ts",
  ],
  vendor: [],
};

/** Our own files that are imported by name. */
const OWN_NAMES: Record<string, string> = Object.fromEntries(
  Object.entries(DENO_JSON.imports)
    .filter(([, path]) => path.startsWith("./"))
    .map(([name, path]) => [name, path.slice("./".length)]),
);

/** The only file of the program besides main.ts that writes to the terminal by itself. */
const LOG_FILE = "runtime/program/log.ts";

/**
 * Imports by a computed name what it names by a literal in the type beside it:
 * Deno would read the files of all commands for each of them.
 */
const COMMANDS_FILE = "tasks/subcommands.ts";

/** Are no part of the program: stand for what somebody else would write. */
const ALONE = ["bench/plain_script.ts", "bench/empty_call_server.ts"];

/** An import as it is written, and where it leads. */
interface Import {
  file: string;
  specifier: string;
  /** From the root; undefined for a package. */
  target: string | undefined;
}

Deno.test("each room imports only what its line names", async () => {
  const wrong = (await allImports())
    .filter(({ file }) => !file.startsWith("tests/"))
    .filter(({ file, target }) => target !== undefined && !may(file, target));

  assertEquals(wrong.map(describe), []);
});

Deno.test("each door is a door that somebody uses", async () => {
  const imports = await allImports();
  const unused = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
    // A whole room stays open to those above it, used or not.
    allowed.filter((door) => door.endsWith(".ts") && !STAGE.includes(door))
      .filter((door) =>
        !imports.some(({ file, target }) =>
          roomOf(file) === room && target === door
        )
      )
      .map((door) => `${room} -> ${door}`)
  );

  assertEquals(unused, []);
});

Deno.test("may() decides by the narrowest room, and knows no room by half its name", () => {
  const arrows = [
    ["broker/client.ts", "broker/registry.ts"],
    ["broker/client.ts", "proto/contract.ts"],
    ["broker/client.ts", "prototype/contract.ts"],
    ["broker/client.ts", "runtime/files/lock.ts"],
    ["stages/rules/rules.ts", "stages/parse/timestamp.ts"],
    ["stages/rules/rules.ts", "stages/parse/parse.ts"],
    ["stages/rules/rules.ts", "stages/rules/condition.ts"],
    ["unheard_of/a.ts", "proto/contract.ts"],
  ] as const;

  assertEquals(arrows.map(([file, target]) => may(file, target)), [
    true,
    true,
    false,
    false,
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("nobody imports a main.ts", async () => {
  const wrong = (await allImports())
    // A fixture may be a program with something put in its way.
    .filter(({ file }) => !file.startsWith("tests/fixtures/"))
    .filter(({ target }) => target?.split("/").at(-1) === "main.ts");

  assertEquals(wrong.map(describe), []);
});

/** The doors for authors of services and of stages. */
const DOORS = ["mod.ts", "stages/stage.ts"];

Deno.test(`only ${DOORS.join(" and ")} export what stands in other folders`, async () => {
  const wrong: string[] = [];
  for await (const file of sourceFiles()) {
    if (DOORS.includes(file)) continue;
    const text = withoutComments(await Deno.readTextFile(join(ROOT, file)));
    for (
      const [, name] of text.matchAll(/^export [^;=(]*? from "([^"]+)"/gms)
    ) {
      const target = join(dirname(file), name!);
      if (!target.startsWith(file.split("/")[0]!)) {
        wrong.push(`${file} ${name}`);
      }
    }
  }

  assertEquals(wrong, []);
});

Deno.test("of the tests only tests/support/ and fixtures start programs", async () => {
  const wrong: string[] = [];
  for await (const file of sourceFiles()) {
    if (!file.startsWith("tests/") || file === "tests/layers_test.ts") continue;
    if (/^tests\/(support|fixtures)\//.test(file)) continue;
    const text = withoutComments(await Deno.readTextFile(join(ROOT, file)));
    if (/\bDeno\.Command\b|"node:child_process"/.test(text)) wrong.push(file);
  }

  assertEquals(wrong, []);
});

Deno.test("the product names no file of the tests", async () => {
  const wrong: string[] = [];
  for await (const file of sourceFiles()) {
    if (file.startsWith("tests/")) continue;
    const text = withoutComments(await Deno.readTextFile(join(ROOT, file)));
    if (/["'`/]tests\//.test(text)) wrong.push(file);
  }

  assertEquals(wrong, []);
});

Deno.test("nobody imports by a computed name, or from outside the repository", async () => {
  const wrong = (await allImports())
    // A fixture may import what a test names.
    .filter(({ file }) => !file.startsWith("tests/fixtures/"))
    .filter(({ target }) => target?.startsWith(".."));

  assertEquals(wrong.map(describe), []);
});

Deno.test(`${COMMANDS_FILE} imports what the type beside it names`, async () => {
  const text = await Deno.readTextFile(join(ROOT, COMMANDS_FILE));
  const named = text.matchAll(
    /\bbeside<typeof import\("([^"]+)"\)>\(\s*"([^"]+)"/g,
  ).toArray();

  assertEquals(named.filter(([, type, name]) => type !== name), []);
  // No other call: one more is where it is declared.
  assertEquals(named.length, text.split(/\bbeside</).length - 2);
  assertEquals(text.split(/\bimport\(new URL/).length, 2);
});

Deno.test("only main.ts and the log file write to the terminal through console", async () => {
  const wrong: string[] = [];
  for await (const file of sourceFiles()) {
    if (file.startsWith("tests/")) continue;
    if (["main.ts", LOG_FILE, ...ALONE].includes(file)) continue;
    const text = withoutComments(await Deno.readTextFile(join(ROOT, file)));
    if (/\bconsole\s*\./.test(text)) wrong.push(file);
  }

  assertEquals(wrong, []);
});

Deno.test("the plain script and the empty call stand alone", async () => {
  const ours = (await allImports())
    .filter(({ file, target }) => ALONE.includes(file) && target !== undefined);

  assertEquals(ours.map(describe), []);
});

Deno.test("importsOf() sees each form of import", () => {
  const text = `
    import a from "./a.ts";
    import "./b.ts";
    import { c,
      type D } from '../c.ts';
    export { e } from "./e.ts"; export * from "./f.ts";
    const g = await import("./g.ts");
    type H = import("./h.ts").H;
    const i = await import(\`./\${name}.ts\`);
    // import "./comment.ts"
    /** import "./comment.ts" */
    const j = "a // b"; import "./k.ts";
  `;

  const found = importsOf("tasks/x.ts", text).map(({ target }) => target);

  assertEquals(found, [
    "tasks/a.ts",
    "tasks/b.ts",
    "c.ts",
    "tasks/e.ts",
    "tasks/f.ts",
    "tasks/g.ts",
    "tasks/h.ts",
    COMPUTED,
    "tasks/k.ts",
  ]);
});

async function allImports(): Promise<Import[]> {
  const found: Import[] = [];
  for await (const file of sourceFiles()) {
    // A text in the test above looks like imports.
    if (file === "tests/layers_test.ts") continue;
    found.push(
      ...importsOf(file, await Deno.readTextFile(join(ROOT, file)))
        .filter(({ target }) => target !== COMPUTED || file !== COMMANDS_FILE),
    );
  }
  return found;
}

/** Where an import by a computed name leads. */
const COMPUTED = "../computed";

/** Finds what a file imports; what it computes leads nowhere. */
function importsOf(file: string, text: string): Import[] {
  const forms =
    /\bfrom\s*(["'])([^"'\n]+)\1|\bimport\s*(["'])([^"'\n]+)\3|\bimport\s*\(\s*(?:(["'])([^"'\n]+)\5|[^)\s])/g;
  return [...withoutComments(text).matchAll(forms)].map((match) => {
    const specifier = match[2] ?? match[4] ?? match[6];
    if (specifier === undefined) {
      return { file, specifier: match[0], target: COMPUTED };
    }
    const target = /^\.{0,2}\//.test(specifier)
      ? join(dirname(file), specifier)
      : OWN_NAMES[specifier];
    return { file, specifier, target };
  });
}

/** Blanks out comments; keeps strings, which may look like them. */
function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string: string | undefined) => string ?? " ",
  );
}

async function* sourceFiles(folder = ROOT): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      if (!/^\.|^(target|node_modules|coverage)$/.test(name)) {
        yield* sourceFiles(path);
      }
    } else if (/\.[mc]?[jt]sx?$/.test(name)) yield relative(ROOT, path);
  }
}

/** True when the line of the file's room names what `target` lies in. */
function may(file: string, target: string): boolean {
  const room = roomOf(file);
  if (room === undefined) return false;
  return roomOf(target) === room ||
    MAY_IMPORT[room]!.some((allowed) => isIn(target, allowed));
}

/** The narrowest room that a path lies in. */
function roomOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((room) => isIn(path, room))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** True for the folder or file itself, and for what lies in the folder. */
function isIn(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

function describe({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
