import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { dirname, join } from "node:path";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import { init } from "../../../tasks/init.ts";
import { commandsToTry } from "../../../tasks/init/commands_to_try.ts";
import { makeFiles } from "../../../tasks/init/make_files.ts";
import {
  missingFrom,
  starterConfig,
} from "../../../tasks/init/starter_config.ts";
import { starterFiles, TEMPLATES } from "../../../tasks/init/templates.ts";
import { keepLibrary } from "../../../tasks/library/keep_library.ts";
import { endHere } from "../../support/command_here.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("init makes a folder that is not there, and says what it made and what to try", async () => {
  await using home = await tempFolder();

  const { code, stdout } = await endHere(() => init([home.file("a/hello")]));

  assertEquals(code, 0);
  assertMatch(stdout, /^Made in ".*a\/hello":\n\n {2}\.gitignore\n {2}README/);
  assertMatch(stdout, /^ {2}proto\/types\/$/m);
  assertMatch(stdout, /^To try it:\n\n( {2}.+\n)* {2}.*call .*Greet/m);
  for (const { path, text } of await starterFiles("service")) {
    assertEquals(await Deno.readTextFile(home.file(`a/hello/${path}`)), text);
  }
});

Deno.test("init overwrites nothing: it names what is in the way, and makes nothing", async () => {
  await using home = await tempFolder();
  await Deno.writeTextFile(home.file("config.yaml"), "mine");
  await Deno.writeTextFile(home.file("greeter"), "a file, and no folder");

  const { code, stderr } = await endHere(() => init([home.path]));

  assertEquals(code, 2);
  assertMatch(
    stderr,
    /^Cannot begin a project in ".*": nothing is overwritten, and these are there:$/m,
  );
  assertMatch(stderr, /^ {2}config\.yaml\n {2}greeter\nName another folder/m);
  assertEquals(await home.names(), ["config.yaml", "greeter"]);
  assertEquals(await Deno.readTextFile(home.file("config.yaml")), "mine");
});

Deno.test("init works among other files, and says what to add to those that stay as they are", async () => {
  await using home = await tempFolder();
  await Deno.writeTextFile(home.file("notes.txt"), "mine");
  await Deno.writeTextFile(home.file("package.json"), "{}");
  await Deno.writeTextFile(home.file("deno.jsonc"), '{ "tasks": {} } // mine');
  await Deno.writeTextFile(home.file(".gitignore"), "target/\n");

  const { code, stdout } = await endHere(() =>
    init([home.path, "--template=empty"])
  );

  assertEquals(code, 0);
  assertStringIncludes(stdout, "deno.jsonc is left as it is");
  assertStringIncludes(stdout, '"denizen": "./.denizen/lib/mod.ts"');
  assertStringIncludes(stdout, '"nodeModulesDir": "none"');
  assertStringIncludes(stdout, ".gitignore is left as it is");
  assertEquals(await Deno.readTextFile(home.file(".gitignore")), "target/\n");
  assertEquals((await home.names()).includes("deno.json"), false);
});

Deno.test("init makes the copy of the library that the project's scripts import", async () => {
  await using home = await tempFolder();

  await endHere(() => init([home.path, "--template=empty"]));

  const { status } = await keepLibrary(home.path) ?? {};
  assertEquals(status, "kept");
});

Deno.test("init says nothing of a .gitignore and a deno.json that have all it takes", async () => {
  await using home = await tempFolder();
  await Deno.writeTextFile(home.file("deno.json"), starterConfig());
  await Deno.writeTextFile(home.file(".gitignore"), "target/\n/.denizen\n");

  const { stdout } = await endHere(() => init([home.path]));

  assertEquals(stdout.includes("is left as it is"), false);
});

Deno.test("init says what to do where a workspace lies above", async () => {
  await using home = await tempFolder();
  await Deno.writeTextFile(home.file("deno.json"), '{ "workspace": [] }');

  const { code, stdout } = await endHere(() => init([home.file("a")]));

  assertEquals(code, 0);
  assertMatch(stdout, /deno\.json" has a workspace, and Deno warns/);
});

Deno.test("init says what is left to do in a member of a workspace", async () => {
  for (const workspace of [["./a"], { members: ["./*"] }]) {
    await using home = await tempFolder();
    const text = JSON.stringify({ workspace });
    await Deno.writeTextFile(home.file("deno.json"), text);

    const { stdout } = await endHere(() => init([home.file("a")]));

    assertMatch(stdout, /and this folder is one of its members\. Move "nodeM/);
  }
});

const WRONG: [string, (home: string) => string[], RegExp][] = [
  ["a file", (home) => [`${home}/file`], /it is a file; name a folder$/],
  ["below a file", (home) => [`${home}/file/a`], /part of the path is a file$/],
  [
    "a link to nowhere",
    (home) => [`${home}/link`],
    /it is a file; name a folder$/,
  ],
  ["no folder", () => [""], /^Cannot begin a project: name a folder$/],
  ["two folders", () => ["a", "b"], /^Cannot read "b": at most 1 word/],
  [
    "an unknown template",
    () => ["--template=servce"],
    /expected one of service, pipeline, calculator, empty; did you mean "service"\?$/,
  ],
];

for (const [what, words, message] of WRONG) {
  Deno.test(`init is told of ${what} by exit code 2`, async () => {
    await using home = await tempFolder();
    await Deno.writeTextFile(home.file("file"), "mine");
    await Deno.symlink(home.file("nowhere"), home.file("link"));

    const { code, stderr } = await endHere(() => init(words(home.path)));

    assertEquals(code, 2);
    assertMatch(stderr, message);
    assertEquals(await home.names(), ["file", "link"]);
  });
}

Deno.test({
  name: "init says that it may not write there",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // Not even root may there.
    const { code, stderr } = await endHere(() => init(["/sys/theirs"]));

    assertEquals(code, 2);
    assertEquals(
      stderr,
      'Cannot begin a project in "/sys/theirs": permission denied',
    );
  },
});

Deno.test("makeFiles() takes back what it made when it cannot make all", async () => {
  await using home = await tempFolder();
  const tooLong = "x".repeat(300);

  const { code } = await endHere(() =>
    makeFiles(home.file("new"), [
      { path: "a/b.txt", text: "1" },
      { path: `c/${tooLong}`, text: "2" },
    ])
  );

  assertEquals(code, 2);
  assertEquals(await home.names(), []);
});

Deno.test("commandsToTry() goes to the folder, or names it where Deno knows our tasks only here", () => {
  const folder = join(Deno.cwd(), "a b");

  const there = withCommand("denizen", () => commandsToTry("empty", folder));
  const here = withCommand("denizen", () => commandsToTry("empty", Deno.cwd()));
  const clone = withCommand(undefined, () => commandsToTry("empty", folder));

  assertEquals(
    there,
    "  cd 'a b'\n  denizen supervise\n  denizen ps\n  denizen logs hello",
  );
  assertEquals(here.startsWith("  denizen supervise\n"), true);
  assertEquals(
    clone.split("\n")[0],
    "  deno task supervise --config='a b/config.yaml'",
  );
});

Deno.test("missingFrom() names only what is not there", () => {
  assertEquals(missingFrom(starterConfig(), true), undefined);
  assertEquals(
    missingFrom(starterConfig().replace("nodeModulesDir", "other"), false),
    undefined,
  );
  assertEquals(
    JSON.parse(missingFrom('{"denizen": "", "allowScripts": []}', true)!),
    {
      imports: Object.fromEntries(
        Object.entries(JSON.parse(starterConfig()).imports)
          .filter(([name]) => name !== "denizen"),
      ),
      nodeModulesDir: "none",
    },
  );
});

for (const template of TEMPLATES) {
  Deno.test(`template ${template}: what its files import and name is there`, async () => {
    const files = await starterFiles(template);
    const paths = new Set(files.map(({ path }) => path));

    assertEquals(missingImports(files), []);
    assertEquals(missingScripts(files), []);
    assertEquals(paths.has("deno.json") && paths.has(".gitignore"), true);
  });
}

Deno.test("the tables of the READMEs name files that are made", async () => {
  for (const template of TEMPLATES) {
    const files = await starterFiles(template);
    const readme = files.find(({ path }) => path === "README.md")?.text ?? "";
    const named = [...readme.matchAll(/^\| (`[^|]+)\|/gm)]
      .flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)])
      .map(([, name]) => name!);
    const missing = named.filter((name) =>
      !files.some(({ path }) => `/${path}`.includes(`/${name}`))
    );
    assertEquals(missing, []);
  }
});

type Files = Awaited<ReturnType<typeof starterFiles>>;

/** Relative imports that lead to no file, and names that the deno.json has not. */
function missingImports(files: Files): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const { imports } = JSON.parse(starterConfig());
  return files.filter(({ path }) => path.endsWith(".ts")).flatMap((
    { path, text },
  ) =>
    [...text.matchAll(/\bfrom ["']([^"']+)["']/g)]
      .map(([, name]) => name!)
      .filter((name) =>
        name.startsWith(".")
          ? !paths.has(join(dirname(path), name))
          : !name.startsWith("node:") && !(name in imports)
      ).map((name) => `${path}: ${name}`)
  );
}

/** Scripts of the config that are neither made nor in the library. */
function missingScripts(files: Files): string[] {
  const text = files.find(({ path }) => path === "config.yaml")?.text;
  if (text === undefined) return [];
  const config = parse(text) as {
    services: Record<string, { script: string }>;
  };
  const lib = ".denizen/lib/";
  return Object.values(config.services).map(({ script }) => script)
    .filter((script) =>
      script.startsWith(lib)
        ? script !== `${lib}broker/main.ts`
        : !files.some(({ path }) => path === script)
    );
}

function withCommand(command: string | undefined, act: () => string): string {
  const before = Deno.env.get("DENIZEN_COMMAND");
  const set = (value: string | undefined) =>
    value === undefined
      ? Deno.env.delete("DENIZEN_COMMAND")
      : Deno.env.set("DENIZEN_COMMAND", value);
  set(command);
  try {
    return act();
  } finally {
    set(before);
  }
}

Deno.test("starterFiles() names tests only where there are some, and the release that began the project", async () => {
  for (const template of TEMPLATES) {
    const files = await starterFiles(template);
    const textOf = (name: string) =>
      files.find(({ path }) => path === name)!.text;
    const { tasks = {} } = JSON.parse(textOf("deno.json"));

    assertEquals(
      "test" in tasks,
      files.some(({ path }) => path.endsWith("_test.ts")),
      template,
    );
    assertMatch(textOf("README.md"), /^denizen install /m);
    assertMatch(
      textOf("README.md"),
      new RegExp(
        `begun with Denizen ${DENO_JSON.version.replaceAll(".", "\\.")}\\.`,
      ),
    );
  }
});
