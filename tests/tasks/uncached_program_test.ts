import { assertEquals, assertMatch } from "@std/assert";
import { uncachedProgram } from "../../tasks/uncached_program.ts";
import { spawnScript } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("a command whose packages are not cached says what fetches them", async () => {
  await using cache = await tempFolder();
  await using program = spawnScript("main.ts", {
    args: ["ps"],
    env: { DENO_DIR: cache.path },
  });

  assertEquals((await program.status).code, 1);
  assertMatch(
    await program.stderr.rest(),
    /^Cannot start Denizen: its package "[^"]+" is not in Deno's cache; `deno task install` in ".+" fetches what is missing$/,
  );
});

Deno.test("uncachedProgram() takes nothing else for a package that is missing", () => {
  assertEquals(
    uncachedProgram(new TypeError("x is not a function")),
    undefined,
  );
  assertEquals(uncachedProgram(new Error("not found in cache")), undefined);
});
