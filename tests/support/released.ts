/**
 * The last release, for tests that run its programs beside those of today.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { STAGES } from "../../stages/names.ts";
import { spawn } from "./spawned.ts";
import { tempFolder } from "./temp_folder.ts";

/** Where `deno task release` keeps it. */
const KEPT = join(PROJECT, "tests/fixtures/released");

/** A release that has been unpacked. */
export interface Release extends AsyncDisposable {
  version: string;
  /** Its folder, with a slash. */
  root: string;
  /** A file of it, as an absolute path. */
  file(path: string): string;
}

/** The versions that are kept. */
export async function releasedVersions(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(KEPT));
  return entries.map(({ name }) => name.replace(/\.tar\.gz$/, ""));
}

/** Unpacks the last release, until the end of the block. */
export async function unpackRelease(): Promise<Release> {
  const [version] = await releasedVersions();
  const { path, file, ...folder } = await tempFolder();
  await end("tar", ["-xzf", `${KEPT}/${version}.tar.gz`, "-C", path]);
  const [today, then] = await Promise.all(
    [PROJECT, path].map((root) => Deno.readTextFile(join(root, "deno.lock"))),
  );
  if (today !== then) {
    // Other packages than today's, which need not be on this machine.
    const scripts = ["main.ts", "stages/main.ts"].map(file);
    await end(Deno.execPath(), [
      ...["install", "--quiet", "--config", file("deno.json")],
      ...["--entrypoint", ...scripts],
    ]);
  }
  return { ...folder, version: version!, root: `${path}/`, file };
}

/** Runs a program that must succeed. */
async function end(program: string, args: string[]): Promise<void> {
  await using process = spawn(program, args);
  const { code } = await process.status;
  assertEquals([code, await process.stderr.rest()], [0, ""]);
}

/**
 * Writes a stages file in which each stage has another variant: the same stage
 * as another state of the project has it.
 *
 * @param root Where that state is.
 */
export async function writeStages(
  path: string,
  { root, variant }: { root: string; variant: string },
): Promise<void> {
  const { stages } = JSON.parse(
    await Deno.readTextFile(join(root, "orchestrator/shipped_stages.json")),
  );
  const others = STAGES.map((stage) => {
    const { permissions } = stages[stage];
    const script = join(root, "stages/main.ts");
    return [stage, { variants: { [variant]: { script, permissions } } }];
  });
  await Deno.writeTextFile(
    path,
    JSON.stringify({ stages: Object.fromEntries(others) }),
  );
}
