/** `watch`: a script is restarted when its source changes, as a real process. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { testsAtOnce } from "../../support/at_once.ts";
import {
  createWorkspace,
  type Supervised,
  type Workspace,
} from "../../support/supervised.ts";

const test = testsAtOnce("watch");

/** Writes source files into the folder of a workspace. */
async function write(
  { folder }: Workspace,
  files: Record<string, string>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
}

/**
 * Writes a file under another name and moves it: nobody finds it empty, as one
 * that is written in place may be for a moment.
 */
async function replace(
  { folder }: Workspace,
  name: string,
  text: string,
): Promise<void> {
  const path = join(folder, name);
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.rename(`${path}.new`, path);
}

/** A script that says what its module says, and runs on. */
const FILES = {
  "main.ts": `
    import { word } from "./lib/word.ts";
    import text from "./text.txt" with { type: "text" };
    import type { Unused } from "./types.ts";
    const unused: Unused | undefined = undefined;
    console.log("says", word, text, unused);
    setInterval(() => {}, 1_000);
  `,
  "lib/word.ts": 'export const word: string = "one";',
  "text.txt": "red",
  "types.ts": "export type Unused = string;",
};
const WORD = (word: string) => `export const word: string = "${word}";`;

/** Supervises the script above, and waits until it has spoken and is watched. */
async function watchScript(
  more: Record<string, unknown> = {},
  others: Record<string, unknown> = {},
) {
  await using cleanup = new AsyncDisposableStack();
  const workspace = cleanup.use(
    await createWorkspace({
      a: { script: "main.ts", watch: true, ...more },
      ...others,
    }),
  );
  await Deno.mkdir(join(workspace.folder, "lib"));
  await write(workspace, FILES);
  const supervised = workspace.supervise();
  await supervised.said(/^a(-1)? \| says one red/);
  if (more.watch !== false) {
    await supervised.said(/ a(-1)?: its source is watched: 3 files$/);
  }
  const held = cleanup.move();
  return {
    workspace,
    supervised,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** How many processes of a service have been started. */
function startsOf({ lines }: Supervised, name: string): number {
  return lines.filter((line) =>
    line.startsWith(`supervisor | ${name}: started`)
  ).length;
}

test("a script is restarted when a file of its module graph is written", async () => {
  await using opened = await watchScript();
  const { workspace, supervised } = opened;

  await write(workspace, { "lib/word.ts": WORD("two") });
  await supervised.said(/^a \| says two red/);
  // A module that is empty would not load; a text would.
  await replace(workspace, "text.txt", "blue");
  await supervised.said(/^a \| says two blue/);

  await supervised.said(/a: is restarted: lib\/word.ts has changed/);
  await supervised.said(/a: is restarted: text.txt has changed/);
  assertEquals(startsOf(supervised, "a"), 3);
  assertEquals((await workspace.services()).get("a")?.restarts, 0);
});

test("a script is restarted when a file is replaced by another, and when it comes back", async () => {
  await using opened = await watchScript();
  const { workspace: { folder }, supervised, workspace } = opened;
  const path = join(folder, "lib", "word.ts");

  await replace(workspace, "lib/word.ts", WORD("two"));
  await supervised.said(/^a \| says two/);
  await Deno.remove(join(folder, "lib"), { recursive: true });
  await supervised.said(/a: goes on with its old code, .* Module not found/);
  await Deno.mkdir(join(folder, "lib"));
  await Deno.writeTextFile(path, WORD("three"));
  await supervised.said(/^a \| says three/);

  assertEquals(startsOf(supervised, "a"), 3);
});

test("a script is restarted when a link on the way to it leads elsewhere, and watched there", async () => {
  await using workspace = await createWorkspace({
    a: { script: "current/app/main.ts", watch: true },
  });
  const { folder } = workspace;
  const link = (release: string) =>
    Deno.symlink(release, join(folder, "current.new"))
      .then(() =>
        Deno.rename(join(folder, "current.new"), join(folder, "current"))
      );
  for (const release of ["r1", "r2", "r3"]) {
    await Deno.mkdir(join(folder, release, "app"), { recursive: true });
    await write(workspace, {
      [`${release}/app/main.ts`]: `import { word } from "./word.ts";
        console.log("says", word);
        setInterval(() => {}, 1_000);`,
      [`${release}/app/word.ts`]: WORD(release === "r1" ? "one" : "two"),
    });
  }
  await link("r1");

  const supervised = workspace.supervise();
  await supervised.said(/^a \| says one/);
  await supervised.said(/ a: its source is watched/);
  await link("r2");
  await supervised.said(/^a \| says two/);
  await write(workspace, { "r2/app/word.ts": WORD("edited") });
  await supervised.said(/^a \| says edited/);
  await write(workspace, { "r2/app/word.ts": WORD("two") });
  await supervised.said(/^a \| says two/, 2);
  // The same text elsewhere is no reason for a restart, yet watched from then on.
  await link("r3");
  await write(workspace, { "r3/app/word.ts": WORD("three") });
  await supervised.said(/^a \| says three/);

  assertEquals(startsOf(supervised, "a"), 5);
});

test("a script is not restarted for what it does not load, nor for the same text", async () => {
  await using opened = await watchScript();
  const { workspace, supervised } = opened;

  await write(workspace, {
    "types.ts": "export type Unused = number;",
    "other.ts": "export {};",
    "lib/word.ts": FILES["lib/word.ts"],
  });
  await replace(workspace, "text.txt", "blue");
  await supervised.said(/^a \| says one blue/);

  assertEquals(startsOf(supervised, "a"), 2);
  await supervised.said(/a: is restarted: text.txt has changed$/);
});

test("a source that would not load leaves the process running, says so, and is let go once mended", async () => {
  await using opened = await watchScript();
  const { workspace, supervised } = opened;
  const before = await workspace.services();
  const broken: [string, RegExp][] = [
    [
      "export const word = ;",
      /SyntaxError: Expression expected at .*word.ts:1:21/,
    ],
    ['export const word = "', /SyntaxError: Unterminated string constant at/],
    ["export const wort = 1;", /does not provide an export named 'word'/],
    [
      'import "./none.ts"; export const word = 1;',
      /Module not found .*none.ts/,
    ],
    [
      'import "npm:no-such-denizen@1"; export const word = 1;',
      /no-such-denizen/,
    ],
  ];

  for (const [text, reason] of broken) {
    await write(workspace, { "lib/word.ts": text });
    await supervised.said(
      new RegExp(
        `a: goes on with its old code, since the new would not load: .*${reason.source}`,
      ),
    );
  }

  const now = await workspace.services();
  assertEquals(now.get("a")?.pid, before.get("a")?.pid);
  const { stdout } = await workspace.run("events", "--json");
  assertMatch(stdout, /"message":"goes on with its old code, [^\n]*none.ts/);
  await write(workspace, { "lib/word.ts": WORD("two") });
  await supervised.said(/^a \| says two red/);
  assertEquals(startsOf(supervised, "a"), 2);
});

test("a source that is mended to what it was needs no restart", async () => {
  await using opened = await watchScript();
  const { workspace, supervised } = opened;

  await write(workspace, { "lib/word.ts": "export const word = ;" });
  await supervised.said(/a: goes on with its old code/);
  await write(workspace, { "lib/word.ts": FILES["lib/word.ts"] });
  await supervised.said(/a: its source is as it was before/);

  assertEquals(startsOf(supervised, "a"), 1);
});

test("a file that is imported only now is watched, too, even before it is right", async () => {
  await using opened = await watchScript();
  const { workspace, supervised } = opened;

  await write(workspace, { "lib/new.ts": "export const added = ;" });
  await write(workspace, {
    "lib/word.ts":
      'import { added } from "./new.ts"; export const word = "new " + added;',
  });
  await supervised.said(/a: goes on with its old code, .*new.ts/);
  await write(workspace, { "lib/new.ts": "export const added = 1;" });
  await supervised.said(/^a \| says new 1 red/);
  await write(workspace, { "lib/new.ts": "export const added = 2;" });
  await supervised.said(/^a \| says new 2 red/);
});

test("a watched script that has ended or failed is started by the next change", async () => {
  await using opened = await watchScript({
    restart_policy: { delay: "1ms", max_delay: "1ms", max_attempts: 1 },
  });
  const { workspace, supervised } = opened;

  // It loads, and then throws.
  await write(workspace, {
    "lib/word.ts": `${WORD("two")} throw new Error("thrown");`,
  });
  await supervised.said(/a: restarted 1 time within .* exited with code 1/);
  await write(workspace, { "lib/word.ts": `${WORD("three")} Deno.exit(0);` });
  await supervised.said(/a: exited with code 0/);
  await write(workspace, { "lib/word.ts": WORD("four") });

  await supervised.said(/^a \| says four/);
});

test("cascade restarts those that depend on it, after it", async () => {
  const sleep = { command: ["sleep", "1000"] };
  await using opened = await watchScript({ watch: { cascade: true } }, {
    b: { ...sleep, depends_on: ["a"] },
    c: { ...sleep, depends_on: ["b"] },
    d: sleep,
    // A run of it is nothing that a change cuts off.
    e: { ...sleep, depends_on: ["a"], schedule: "@yearly" },
  });
  const { workspace, supervised } = opened;
  await supervised.said(/ [abcd]: started/, 4);
  await workspace.run("restart", "e");
  await supervised.said(/ e: started/);

  await write(workspace, { "lib/word.ts": WORD("two") });
  await supervised.said(/ [abcd]: started/, 7);

  await supervised.said(/c: is restarted: the source of a has changed/);
  const order = supervised.lines.flatMap((line) =>
    /supervisor \| (\w: (?:was ended|started))/.exec(line)?.[1] ?? []
  ).slice(5);
  assertEquals(order, [
    "c: was ended",
    "b: was ended",
    "a: was ended",
    "a: started",
    "b: started",
    "c: started",
  ]);
});

test("replicas of a watched script are replaced one at a time", async () => {
  await using opened = await watchScript({ deploy: { replicas: 2 } });
  const { workspace, supervised } = opened;
  await supervised.said(/ \| says one/, 2);

  await write(workspace, { "lib/word.ts": WORD("two") });
  await supervised.said(/ a-\d: started/, 4);
  await supervised.said(/ \| says two/, 2);

  const order = supervised.lines.flatMap((line) =>
    /supervisor \| (a-\d: (?:was ended|started))/.exec(line)?.[1] ?? []
  ).slice(2);
  assertEquals(order, [
    "a-1: was ended",
    "a-1: started",
    "a-2: was ended",
    "a-2: started",
  ]);
});

test("a watched script that was stopped by hand stays stopped", async () => {
  await using opened = await watchScript({}, {
    b: { script: "main.ts", watch: true },
  });
  const { workspace, supervised } = opened;
  await supervised.said(/ b: its source is watched/);
  await workspace.run("stop", "a");

  await write(workspace, { "lib/word.ts": WORD("two") });
  await supervised.said(/^b \| says two/);

  assertEquals(startsOf(supervised, "a"), 1);
});

test("reload begins and ends a watch", async () => {
  await using opened = await watchScript({ watch: false });
  const { workspace, supervised } = opened;

  await workspace.configure({ a: { script: "main.ts", watch: true } });
  const begun = await workspace.run("reload");
  await supervised.said(/ a: its source is watched/);
  await write(workspace, { "lib/word.ts": WORD("two") });
  await supervised.said(/^a \| says two/);
  const { code } = await workspace.run("stop");

  assertMatch(begun.stdout, /a +changed +watch +no restart needed/);
  assertEquals(code, 0);
});

test("watch and mem_limit are refused where they mean nothing", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["true"], watch: true },
    b: { script: "main.ts", watch: { cascde: true } },
    c: { script: "main.ts", watch: "yes" },
  });
  await write(workspace, { "main.ts": "" });

  const { code, stderr } = await workspace.run("supervise");

  assertEquals(code, 2);
  assertMatch(
    stderr,
    /a\.watch: belongs to script; a command has no module graph/,
  );
  assertMatch(stderr, /b\.watch\.cascde: unknown key; did you mean "cascade"/);
  assertMatch(stderr, /c\.watch: expected true, false, or a map with cascade/);
});
