import { assertEquals } from "@std/assert";
import { describeUncached } from "../../../supervisor/modules/uncached.ts";
import { findLoadProblem } from "../../../supervisor/modules/module_graph.ts";
import { isAtRest } from "../../../supervisor/service/state.ts";
import { startService } from "../../support/service_loop.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** What nobody has ever fetched. */
const IMPORTS = {
  "npm:@denizen/never-fetched@1.0.0":
    `the npm package "@denizen/never-fetched"`,
  "https://denizen.invalid/a.ts": "https://denizen.invalid/a.ts",
};

for (const [specifier, named] of Object.entries(IMPORTS)) {
  Deno.test(`a script that imports ${specifier}, which is not cached, is told how it is fetched`, async () => {
    await using folder = await tempFolder();
    const script = folder.file("imports.ts");
    await Deno.writeTextFile(script, `import "${specifier}";`);
    const advice =
      `${named} is not in Deno's cache: \`deno install --entrypoint ${script}\` fetches what it imports`;

    await using service = startService(`{ script: ${script}, restart: "no" }`);
    await service.loop.until(isAtRest);

    assertEquals(service.told.at(-1), `exited with code 1: ${advice}`);
    assertEquals(
      await findLoadProblem(script, AbortSignal.timeout(60_000)),
      advice,
    );
  });
}

Deno.test("describeUncached() knows a package that is to be in node_modules", async () => {
  await using folder = await tempFolder();
  const file = (name: string, text: string) =>
    Deno.writeTextFile(folder.file(name), text);
  await file("package.json", "{}");
  await file("a.ts", 'import "npm:@denizen/never-fetched@1.0.0";');

  assertEquals(
    await findLoadProblem(folder.file("a.ts"), AbortSignal.timeout(60_000)),
    `npm:@denizen/never-fetched@1.0.0 is not in Deno's cache: \`deno install --entrypoint ${
      folder.file("a.ts")
    }\` fetches what it imports`,
  );
});

Deno.test("describeUncached() names the command that the user has started", () => {
  const before = Deno.env.get("DENIZEN_COMMAND");
  try {
    Deno.env.set("DENIZEN_COMMAND", "denizen");
    assertEquals(
      describeUncached(
        'error: x\n 0: npm package not found in cache: "ms", --cached-only is specified.',
        "/a.ts",
      ),
      'the npm package "ms" is not in Deno\'s cache: `denizen install` fetches what it imports',
    );
    assertEquals(describeUncached("error: something else", "/a.ts"), undefined);
  } finally {
    if (before === undefined) Deno.env.delete("DENIZEN_COMMAND");
    else Deno.env.set("DENIZEN_COMMAND", before);
  }
});
