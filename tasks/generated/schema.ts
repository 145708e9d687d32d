/**
 * Writes config.schema.json, which editors complete and check config.yaml by,
 * and docs/config.md, which people read.
 *
 * `deno task schema` runs this after supervisor/config/schema.ts has changed;
 * tests compare.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { configJsonSchema } from "../../supervisor/config/schema.ts";
import { configReference } from "./config_reference.ts";

/** Returns docs/config.md as it is to be, formatted as `deno fmt` does. */
export async function configPage(): Promise<string> {
  const page = configReference(JSON.parse(configJsonSchema()));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext=md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [{ code, stdout }] = await Promise.all([
    child.output(),
    new Response(page).body?.pipeTo(child.stdin),
  ]);
  if (code !== 0) {
    throw new Error(
      `Cannot format docs/config.md: deno fmt ended with ${code}`,
    );
  }
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  await Deno.writeTextFile(
    join(PROJECT, "config.schema.json"),
    configJsonSchema(),
  );
  await Deno.writeTextFile(join(PROJECT, "docs/config.md"), await configPage());
}
