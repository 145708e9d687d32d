import { assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  commandFor,
  commandVariable,
} from "../../../runtime/program/command_name.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { filesOf, packagedFiles } from "../../../tasks/package/files.ts";
import { withVariable } from "../../support/variables.ts";

Deno.test("commandFor() names the command as the user started the program", () => {
  const CASES = [
    [undefined, "deno task ps --json"],
    ["", "deno task ps --json"],
    ["denizen", "denizen ps --json"],
    ["npx -y ./dist/x.tgz", "npx -y ./dist/x.tgz ps --json"],
  ] as const;

  for (const [command, expected] of CASES) {
    using _variable = withVariable("DENIZEN_COMMAND", command);
    assertEquals(commandFor("ps --json"), expected);
  }
});

Deno.test("commandVariable() hands the command on, if there is one", () => {
  using _variable = withVariable("DENIZEN_COMMAND", "denizen");
  assertEquals(commandVariable(), { DENIZEN_COMMAND: "denizen" });
  using _none = withVariable("DENIZEN_COMMAND", undefined);
  assertEquals(commandVariable(), {});
});

/** Speak of `deno task` itself, or of what only a clone has. */
const MAY_SPELL = [
  "runtime/program/command_name.ts",
  // Pages and examples that are written for a clone.
  "config.schema.json",
  "runtime/config/program_schema.ts",
  "orchestrator/shipped_stages.json",
  "orchestrator/stage_schema.ts",
  "stages.schema.json",
  "stages/stages.yaml",
  "tasks/generated/command_reference.ts",
  "tasks/generated/config_reference.ts",
  "tasks/generated/conformance_reference.ts",
  "tasks/bench/results_file.ts",
  // Writes a file that is committed.
  "tasks/build/crates.ts",
  // Knows a command by it.
  "supervisor/modules/uncached.ts",
  "tasks/init/commands_to_try.ts",
  // The README of a project tells of a clone, too.
  "tasks/init/templates.ts",
  // What only a clone can mend.
  "tasks/uncached_program.ts",
  // Says what wrote a file.
  "tasks/package/shim.ts",
  // Notice the end of that very program.
  "tasks/supervise/task_runner.ts",
];

Deno.test("no hint, help text or error spells `deno task`", async () => {
  const spelled: string[] = [];
  const files = [
    ...await packagedFiles(),
    ...await filesOf(["tasks/bench", "tasks/build"]),
  ];
  for (const path of files) {
    if (path.startsWith("tasks/init/templates/")) continue;
    if (!/\.(tsx?|json|ya?ml)$/.test(path) || path === "deno.json") continue;
    const text = withoutComments(
      await Deno.readTextFile(join(PROJECT, path)),
    );
    if (/deno task|deno run -A main/.test(text)) spelled.push(path);
  }

  assertEquals(spelled.toSorted(), MAY_SPELL.toSorted());
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
