import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Failure } from "../../../runtime/program/errors.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import {
  isOnPath,
  removeShim,
  shimText,
  writeShim,
} from "../../../tasks/package/shim.ts";
import { spawn } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const TARGET = {
  deno: Deno.execPath(),
  project: PROJECT,
  v8Flags: { supervise: ["--v8-flags=--max-semi-space-size=1"] },
};

Deno.test("writeShim() replaces its own, and never a stranger's file", async () => {
  await using folder = await tempFolder();
  const path = folder.file("bin/denizen");

  await writeShim(path, shimText(TARGET, "denizen"));
  await writeShim(path, shimText(TARGET, "other"));
  assertMatch(await Deno.readTextFile(path), /DENIZEN_COMMAND=other/);
  assertEquals(await removeShim(path), true);
  assertEquals(await removeShim(path), false);

  await Deno.writeTextFile(path, "#!/bin/sh\necho mine\n");
  for (const touch of [() => writeShim(path, ""), () => removeShim(path)]) {
    await assertRejects(touch, Failure, "is not a `denizen` that we have put");
  }
  assertEquals(await Deno.readTextFile(path), "#!/bin/sh\necho mine\n");
});

Deno.test("the shim runs the checkout from the user's folder, which has the config, and names itself", async () => {
  await using folder = await tempFolder();
  const path = folder.file("my programs/bin/denizen");
  const own = folder.file("my project");
  await Deno.mkdir(own);
  await writeShim(path, shimText(TARGET, "denizen"));

  await using ps = spawn(path, ["ps"], { cwd: own });
  const { code } = await ps.status;

  assertEquals(code, 2);
  assertEquals(
    await ps.stderr.rest(),
    'No supervisor runs "config.yaml", and there is no such file; --config=FILE names another',
  );
  await using help = spawn(path, ["help", "ps"], { cwd: own });
  assertMatch(await help.stdout.rest(), /^Usage: denizen ps /);
});

Deno.test("the shim says what to do where its checkout is gone", async () => {
  await using folder = await tempFolder();
  const path = folder.file("denizen");
  const project = folder.file("it's gone");
  await writeShim(path, shimText({ ...TARGET, project }, "denizen"));

  await using ps = spawn(path, ["ps"]);

  assertEquals((await ps.status).code, 1);
  assertEquals(
    await ps.stderr.rest(),
    `Cannot run denizen: there is no "${project}/main.ts" any more; run \`deno task install\` in a checkout`,
  );
});

Deno.test("isOnPath() compares folders, however they are written", () => {
  assertEquals(isOnPath("/h/.local/bin", "/bin:/h/.local/bin/:/x"), true);
  assertEquals(isOnPath("/h/.local/bin", "/bin:/h/.local/bin2"), false);
  assertEquals(isOnPath("/h/.local/bin", ""), false);
});
