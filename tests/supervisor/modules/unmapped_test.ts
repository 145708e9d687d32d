import { assertEquals, assertMatch } from "@std/assert";
import { findLoadProblem } from "../../../supervisor/modules/module_graph.ts";
import { isAtRest } from "../../../supervisor/service/state.ts";
import { startService } from "../../support/service_loop.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const ADD =
  /^deno\.json does not say where "denizen\S*" is: add \{"imports":\{"denizen":"\.\/\.denizen\/lib\/mod\.ts",.*\}\} to it, then run `deno task install`$/;
const NAMES = /^there is no ".*": what Denizen has is imported as "denizen", /;

/** What lies beside a script, what that imports, and what is said of it. */
const CASES: [string, Record<string, string>, string, RegExp][] = [
  ["a deno.json", { "deno.json": "{}" }, "denizen", ADD],
  ["no deno.json", {}, "denizen/broker", ADD],
  ["a package.json", { "package.json": "{}" }, "denizen/stage", ADD],
  ["a name that there is not", {}, "denizen/none", NAMES],
  ["the name of the package", {}, "@denizen/denizen", NAMES],
  [
    "a copy that is not there",
    {
      "deno.json": JSON.stringify({
        imports: { denizen: "./.denizen/lib/mod.ts" },
      }),
    },
    "denizen",
    /^"\.denizen\/lib", .* is not there or not whole: `deno task install` makes it$/,
  ],
];

for (const [what, files, name, said] of CASES) {
  Deno.test(`a script that cannot import "${name}" is told how, with ${what}`, async () => {
    await using folder = await tempFolder();
    for (const [path, text] of Object.entries(files)) {
      await Deno.writeTextFile(folder.file(path), text);
    }
    const script = folder.file("imports.ts");
    await Deno.writeTextFile(script, `import "${name}";`);

    const problem = await findLoadProblem(script, AbortSignal.timeout(60_000));

    assertMatch(problem!, said);
  });
}

Deno.test("a service that cannot import the library fails with what to do, and not with Deno's hint", async () => {
  await using folder = await tempFolder();
  const script = folder.file("imports.ts");
  await Deno.writeTextFile(script, `import "denizen";`);

  await using service = startService(`{ script: ${script}, restart: "no" }`);
  await service.loop.until(isAtRest);

  const [, reason] = /^exited with code 1: (.*)/s.exec(service.told.at(-1)!)!;
  assertMatch(reason!, ADD);
  assertEquals(reason!.includes("npm:"), false);
});
