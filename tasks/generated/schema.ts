/**
 * Writes config.schema.json, with which editors complete and check config.yaml,
 * and two pages for people: docs/config.md and docs/commands.md.
 *
 * Run `deno task schema` after supervisor/config/schema.ts or a command has
 * changed. Tests compare.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { configJsonSchema } from "../../supervisor/config/schema.ts";
import { commandReference } from "./command_reference.ts";
import { configReference } from "./config_reference.ts";

/** Returns docs/config.md as it is to be. */
export function configPage(): Promise<string> {
  return formatted(configReference(JSON.parse(configJsonSchema())));
}

/** Returns docs/commands.md as it is to be. */
export async function commandsPage(): Promise<string> {
  return await formatted(await commandReference());
}

/** Formats a page as `deno fmt` does. */
async function formatted(page: string): Promise<string> {
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
      `Cannot format a page of docs/: deno fmt ended with ${code}`,
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
  await Deno.writeTextFile(
    join(PROJECT, "docs/commands.md"),
    await commandsPage(),
  );
}
