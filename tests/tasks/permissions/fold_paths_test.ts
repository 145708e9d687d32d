import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { covers, foldPaths } from "../../../tasks/permissions/fold_paths.ts";

const narrow = () => false;

Deno.test("foldPaths() makes a folder of three things in it, from the deepest up", () => {
  const table: [string[], string[]][] = [
    [["/w/a", "/w/b"], ["/w/a", "/w/b"]],
    [["/w/d/a", "/w/d/b", "/w/d/c"], ["/w/d"]],
    [["/w/d", "/w/d/a"], ["/w/d"]],
    [["/w/x/1/a", "/w/x/2/b", "/w/x/3/c"], ["/w/x"]],
    [["/w/x/1/a", "/w/x/1/b", "/w/x/1/c", "/w/y"], ["/w/x/1", "/w/y"]],
    [["/w/ab/x", "/w/a"], ["/w/a", "/w/ab/x"]],
    [["/", "/w"], ["/"]],
    [[], []],
  ];

  for (const [paths, folded] of table) {
    assertEquals(foldPaths(paths, narrow), folded);
  }
});

Deno.test("foldPaths() leaves what lies in a wide folder one by one", () => {
  const paths = ["/w/a", "/w/b", "/w/c"];

  assertEquals(foldPaths(paths, (folder) => folder.length <= 2), paths);
});

Deno.test("foldPaths() covers each path, and no entry covers another", () => {
  const name = fc.constantFrom("a", "b", "ab");
  const path = fc.array(name, { minLength: 1, maxLength: 4 })
    .map((names) => `/${names.join("/")}`);
  fc.assert(fc.property(fc.array(path), (paths) => {
    const folded = foldPaths(paths, (folder) => folder === "/");

    for (const each of paths) {
      assert(folded.some((folder) => covers(folder, each)));
    }
    for (const one of folded) {
      assertEquals(folded.filter((other) => covers(other, one)), [one]);
    }
  }));
});
