import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { Failure } from "../../../runtime/program/errors.ts";
import {
  describeKept,
  keepLibrary,
} from "../../../tasks/library/keep_library.ts";
import { call } from "../../../tasks/call.ts";
import { isLater, ownMark } from "../../../tasks/library/library_mark.ts";
import { endHere } from "../../support/command_here.ts";
import { spawn } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const DENO_JSON = `{
  // What scripts import:
  "imports": { "denizen": "./.denizen/lib/mod.ts", },
}`;

/** A project whose deno.json maps the library. */
async function project(text = DENO_JSON) {
  const folder = await tempFolder();
  await Deno.writeTextFile(folder.file("deno.jsonc"), text);
  return folder;
}

const read = (...path: string[]) => Deno.readTextFile(join(...path));

Deno.test("keepLibrary() makes the copy once, and again where it is gone", async () => {
  await using folder = await project();
  await Deno.mkdir(folder.file("a/b"), { recursive: true });

  const first = await keepLibrary(folder.file("a/b"));
  assertEquals(first?.status, "made");
  assertEquals(first?.mapped.library, folder.file(".denizen/lib"));
  assertEquals((await keepLibrary(folder.path))?.status, "kept");
  assertEquals(await folder.names(), [
    ".denizen",
    "a",
    "deno.jsonc",
    "deno.lock",
  ]);
  const library = folder.file(".denizen/lib");
  assertMatch(await read(library, "mod.ts"), /^\/\/ @ts-nocheck/);
  const { imports, links } = JSON.parse(await read(library, "deno.json"));
  assertEquals(links, undefined);
  assertEquals("react" in imports, false);

  await Deno.remove(library, { recursive: true });
  assertEquals((await keepLibrary(folder.path))?.status, "made");
  const beside = await Array.fromAsync(Deno.readDir(folder.file(".denizen")));
  assertEquals(beside.map(({ name }) => name), ["lib"]);
});

Deno.test("keepLibrary() puts a copy in the place of a link, or of half a copy", async () => {
  await using folder = await project();
  await keepLibrary(folder.path);
  const library = folder.file(".denizen/lib");

  await Deno.rename(library, folder.file("moved"));
  await Deno.symlink("../moved", library);
  assertEquals((await keepLibrary(folder.path))?.status, "made");
  assertEquals((await Deno.lstat(library)).isSymlink, false);
  assertMatch(await read(folder.file("moved/mod.ts")), /ts-nocheck/);

  for (const gone of ["mod.ts", "runtime"]) {
    await Deno.remove(join(library, gone), { recursive: true });
    assertEquals((await keepLibrary(folder.path))?.status, "renewed");
    await Deno.stat(join(library, gone));
  }
});

Deno.test("keepLibrary() renews a copy of an older release, whole or not", async () => {
  await using folder = await project();
  await keepLibrary(folder.path);
  const library = folder.file(".denizen/lib");
  const mark = join(library, "made-of.json");

  for (const old of ['{ "version": "0.0.1", "source": "x" }', "{ half"]) {
    await Deno.writeTextFile(join(library, "gone.ts"), "");
    await Deno.writeTextFile(mark, old);
    const kept = await keepLibrary(folder.path);
    assertEquals(kept?.status, old.startsWith("{ half") ? "made" : "renewed");
    await assertRejects(() => read(library, "gone.ts"), Deno.errors.NotFound);
  }
});

Deno.test("keepLibrary() leaves a copy of a later release, and says what to do", async () => {
  await using folder = await project();
  await Deno.mkdir(folder.file(".denizen/lib"), { recursive: true });
  const mark = '{ "version": "99.1.0", "source": "x" }';
  await Deno.writeTextFile(folder.file(".denizen/lib/made-of.json"), mark);

  const kept = await keepLibrary(folder.path);

  assertEquals(await read(folder.file(".denizen/lib/made-of.json")), mark);
  assertMatch(
    describeKept(kept!),
    /^Left ".*\.denizen\/lib" as it is: it is of Denizen 99\.1\.0, .*remove the folder/,
  );
});

Deno.test("keepLibrary() makes one copy for many at once", async () => {
  await using folder = await project();
  const kept = await Promise.all(
    Array.from({ length: 4 }, () => keepLibrary(folder.path)),
  );

  assertEquals(kept.map((each) => each?.status), Array(4).fill("made"));
  assertEquals((await keepLibrary(folder.path))?.status, "kept");
  const beside = await Array.fromAsync(Deno.readDir(folder.file(".denizen")));
  assertEquals(beside.map(({ name }) => name), ["lib"]);
});

Deno.test("keepLibrary() has nothing to do where no deno.json maps it", async () => {
  for (
    const text of [
      "{}",
      '{ "imports": { "denizen": "./mod.ts" } }',
      '{ "imports": { "other": "./.denizen/lib/mod.ts" } }',
      '{ "imports": { "denizen": "../.denizen/lib/mod.ts" } }',
    ]
  ) {
    await using folder = await project(text);
    assertEquals(await keepLibrary(folder.path), undefined, text);
    assertEquals(await folder.names(), ["deno.jsonc"]);
  }
});

Deno.test("keepLibrary() follows an import map, and the root of a workspace keeps the lock", async () => {
  await using folder = await project('{ "workspace": ["./member"] }');
  await Deno.mkdir(folder.file("member"));
  const json = (path: string, value: unknown) =>
    Deno.writeTextFile(folder.file(path), JSON.stringify(value));
  await json("member/deno.json", { importMap: "map.json" });
  await json("member/map.json", {
    imports: { "denizen/broker": "./.denizen/lib/broker/client.ts" },
  });

  const kept = await keepLibrary(folder.file("member"));

  assertEquals(kept?.mapped.doors, ["denizen/broker"]);
  assertEquals(await folder.names(), ["deno.jsonc", "deno.lock", "member"]);
});

Deno.test("keepLibrary() says what is wrong with a deno.json, and what it cannot write", async () => {
  {
    await using folder = await project('{\n "imports": { ".denizen/lib" } }');
    await assertRejects(
      () => keepLibrary(folder.path),
      Failure,
      `deno.jsonc": line 2: ColonExpected`,
    );
  }
  await using folder = await project();
  await Deno.writeTextFile(folder.file(".denizen"), "a file");
  await assertRejects(
    () => keepLibrary(folder.path),
    Failure,
    `where scripts find "denizen": it is not a folder`,
  );
});

Deno.test("keepLibrary() adds no lock file where a project has none by choice", async () => {
  await using folder = await project(
    DENO_JSON.replace("{", '{ "lock": false,'),
  );
  await keepLibrary(folder.path);

  assertEquals(await folder.names(), [".denizen", "deno.jsonc"]);
});

Deno.test("isLater() compares releases number by number", () => {
  assertEquals(isLater("0.10.0", "0.9.9"), true);
  assertEquals(isLater("0.2.0", "0.2.0"), false);
  assertEquals(isLater("0.2.0-rc.1", "0.2.0"), false);
  assertEquals(isLater("1.0.0", "0.99.0"), true);
  assertEquals(isLater("0.1.9", "0.2.0"), false);
});

Deno.test("a service that runs keeps the library that it has loaded, when that is renewed", async () => {
  await using folder = await project();
  await keepLibrary(folder.path);
  // Reflection is imported when somebody asks for it.
  await using broker = spawn(Deno.execPath(), [
    ...["run", "--no-prompt", "--cached-only", "--ignore-env"],
    ...["--allow-net=127.0.0.1", ".denizen/lib/broker/main.ts"],
    "--address=127.0.0.1:0",
  ], { cwd: folder.path });
  const [, address] = /^Serving on (.*)/.exec(
    await broker.stderr.find(/^Serving on /),
  )!;
  const mark = folder.file(".denizen/lib/made-of.json");
  await Deno.writeTextFile(mark, '{ "version": "0.0.1", "source": "x" }');

  assertEquals((await keepLibrary(folder.path))?.status, "renewed");
  const { code, stdout } = await endHere(() => call([`--address=${address}`]));

  assertEquals(code, 0);
  assertMatch(stdout, /^broker\.v1\.BrokerService at /m);
});

Deno.test("ownMark() of what is installed tells builds apart, and not the homes that they are kept in", async () => {
  await using folder = await tempFolder();
  const mark = async (name: string, digest: string) => {
    await Deno.mkdir(folder.file(name));
    await Deno.writeTextFile(
      folder.file(`${name}/deno.json`),
      '{ "version": "1.2.3" }',
    );
    await Deno.writeTextFile(folder.file(`${name}/digest`), digest);
    return await ownMark(folder.file(name));
  };

  const [first, same, other] = [
    await mark("a", "1"),
    await mark("b", "1"),
    await mark("c", "2"),
  ];

  assertEquals(first, same);
  assertEquals([other!.version, first!.source === other!.source], [
    "1.2.3",
    false,
  ]);
});
