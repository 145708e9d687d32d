/**
 * Does what docs/tutorial.md says, block by block, in an empty home, and
 * compares what comes with what the page shows.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { dirname, join } from "node:path";
import { denoCache, PROJECT } from "../runtime/program/paths.ts";
import { V8_FLAGS } from "../tasks/package/npm_package.ts";
import { shimText, writeShim } from "../tasks/package/shim.ts";
import { testWhere } from "./support/built_clients.ts";
import { installFor, whyNoNpx } from "./support/installed.ts";
import { endsWell } from "./support/programs.ts";
import { spawn } from "./support/spawned.ts";
import { tempFolder } from "./support/temp_folder.ts";
import { changed, isAsShown, lasting, stepsOf } from "./support/tutorial.ts";

/** The page ends with a clone. */
const MISSING = endsWell("git", ["--version"]) ? undefined : "git is missing";

testWhere(
  "every block of the tutorial does what the page shows",
  MISSING,
  async (t) => {
    await using home = await tempFolder();
    const page = await Deno.readTextFile(join(PROJECT, "docs/tutorial.md"));
    const steps = stepsOf(page);
    const env = await emptyHome(home.path);
    let [folder, output] = [home.path, ""];
    let failed = false;
    try {
      for (const [at, { kind, text, path, line }] of steps.entries()) {
        if (failed) break;
        const name = `line ${line}: ${kind} ${path || text.split("\n")[0]}`;
        await t.step(name, async () => {
          failed = true;
          if (kind === "sh") {
            [folder, output] = await run(text, folder, env);
            const next = steps[at + 1];
            if (
              !Deno.env.get("SHOW") && next?.kind === "text" &&
              !isAsShown(output, next.text)
            ) {
              assertEquals(lasting(output), lasting(next.text));
            }
          } else if (kind === "diff") {
            const file = join(folder, path);
            const before = await Deno.readTextFile(file);
            await Deno.writeTextFile(file, changed(before, text));
          } else if (kind !== "text") {
            const file = join(folder, path);
            await Deno.mkdir(dirname(file), { recursive: true });
            await Deno.writeTextFile(file, `${text}\n`);
          }
          failed = false;
        });
      }
    } finally {
      // Whatever has gone wrong, nothing is left running.
      await run("denizen stop || true", folder, env);
    }
  },
);

Deno.test("stepsOf() finds what is typed, what comes, and files by the sentence before", () => {
  const page =
    "```sh\na\nb\n```\n\n```text\nc\n```\n\nNow make\n`d/e.ts`:\n\n```ts\nf\n```\n";

  assertEquals(stepsOf(page), [
    { line: 1, kind: "sh", text: "a\nb", path: "" },
    { line: 6, kind: "text", text: "c", path: "" },
    { line: 13, kind: "ts", text: "f", path: "d/e.ts" },
  ]);
});

Deno.test("changed() changes what is there once, and nothing else", () => {
  assertEquals(changed("a\nb\nc\n", " a\n-b\n+d\n@@\n c\n+e"), "a\nd\nc\ne\n");
  assertThrows(() => changed("a\na\n", "-a\n+b"), Error, "not there once");
  assertThrows(() => changed("a\n", "-c\n+b"), Error, "not there once");
});

Deno.test("isAsShown() forgives pids, times and columns, and nothing else", () => {
  const shown = "NAME  PID  UPTIME  RESTARTS\na     123  1 s     1";

  assertEquals(isAsShown(shown.replace("123", "45678"), shown), true);
  assertEquals(isAsShown(shown.replace("1 s", "850 ms"), shown), true);
  assertEquals(isAsShown(shown.replace(/1$/, "2"), shown), false);
  assertEquals(isAsShown("b", shown), false);
  assertEquals(isAsShown("x\ny\nz", "...\nz"), true);
  assertEquals(isAsShown("one 5 two", "one … two"), true);
});

/**
 * Makes the command, and says what a shell in an empty home finds: the npm
 * package with caches of its own, or without npm this checkout.
 */
async function emptyHome(home: string): Promise<Record<string, string>> {
  const isPackage = await whyNoNpx() === undefined;
  const bin = isPackage ? await installFor(home) : await checkoutFor(home);
  const env = {
    HOME: home,
    PATH: `${bin}:${Deno.env.get("PATH")}`,
    DENO_DIR: isPackage ? join(home, ".cache", "deno") : denoCache() ?? "",
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "me",
    GIT_AUTHOR_EMAIL: "me@example.com",
    GIT_COMMITTER_NAME: "me",
    GIT_COMMITTER_EMAIL: "me@example.com",
  };
  // The first start tells that it fetches packages, which the page does not show.
  await run("denizen help", home, env);
  return env;
}

/** Puts a `denizen` into a home that runs this checkout, and says where. */
async function checkoutFor(home: string): Promise<string> {
  const bin = join(home, "bin");
  const target = {
    deno: Deno.execPath(),
    project: PROJECT,
    v8Flags: V8_FLAGS,
  };
  await writeShim(join(bin, "denizen"), shimText(target, "denizen"));
  return bin;
}

/** Runs what is typed. Returns the folder where that ends, and all it printed. */
async function run(
  script: string,
  folder: string,
  env: Record<string, string>,
): Promise<[folder: string, output: string]> {
  const END = "-- the end, in ";
  await using shell = spawn("sh", [
    "-c",
    `exec 2>&1; set -e; ${script}\necho "${END}$PWD"`,
  ], { cwd: folder, env });
  const { code } = await shell.status;
  const lines = (await shell.stdout.rest()).split("\n");
  const end = lines.pop() ?? "";
  assertEquals(code, 0, [...lines, end].join("\n"));
  return [end.slice(END.length), lines.join("\n")];
}
