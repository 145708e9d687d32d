import { assertEquals, assertMatch } from "@std/assert";
import { byProject, reasonIn } from "../../tasks/library/fetch_packages.ts";
import { install } from "../../tasks/install.ts";
import { endHere } from "../support/command_here.ts";
import { tempFolder } from "../support/temp_folder.ts";

const DENO_JSON = JSON.stringify({
  imports: { denizen: "./.denizen/lib/mod.ts" },
  nodeModulesDir: "none",
});
const CONFIG = `
services:
  one: { script: one.ts }
  same: { script: one.ts }
  other: { command: ["true"] }
`;

Deno.test("install makes the library and fetches what the scripts import, once", async () => {
  await using folder = await tempFolder();
  const write = (name: string, text: string) =>
    Deno.writeTextFile(folder.file(name), text);
  await write("deno.json", DENO_JSON);
  await write("config.yaml", CONFIG);
  await write("one.ts", 'import { log } from "denizen"; log("hello");');
  await Deno.mkdir(folder.file("below"));

  const first = await endHere(() => install([folder.file("below")]));
  assertEquals(first.code, 0, first.stderr);
  assertMatch(
    first.stdout,
    /^Made ".*\.denizen\/lib": .*\nFetched what 1 script imports: .*\/one\.ts$/,
  );
  const again = await endHere(() => install([folder.path, "--json"]));
  const { library, scripts } = JSON.parse(again.stdout);
  assertEquals(library.status, "kept");
  assertEquals(scripts, [folder.file("one.ts")]);
  await Deno.remove(folder.file(".denizen/lib/runtime/program/log.ts"));
  const mended = await endHere(() => install([folder.path]));
  assertMatch(mended.stdout, /^Renewed /);
  assertEquals(await folder.names(), [
    ".denizen",
    "below",
    "config.yaml",
    "deno.json",
    "deno.lock",
    "one.ts",
  ]);
});

Deno.test("install says what it cannot do", async () => {
  await using folder = await tempFolder();
  const said = async (...argv: string[]) => {
    const { code, stderr } = await endHere(() => install(argv));
    return `${code} ${stderr}`;
  };

  assertMatch(await said(folder.path), /^2 Cannot install in .* init` makes/);
  assertMatch(await said(folder.file("no")), /^2 .*there is no such folder$/);
  await Deno.writeTextFile(folder.file("config.yaml"), "services: [");
  assertMatch(await said(folder.path), /^2 Cannot load config/);
  await Deno.writeTextFile(folder.file("config.yaml"), CONFIG);
  assertMatch(await said(folder.path), /^2 .*one\.ts/s);
  await Deno.writeTextFile(folder.file("one.ts"), 'import "no-such-thing";');
  assertMatch(
    await said(folder.path),
    /^1 Cannot fetch what the scripts of ".*" import: .*"no-such-thing"/,
  );
});

Deno.test("byProject() puts together to what one deno.json applies", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("a/b"), { recursive: true });
  await Deno.writeTextFile(folder.file("deno.jsonc"), "{}");
  await Deno.writeTextFile(folder.file("a/package.json"), "{}");
  const scripts = ["x.ts", "a/b/y.ts", "z.ts"].map(folder.file);

  assertEquals([...byProject(scripts)], [
    [folder.path, [scripts[0]!, scripts[2]!]],
    [folder.file("a"), [scripts[1]!]],
  ]);
});

Deno.test("reasonIn() joins what Deno says, without its stack", () => {
  assertEquals(
    reasonIn(
      'Download x\nerror: Failed loading x for package "ms"\n\nCaused by:\n    0: one thing\n    1: another\n\nStack backtrace:\n   0: <unknown>\n',
    ),
    'Failed loading x for package "ms": one thing: another',
  );
  assertEquals(reasonIn(""), "Deno does not say why");
});

Deno.test("install says what to add where no deno.json maps the library, and never to take the npm package", async () => {
  for (
    const [name, head] of [["deno.jsonc", "Add this to"], ["", "Put this into"]]
  ) {
    await using folder = await tempFolder();
    if (name) await Deno.writeTextFile(folder.file(name), '{ "imports": {} }');
    await Deno.writeTextFile(folder.file("config.yaml"), CONFIG);
    await Deno.writeTextFile(folder.file("one.ts"), 'import "denizen";');

    const { code, stderr } = await endHere(() => install([folder.path]));

    assertEquals(code, 1);
    const file = folder.file(name || "deno.json");
    const [said, lines] = stderr.split(":\n\n");
    assertEquals(
      said,
      `Cannot fetch what the scripts of "${folder.path}" import: they import "denizen", and no deno.json says where that is. ${head} "${file}", then run \`deno task install\` again`,
    );
    assertEquals(
      JSON.parse(lines!).imports.denizen,
      "./.denizen/lib/mod.ts",
    );
    assertEquals(stderr.includes("deno add"), false);
  }
});
