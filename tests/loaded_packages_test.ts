/**
 * Holds what a run loads before it can do anything: most of its start-up is
 * loading, and one import can bring a library that nobody needs by then.
 */

import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname!, "..");

/** What any stage loads. */
const STAGE = [
  "@grpc/grpc-js",
  "@std/cli/parse-args",
  "grpc-health-check/proto/health/v1/health.proto",
  "node:buffer",
  "node:crypto",
  "node:http2",
  "node:net",
  "node:path",
  "node:stream",
  "node:timers",
  "node:tls",
  "protobufjs/minimal.js",
];

/** The packages that a file loads, but for what it imports while it runs. */
const LOADED: Record<string, string[]> = {
  // Before it starts the stages.
  "main.ts": ["node:path"],
  "tasks/completions.ts": ["@std/cli/parse-args", "node:path"],
  "tasks/mcp.ts": ["@std/cli/parse-args", "node:path", "node:process"],
  "tasks/pipeline.ts": ["@std/cli/parse-args", "node:path"],
  // Until they serve.
  "stages/main.ts": STAGE,
  "stages/stage.ts": STAGE,
  "stages/rules/read_rules.ts": [],
};

for (const [file, packages] of Object.entries(LOADED)) {
  Deno.test(`${file} loads ${packages.join(", ") || "no package"}`, async () => {
    assertEquals([...await packagesOf(file)].toSorted(), packages);
  });
}

Deno.test("importsOf() sees what a file loads, and not what it only names", () => {
  const text = `
import a from "./a.ts";
import "./b.ts";
import {
  c,
  type D,
} from "c";
export { e } from "./e.ts";
import type { F } from "./f.ts";
export type { G } from "./g.ts";
const h = await import("./h.ts");
`;

  assertEquals(importsOf(text), ["./a.ts", "./b.ts", "c", "./e.ts"]);
});

async function packagesOf(
  file: string,
  seen = new Set<string>(),
): Promise<Set<string>> {
  seen.add(file);
  const packages = new Set<string>();
  for (
    const specifier of importsOf(await Deno.readTextFile(join(ROOT, file)))
  ) {
    if (!specifier.startsWith(".")) packages.add(specifier);
    const target = join(dirname(file), specifier);
    if (!specifier.startsWith(".") || seen.has(target)) continue;
    if (!target.endsWith(".ts")) continue;
    for (const each of await packagesOf(target, seen)) packages.add(each);
  }
  return packages;
}

/** What a file imports when it is loaded; types are gone by then. */
function importsOf(text: string): string[] {
  const forms =
    /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s+)?"([^"]+)"/gm;
  return [...text.matchAll(forms)].map(([, specifier]) => specifier!);
}
