/**
 * Makes a release: keeps its programs in an archive, for the tests that run
 * them beside those of a later state.
 *
 * ```sh
 * deno task release
 * ```
 *
 * A tag would not do: a checkout need not have the history. Only the last
 * release is kept. docs/changelog.md says what a version promises.
 *
 * @module
 */

import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "../../runtime/program/errors.ts";
import { exitWith } from "../../runtime/program/exit.ts";
import { print } from "../../runtime/program/log.ts";
import { PROJECT } from "../../runtime/program/paths.ts";

/** Programs that a release is made of. */
const PROGRAMS = [
  "stages/main.ts",
  "broker/main.ts",
  "calculator/server.ts",
  "calculator/client.ts",
  "tasks/pipeline.ts",
];
/** Starts one of the commands; those that are not listed here are left out. */
const COMMANDS = ["main.ts", "tasks/subcommands.ts"];
/** What they read by its path, and what says how their imports are read. */
const READ_BESIDES = [
  "deno.json",
  "deno.lock",
  "stages/rules.yaml",
  "stages/stages.yaml",
  "vendor/std",
];

/** What is known before a release is made. */
export interface ReleaseState {
  version: string;
  /** Versions that are kept. */
  kept: readonly string[];
  /** The text of docs/changelog.md. */
  changelog: string;
  /** What `git status --porcelain` says. */
  changes: string;
}

/** Says why there can be no release yet; undefined if there can. */
export function whyNotReleased(
  { version, kept, changelog, changes }: ReleaseState,
): string | undefined {
  if (changes !== "") {
    return `these files are not committed; commit them first:\n${changes.trimEnd()}`;
  }
  if (kept.includes(version)) {
    return `version ${version} has been released; give deno.json a new "version"`;
  }
  // The sections before say what a version is.
  const newest = /^## (Not yet numbered|\d+\.\d+\.\d+)$/m.exec(changelog)?.[1];
  if (newest !== version) {
    const first = newest === undefined
      ? "docs/changelog.md names no version"
      : `the first version of docs/changelog.md is "${newest}"`;
    return `${first}; put "## ${version}" first, and what is new`;
  }
}

/**
 * Packs files, the same ones to the same bytes.
 *
 * @param folder What the paths begin in.
 * @throws {Failure} If one of them cannot be read.
 */
export async function packed(
  folder: string,
  paths: readonly string[],
): Promise<Uint8Array> {
  const tar = await outputOf("tar", [
    ...["--format=ustar", "--sort=name", "--mtime=@0", "--mode=u=rwX,go=rX"],
    ...["--owner=0", "--group=0", "--numeric-owner"],
    ...["--create", "--file=-", `--directory=${folder}`],
    ...paths.toSorted(),
  ]);
  return gzipSync(tar, { level: 9 });
}

/** Lists the files of a release: those that its programs load, at once or later. */
async function releasedFiles(): Promise<string[]> {
  const imports = new Map<string, Set<string>>();
  for (const script of ["main.ts", ...PROGRAMS]) {
    const json = await outputOf(Deno.execPath(), ["info", "--json", script]);
    const { modules } = JSON.parse(new TextDecoder().decode(json));
    for (const module of modules as Module[]) {
      const path = pathOf(module.specifier);
      if (path !== undefined) imports.set(path, loadedBy(path, module));
    }
  }
  const found = new Set([...PROGRAMS, ...COMMANDS]);
  // Grows while it is gone through.
  for (const path of found) {
    for (const target of imports.get(path) ?? []) found.add(target);
  }
  return [...found, ...READ_BESIDES];
}

/** What `deno info` says of a module. */
interface Module {
  specifier: string;
  dependencies?: {
    isDynamic?: boolean;
    /** Not there where only a type is imported. */
    code?: { specifier?: string };
  }[];
}

/** The files of ours that a module loads. */
function loadedBy(path: string, { dependencies = [] }: Module): Set<string> {
  const loaded = dependencies
    .filter(({ isDynamic }) => !(isDynamic && COMMANDS.includes(path)))
    .map(({ code }) => pathOf(code?.specifier ?? ""));
  return new Set(loaded.filter((path) => path !== undefined));
}

/** The path of a module from the root; undefined for what is not ours. */
function pathOf(specifier: string): string | undefined {
  const root = `file://${PROJECT}/`;
  return specifier.startsWith(root) ? specifier.slice(root.length) : undefined;
}

/** Runs a program in the root of the project, and returns what it prints. */
async function outputOf(program: string, args: string[]): Promise<Uint8Array> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: PROJECT,
  }).output();
  if (success) return stdout;
  const said = new TextDecoder().decode(stderr).trim();
  throw new Failure(`Cannot run ${program} ${args[0]}: ${said}`);
}

/**
 * Makes the release that deno.json names.
 *
 * @param folder Where its archive is kept, in the place of the last one.
 * @throws {Failure} If something is in the way.
 */
async function release(folder: string): Promise<void> {
  const read = (path: string) => Deno.readTextFile(join(PROJECT, path));
  const { version } = JSON.parse(await read("deno.json")) as ReleaseState;
  const archives = (await Array.fromAsync(Deno.readDir(folder)))
    .map(({ name }) => name);
  const changes = await outputOf("git", ["status", "--porcelain"]);
  const why = whyNotReleased({
    version,
    kept: archives.map((name) => basename(name, SUFFIX)),
    changelog: await read("docs/changelog.md"),
    changes: new TextDecoder().decode(changes),
  });
  if (why !== undefined) throw new Failure(`Cannot release: ${why}`);

  const archive = join(folder, `${version}${SUFFIX}`);
  await Deno.writeFile(archive, await packed(PROJECT, await releasedFiles()));
  for (const old of archives) await Deno.remove(join(folder, old));
  print(
    `Wrote ${archive}. Run the tests, commit it, then \`git tag v${version}\``,
  );
}

const SUFFIX = ".tar.gz";

if (import.meta.main) {
  await exitWith(() => release(Deno.args[0]!));
}
