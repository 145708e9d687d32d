/**
 * Writes config.schema.json, which editors complete and check config.yaml by,
 * and docs/config.md, which people read.
 *
 * `deno task schema` runs this after supervisor/config_schema.ts has changed;
 * tests compare.
 *
 * @module
 */

import { configJsonSchema } from "../supervisor/config_schema.ts";
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
  const root = new URL("../", import.meta.url);
  await Deno.writeTextFile(
    new URL("config.schema.json", root),
    configJsonSchema(),
  );
  await Deno.writeTextFile(new URL("docs/config.md", root), await configPage());
}
