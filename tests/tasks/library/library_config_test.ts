import { assertEquals } from "@std/assert";
import {
  libraryConfig,
  libraryLock,
  mergedLock,
} from "../../../tasks/library/library_config.ts";

const CONFIG = {
  name: "@a/a",
  version: "1.0.0",
  nodeModulesDir: "none",
  allowScripts: { deny: [] },
  exclude: ["tests"],
  imports: {
    "@std/cli/parse-args": "./vendor/cli.ts",
    grpc: "npm:grpc@1.0.0",
    health: "npm:@a/health@2.0.0",
    react: "npm:react@3.0.0",
  },
};

const LOCK = {
  version: "5",
  specifiers: {
    "npm:grpc@1.0.0": "1.0.0",
    "npm:@a/health@2.0.0": "2.0.0_grpc@1.0.0",
    "npm:react@3.0.0": "3.0.0",
  },
  npm: {
    "@a/health@2.0.0_grpc@1.0.0": { integrity: "h", dependencies: ["grpc"] },
    "grpc@1.0.0": { integrity: "g", dependencies: ["long@4.0.0", "map"] },
    "long@4.0.0": { integrity: "l4" },
    "long@5.0.0": { integrity: "l5" },
    "map@1.0.0": { integrity: "m" },
    "react@3.0.0": { integrity: "r", dependencies: ["long@5.0.0"] },
  },
  workspace: { dependencies: ["npm:react@3.0.0"] },
};

Deno.test("libraryConfig() names only what the files import", () => {
  const config = libraryConfig(CONFIG, [
    'import { parseArgs } from "@std/cli/parse-args";',
    'import HEALTH from "health/health.proto" with { type: "text" };',
    'import "./react.ts"; // not "react"',
  ]);

  assertEquals(config, {
    nodeModulesDir: "none",
    allowScripts: { deny: [] },
    imports: {
      "@std/cli/parse-args": "./vendor/cli.ts",
      health: "npm:@a/health@2.0.0",
    },
  });
});

Deno.test("libraryLock() has the packages that are imported, and what they need", () => {
  const config = { ...CONFIG, imports: { health: "npm:@a/health@2.0.0" } };
  const { specifiers, npm, workspace } = libraryLock(LOCK, config);

  assertEquals(specifiers, { "npm:@a/health@2.0.0": "2.0.0_grpc@1.0.0" });
  assertEquals(Object.keys(npm!), [
    "@a/health@2.0.0_grpc@1.0.0",
    "grpc@1.0.0",
    "long@4.0.0",
    "map@1.0.0",
  ]);
  // Where it names other packages than the deno.json, Deno looks all of them up.
  assertEquals(workspace, { dependencies: ["npm:@a/health@2.0.0"] });
});

const OURS = {
  version: "5",
  specifiers: { "npm:grpc@1.0.0": "1.0.0" },
  npm: { "grpc@1.0.0": {} },
};

Deno.test("mergedLock() makes a lock file where there is none", () => {
  assertEquals(JSON.parse(mergedLock(undefined, OURS)!), OURS);
});

Deno.test("mergedLock() adds what is not there, and changes nothing else", () => {
  const theirs = {
    version: "5",
    specifiers: { "npm:zod@4.0.0": "4.0.0", "jsr:@a/b@1": "1.0.0" },
    jsr: { "@a/b@1.0.0": { integrity: "b" } },
    npm: { "zod@4.0.0": { integrity: "z" } },
    workspace: { dependencies: ["npm:zod@4.0.0"] },
  };
  const merged = mergedLock(JSON.stringify(theirs), OURS)!;

  assertEquals(JSON.parse(merged), {
    ...theirs,
    specifiers: { ...theirs.specifiers, ...OURS.specifiers },
    npm: { ...OURS.npm, ...theirs.npm },
  });
  assertEquals(merged.endsWith("}\n"), true);
  assertEquals(mergedLock(merged, OURS), undefined);
});

Deno.test("mergedLock() notes what the deno.json names, as far as it is the library's", () => {
  const named = ["npm:grpc@1.0.0", "npm:other@1.0.0"];
  const merged = mergedLock(undefined, OURS, named)!;

  const { workspace } = JSON.parse(merged);
  assertEquals(workspace, { dependencies: ["npm:grpc@1.0.0"] });
  assertEquals(mergedLock(merged, OURS, named), undefined);
});

Deno.test("mergedLock() leaves alone what it does not know", () => {
  for (const theirs of ['{ "version": "6" }', "{}", "no JSON"]) {
    assertEquals(mergedLock(theirs, OURS), undefined);
  }
});
