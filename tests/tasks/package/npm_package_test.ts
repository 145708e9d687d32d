import { assert, assertEquals } from "@std/assert";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import {
  npmPackage,
  type PackedFile,
} from "../../../tasks/package/npm_package.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";

Deno.test("npmPackage() has a program of this version, its starter, and the Deno that it is tested with", async () => {
  const files = new Map(
    (await npmPackage()).map(({ path, bytes }: PackedFile) => [path, bytes]),
  );
  const read = (path: string) =>
    JSON.parse(new TextDecoder().decode(files.get(path)));
  const manifest = read("package.json");
  const program = read("program.json");

  assertEquals(manifest.name, DENO_JSON.name);
  assertEquals(manifest.version, DENO_JSON.version);
  assertEquals(program.version, DENO_JSON.version);
  assert(files.has(manifest.bin.denizen), manifest.bin.denizen);
  const tested = await Deno.readTextFile(`${PROJECT}/.dvmrc`);
  assertEquals(manifest.dependencies, { deno: tested.trim() });
  assertEquals(read("program/deno.json").links, undefined);
  assert(program.files.includes("main.ts"));
});

Deno.test("the npm package sets the engine as the tasks of deno.json do", async () => {
  const files = await npmPackage();
  const { bytes } = files.find(({ path }) => path === "program.json")!;
  const { v8Flags } = JSON.parse(new TextDecoder().decode(bytes));
  const ofTasks = Object.entries(DENO_JSON.tasks).flatMap(([name, command]) => {
    const [flag] = /--v8-flags=\S+/.exec(command) ?? [];
    return flag === undefined ? [] : [[name, [flag]]];
  });

  assertEquals(v8Flags, Object.fromEntries(ofTasks));
});
