import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { loadStageCatalog } from "../../orchestrator/stage_catalog.ts";
import { stagesJsonSchema } from "../../orchestrator/stage_schema.ts";
import { parseStages } from "../../orchestrator/stages_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { STAGES } from "../../stages/names.ts";
import { shippedStages } from "../../tasks/generated/schema.ts";
import { tempFolder } from "../support/temp_folder.ts";

const ROOT = join(import.meta.dirname!, "../..");

Deno.test("what is generated of the stages is as `deno task schema` writes it", async () => {
  assertEquals(
    await Deno.readTextFile(join(ROOT, "stages.schema.json")),
    stagesJsonSchema(),
  );
  assertEquals(
    await Deno.readTextFile(join(ROOT, "orchestrator/shipped_stages.json")),
    await shippedStages(),
  );
});

Deno.test("loadStageCatalog() takes from a file what it says, and the rest from what ships", async () => {
  await using folder = await tempFolder();
  const path = folder.file("stages.yaml");
  await Deno.writeTextFile(folder.file("mine.ts"), "");
  await Deno.writeTextFile(
    path,
    `
x-common: &mine
  environment: { LEVEL: '\${LEVEL:-1.10}', PASSED: ~ }
stages:
  parse:
    variants:
      mine: { command: [bin/parse, --fast], lanes: false, build_with: make, <<: *mine }
  rules: { script: mine.ts, args: [-x], permissions: { net: [self, next] }, mem_limit: 64m }
`,
  );

  const shipped = await loadStageCatalog();
  const catalog = await loadStageCatalog(path);

  const mine = catalog.variant("parse", "mine");
  const rules = catalog.variant("rules");
  assertEquals(mine, {
    stage: "parse",
    variant: "mine",
    runs: {
      kind: "command",
      program: folder.file("bin/parse"),
      args: ["--fast"],
    },
    workingDir: folder.path,
    environment: { LEVEL: "1.10", PASSED: null },
    inheritEnvironment: true,
    memLimitBytes: undefined,
    buildWith: "make",
    lanes: false,
  });
  assertEquals(rules.runs, {
    kind: "script",
    script: folder.file("mine.ts"),
    args: ["-x"],
    permissions: { net: ["self", "next"] },
  });
  assertEquals([rules.memLimitBytes, rules.inheritEnvironment, rules.lanes], [
    64 * 2 ** 20,
    false,
    true,
  ]);
  for (const stage of STAGES.filter((each) => each !== "rules")) {
    assertEquals(catalog.variant(stage), shipped.variant(stage));
    assertEquals(catalog.variant(stage, "default"), catalog.variant(stage));
  }
  assertEquals(
    catalog.variantNames("parse"),
    [...new Set([...shipped.variantNames("parse"), "mine"])],
  );
  assertEquals(shipped.variant("sink").lanes, false);
  const refused = assertThrows(
    () => catalog.variant("parse", "mien"),
    UsageError,
    'there is no variant "mien" of stage "parse"; did you mean "mine"? ',
  );
  assertEquals(refused.message.includes("knows default, "), true);
  await assertRejects(
    () => loadStageCatalog(folder.file("none.yaml")),
    UsageError,
    "Cannot load stages",
  );
});

/** What is written, and what is said of it. */
const WRONG: [what: string, text: string, problems: string[]][] = [
  ["nothing", "", ["the file is empty: stages is missing"]],
  ["no YAML", "stages: { parse: ${A} }", [
    "Unexpected flow-map-start at node end at line 1, column 19; a text with ${...} inside [ ] or { } needs quotes",
  ]],
  ["no map", "[1]", ["expected a map"]],
  [
    "everything at once",
    `
stages:
  prase: { script: a.ts }
  parse:
    script: a.ts
    command: [b]
    lanes: perhaps
    variants:
      default: { command: [b] }
      old: { commnad: [b] }
      none: {}
  rules: { script: missing.ts, build_with: make }
  aggregate: { command: [b], args: [x], permissions: { net: [self] } }
  sink: { mem_limit: many, environment: { A: "\${B}" } }
`,
    [
      'stages.sink.environment.A: variable "B" is not set; write ${B:-default} where it need not be',
      "stages.parse.lanes: expected true or false",
      "stages.parse.variants.default: stands for what the stage itself runs; choose another name",
      'stages.parse.variants.old.commnad: unknown key; did you mean "command"?',
      "stages.parse.variants.none: expected either script or command",
      "stages.rules.build_with: belongs to command; a script needs no build",
      "stages.aggregate.args: belongs to script; write a command's arguments into command",
      "stages.aggregate.permissions: belongs to script; a command runs without a sandbox",
      "stages.sink.mem_limit: expected a size such as 10MiB or 10m",
      'stages.prase: unknown key; did you mean "parse"?',
    ],
  ],
  [
    "what is right by itself",
    `
stages:
  parse:
    script: missing.ts
    permissions: { net: true }
    variants: { b: { script: folder, environment: [DENIZEN_TOKEN=x], permissions: { net: ["127.0.0.1"] } } }
`,
    [
      'stages.parse.script: file "missing.ts" does not exist',
      'stages.parse.variants.b.script: file "folder" does not exist',
      "stages.parse.variants.b.environment.DENIZEN_TOKEN: is set for each process of a run",
    ],
  ],
  [
    "a network that a stage cannot work in",
    `
stages:
  parse: { script: a.ts, permissions: { net: [self] } }
  rules: { script: a.ts, permissions: { net: [slef, next] } }
  aggregate: { script: a.ts }
  sink: { script: a.ts, permissions: { net: [next] } }
`,
    [
      "stages.parse.permissions.net: a stage needs next here; write [self, next]",
      "stages.rules.permissions.net: a stage needs self here; write [self, next]",
      "stages.aggregate.permissions.net: a stage needs self and next here; write [self, next]",
      "stages.sink.permissions.net: a stage needs self here; write [self]",
    ],
  ],
];

for (const [what, text, problems] of WRONG) {
  Deno.test(`parseStages() names all that is wrong with ${what}`, () => {
    const { message } = assertThrows(
      () =>
        parseStages(text, {
          path: "/work/stages.yaml",
          variables: {},
          isFile: (path) => path.endsWith("/a.ts"),
        }),
      UsageError,
    );

    const [first = "", ...rest] = message.split("\n");
    assertEquals(
      (rest.length > 0 ? rest : [first.replace(/^[^:]*: /, "")])
        .map((line) => line.trim()),
      problems,
    );
  });
}
