import { assertEquals } from "@std/assert";
import { userInfo } from "node:os";
import {
  cacheFolder,
  denoFolder,
  withCertificates,
} from "../../../tasks/package/npm/cache_folder.mjs";
import { commandWords } from "../../../tasks/package/npm/command_words.mjs";
import { packagesIn } from "../../../tasks/package/npm/kept_packages.mjs";
import { storedName } from "../../../tasks/package/npm/stored_name.mjs";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("commandWords() gives npx what it was given, and never a bare name", async () => {
  await using folder = await tempFolder();
  const home = folder.file("_npx/0123456789abcdef");
  const installed = `${home}/node_modules/@denizen/denizen/`;
  const script = `${home}/node_modules/.bin/denizen`;
  await Deno.mkdir(installed, { recursive: true });
  const CASES = [
    [{ packages: ["./dist/x.tgz"] }, "npx -y ./dist/x.tgz"],
    [{ packages: ["./my files/x.tgz"] }, "npx -y './my files/x.tgz'"],
    [{ packages: [] }, script],
    [undefined, script],
  ] as const;

  for (const [npx, expected] of CASES) {
    await Deno.writeTextFile(
      `${home}/package.json`,
      JSON.stringify({ _npx: npx }),
    );
    assertEquals(commandWords(script, installed, { PATH: "" }), expected);
  }
});

Deno.test("commandWords() is denizen where the user's shell finds us by it", async () => {
  await using folder = await tempFolder();
  const script = folder.file("lib/denizen.mjs");
  const [first, second, npms] = ["first", "second", "x/node_modules/.bin"]
    .map((name) => folder.file(name)) as [string, string, string];
  for (const each of [folder.file("lib"), first, second, npms]) {
    await Deno.mkdir(each, { recursive: true });
  }
  await Deno.writeTextFile(script, "");
  await Deno.symlink(script, `${second}/denizen`);
  await Deno.symlink(script, `${npms}/denizen`);
  const wordsFor = (...path: string[]) =>
    commandWords(script, "/lib/denizen/", { PATH: path.join(":") });

  assertEquals(wordsFor(first, second), "denizen");
  assertEquals(wordsFor(npms), script);
  // Somebody else's comes first.
  await Deno.writeTextFile(`${first}/denizen`, "");
  assertEquals(wordsFor(first, second), script);
});

Deno.test({
  name: "cacheFolder() and denoFolder() are where the user keeps caches",
  ignore: Deno.build.os !== "linux",
  fn() {
    const home = userInfo().homedir;
    const CASES = [
      [{ HOME: "/h" }, "/h/.cache/denizen", "/h/.cache/deno"],
      [{ HOME: "/h", XDG_CACHE_HOME: "/c" }, "/c/denizen", "/c/deno"],
      [{ HOME: "/h", XDG_CACHE_HOME: "c" }, "/h/.cache/denizen"],
      [{ HOME: "/h", DENO_DIR: "/d" }, "/h/.cache/denizen", "/d"],
      [{ HOME: "" }, `${home}/.cache/denizen`, `${home}/.cache/deno`],
      [{ HOME: "h" }, `${home}/.cache/denizen`, `${home}/.cache/deno`],
      [{}, `${home}/.cache/denizen`, `${home}/.cache/deno`],
    ] as const;

    for (const [env, denizen, deno = denoFolder(env)] of CASES) {
      assertEquals(cacheFolder(env), denizen);
      assertEquals(denoFolder(env), deno);
    }
  },
});

Deno.test("withCertificates() has Deno trust what Node does, unless it is told itself", () => {
  const CASES = [
    [{}, undefined],
    [{ NODE_EXTRA_CA_CERTS: "/n.pem" }, "/n.pem"],
    [{ NODE_EXTRA_CA_CERTS: "/n.pem", DENO_CERT: "/d.pem" }, "/d.pem"],
  ] as const;

  for (const [env, expected] of CASES) {
    assertEquals(withCertificates(env).DENO_CERT, expected);
  }
});

Deno.test("packagesIn() lists the folders that Deno's cache has of a deno.lock", () => {
  const npm = {
    "@a/b@1.0.0_@c+d@2.0.0": {},
    "@a/b@1.0.0": {},
    "zod@4.6.7": {},
  };

  assertEquals(packagesIn(JSON.stringify({ npm })), [
    "@a/b/1.0.0",
    "zod/4.6.7",
  ]);
});

Deno.test("storedName() hides the dot that npm would see, and keeps the rest", () => {
  const CASES = [
    ["main.ts", "main.ts"],
    [".gitignore", "dot.gitignore"],
    ["tasks/init/.gitignore", "tasks/init/dot.gitignore"],
    ["a.b/c.d.ts", "a.b/c.d.ts"],
  ] as const;

  for (const [path, stored] of CASES) assertEquals(storedName(path), stored);
});
