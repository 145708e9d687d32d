import {
  assertEquals,
  assertFalse,
  assertMatch,
  assertThrows,
} from "@std/assert";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { dirname } from "node:path";
import { UsageError } from "../../../runtime/program/errors.ts";
import { controlAddress } from "../../../supervisor/control/address.ts";
import { makeOwnState } from "../../../supervisor/state_folder/own_state.ts";
import {
  nearestConfig,
  stateDirOf,
  taskFor,
} from "../../../supervisor/state_folder/place.ts";
import { withVariable } from "../../support/variables.ts";
import { tempFolder } from "../../support/temp_folder.ts";

for (
  const [config, expected] of [
    ["/a/config.yaml", "/a/.denizen"],
    ["/a/dev.yaml", "/a/.denizen/dev.yaml"],
    ["/a/prod.yml", "/a/.denizen/prod.yml"],
    ["/a/config.yml", "/a/.denizen/config.yml"],
    ["/a/supervisor.yaml", "/a/.denizen/supervisor.yaml"],
    ["/a/b/../services", "/a/.denizen/services"],
  ] as const
) {
  Deno.test(`stateDirOf() keeps the files of ${config} in ${expected}`, () => {
    assertEquals(stateDirOf(config), expected);
  });
}

Deno.test("stateDirOf() refuses a config that is called as a file of the supervisor's", () => {
  for (
    const name of ["logs", "lib", "run.json", "ports.json", "supervisor.log.1"]
  ) {
    const error = assertThrows(() => stateDirOf(`/a/${name}`), UsageError);

    assertMatch(error.message, /\.denizen\/.*; give the config another name$/);
  }
});

Deno.test("taskFor() names the config where it is not the one beside the user", () => {
  const root = new URL("../../../", import.meta.url).pathname;

  assertEquals(taskFor("ps", `${root}config.yaml`), "deno task ps");
  assertEquals(
    taskFor("ps", `${root}dev.yaml`),
    "deno task ps --config=dev.yaml",
  );
  assertEquals(
    taskFor("ps", "/else where/config.yaml"),
    "deno task ps --config='/else where/config.yaml'",
  );
});

Deno.test("nearestConfig() is that of the clone for a user in it, and elsewhere the nearest above", async () => {
  await using folder = await tempFolder();
  const own = folder.file("config.yaml");
  const below = folder.file("a/b");
  await Deno.mkdir(below, { recursive: true });
  const find = (start: string) => {
    using _start = withVariable("INIT_CWD", start);
    return nearestConfig();
  };

  assertEquals(find(`${PROJECT}/docs`), `${PROJECT}/config.yaml`);
  assertEquals(find("/nowhere"), "/nowhere/config.yaml");
  assertEquals(find(below), `${below}/config.yaml`);
  await Deno.writeTextFile(own, "");
  assertEquals([below, folder.path].map(find), [own, own]);
});

Deno.test("controlAddress() counts the bytes of a path, not its letters", async () => {
  await using folder = await tempFolder();
  const short = folder.file("a".repeat(40));
  const long = folder.file("ä".repeat(40));
  await makeOwnState(short);
  await makeOwnState(long);
  const address = await controlAddress(long);

  assertEquals(await controlAddress(short), `unix:${short}/control.sock`);
  assertMatch(address, /^unix:\/.{1,100}\/control\.sock$/);
  assertFalse(address.includes(folder.path));
  await Deno.remove(dirname(address.slice("unix:".length)));
});
