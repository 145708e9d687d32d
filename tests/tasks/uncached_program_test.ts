import { assertEquals, assertMatch } from "@std/assert";
import { uncachedProgram } from "../../tasks/uncached_program.ts";
import { spawnScript } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Commands, by when they load what they are built on. */
const COMMANDS: Record<string, string[]> = {
  "before it runs": ["ps"],
  "while it runs": ["pipeline", "--count=1"],
};

for (const [when, args] of Object.entries(COMMANDS)) {
  Deno.test(`a command whose packages are not cached says what fetches them ${when}`, async () => {
    await using folder = await tempFolder();
    await using program = spawnScript("main.ts", {
      args,
      cwd: folder.path,
      env: { DENO_DIR: folder.file("cache") },
    });

    assertEquals((await program.status).code, 1);
    // A stage that was started by then may have said that it misses one, too.
    const own = (await program.stderr.rest()).split("\n")
      .filter((line) => line !== "" && !/^\w+ \| /.test(line));
    assertMatch(
      own.join("\n"),
      /^Cannot start Denizen: its package "[^"]+" is not in Deno's cache; `deno task install` in ".+" fetches what is missing$/,
    );
  });
}

Deno.test("uncachedProgram() takes nothing else for a package that is missing", () => {
  assertEquals(
    uncachedProgram(new TypeError("x is not a function")),
    undefined,
  );
  assertEquals(uncachedProgram(new Error("not found in cache")), undefined);
});
