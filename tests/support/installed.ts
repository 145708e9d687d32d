/**
 * The npm package, run as on a machine that has only Node: an empty home, and
 * no other program on the path.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { divertPrint } from "../../runtime/program/log.ts";
import { isThereNow } from "../../runtime/files/optional_file.ts";
import { makePackage } from "../../tasks/package.ts";
import { spawn, type Spawned } from "./spawned.ts";
import { tempFolder } from "./temp_folder.ts";

/** Passed on: how this machine gets out of its network, and whom it trusts. */
const NETWORK =
  /^(https?|no|all)_proxy$|^SSL_CERT_|^NODE_EXTRA_CA_CERTS$|^DENO_(CERT|TLS_CA_STORE)$|^npm_config_(registry|cafile)$/i;

/** A machine on which nothing was ever run. */
export interface NewMachine extends AsyncDisposable {
  /** Where its user stands; the package lies in dist/ of it. */
  folder: string;
  home: string;
  /** How the user calls the package. */
  package: string;
  /** Runs a program of Node's there, as `npx`. */
  run(program: string, ...args: string[]): Spawned;
  /** Does so in another folder. */
  runIn(folder: string, program: string, ...args: string[]): Spawned;
}

/** Why npx cannot fetch a package here; undefined where it can. */
export async function whyNoNpx(): Promise<string | undefined> {
  if (nodePrograms() === undefined) return "it needs node and npx";
  await using asked = spawn("npm", [
    ...["view", "deno", "version", "--fetch-retries=0"],
    ...["--fetch-timeout=10000"],
  ]);
  const { success } = await asked.status;
  return success ? undefined : "it needs a registry that npm reaches";
}

/** Makes one, with the package in it. */
export async function newMachine(): Promise<NewMachine> {
  const root = await tempFolder();
  const [home, bin, folder] = ["a home", "bin", "my project"]
    .map((name) => root.file(name)) as [string, string, string];
  for (const each of [home, bin, folder]) await Deno.mkdir(each);
  for (const program of nodePrograms()!) {
    await Deno.symlink(program, `${bin}/${program.split("/").at(-1)}`);
  }
  await shareDownloads(home);
  using _quiet = divertPrint(() => {});
  await makePackage([`--output=${folder}/dist`]);
  const [made] = await Array.fromAsync(Deno.readDir(`${folder}/dist`));
  const variables = {
    ...Object.fromEntries(
      Object.entries(Deno.env.toObject())
        .filter(([name]) => NETWORK.test(name)),
    ),
    HOME: home,
    PATH: bin,
  };
  const env = Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`);
  const runIn = (cwd: string, program: string, ...args: string[]) =>
    spawn("/usr/bin/env", ["-i", ...env, program, ...args], { cwd });
  return {
    folder,
    home,
    package: `./dist/${made!.name}`,
    run: (program, ...args) => runIn(folder, program, ...args),
    runIn,
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

/**
 * Makes the package and installs it for one user.
 *
 * @param home Theirs.
 * @returns The folder in which `denizen` is.
 */
export async function installFor(home: string): Promise<string> {
  await shareDownloads(home);
  const dist = join(home, "dist");
  using _quiet = divertPrint(() => {});
  await makePackage([`--output=${dist}`]);
  const [made] = await Array.fromAsync(Deno.readDir(dist));
  await using npm = spawn("npm", [
    ...[
      "install",
      "--global",
      "--no-audit",
      "--no-fund",
      "--no-update-notifier",
    ],
    ...[`--prefix=${home}/.npm-global`, join(dist, made!.name)],
  ], { env: { HOME: home } });
  const { code } = await npm.status;
  assertEquals(code, 0, await npm.stderr.rest());
  return join(home, ".npm-global", "bin");
}

/** The `denizen` that npx has put into a home. */
export async function installedBin(home: string): Promise<string> {
  const [name, ...others] = (await Array.fromAsync(
    Deno.readDir(`${home}/.npm/_npx`),
  )).map(({ name }) => name);
  assertEquals(others, []);
  return `${home}/.npm/_npx/${name}/node_modules/.bin/denizen`;
}

/** Lists the files below a folder, each with when it was changed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await filesBelow(path));
    else found.push(`${path} ${(await Deno.stat(path)).mtime?.getTime()}`);
  }
  return found.toSorted();
}

/** Node, npx, and the shell that npx starts programs by. */
function nodePrograms(): string[] | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const found = ["node", "npm", "npx", "sh"].map((name) =>
    folders.map((folder) => `${folder}/${name}`).find((path) =>
      isThereNow(path, { unknown: false })
    )
  );
  return found.every((path) => path !== undefined) ? found : undefined;
}

/**
 * Takes what npm has downloaded for this user before, by its checksum. Deno
 * alone is more than a hundred megabytes, and the same for everybody.
 */
async function shareDownloads(home: string): Promise<void> {
  const own = `${Deno.env.get("HOME")}/.npm/_cacache`;
  if (!isThereNow(own)) return;
  await Deno.mkdir(`${home}/.npm`, { recursive: true });
  await Deno.symlink(own, `${home}/.npm/_cacache`);
}
