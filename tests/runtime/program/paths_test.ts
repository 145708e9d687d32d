import { assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { shortPath, userPath } from "../../../runtime/program/paths.ts";
import { tempFolder } from "../../support/temp_folder.ts";

for (
  const { start, path, expected } of [
    { start: "/home/ada", path: "in.ndjson", expected: "/home/ada/in.ndjson" },
    { start: "/home/ada", path: "../x", expected: "/home/x" },
    { start: "/home/ada", path: "/tmp/x", expected: "/tmp/x" },
    { start: undefined, path: "x", expected: resolve(Deno.cwd(), "x") },
  ]
) {
  Deno.test(`userPath() finds ${path} from ${start ?? "here"}`, () => {
    const before = Deno.env.get("INIT_CWD");
    try {
      setStart(start);

      assertEquals(userPath(path), expected);
    } finally {
      setStart(before);
    }
  });
}

Deno.test("userPath() takes what comes after a link as the system does", async () => {
  await using folder = await tempFolder();
  const real = await Deno.realPath(folder.path);
  await Deno.mkdir(`${real}/deep/inner`, { recursive: true });
  await Deno.symlink(`${real}/deep/inner`, `${real}/link`);
  await Deno.symlink(`${real}/nowhere/at/all`, `${real}/dangling`);
  const paths: [string, string][] = [
    ["link/../x", "deep/x"],
    ["link/../../x", "x"],
    ["./link/.././x", "deep/x"],
    ["link/../missing/../x", "deep/x"],
    // Nothing is followed that nothing goes back from.
    ["link/x", "link/x"],
    ["link/", "link"],
    // The system finds nothing there; whoever opens it says so.
    ["missing/../x", "x"],
    ["dangling/../x", "x"],
  ];
  const before = Deno.env.get("INIT_CWD");
  try {
    setStart(real);

    assertEquals(
      paths.map(([path]) => [path, userPath(path)]),
      paths.map(([path, expected]) => [path, `${real}/${expected}`]),
    );
    assertEquals(userPath(`${real}/link/../x`), `${real}/deep/x`);
  } finally {
    setStart(before);
  }
});

function setStart(folder: string | undefined): void {
  if (folder === undefined) Deno.env.delete("INIT_CWD");
  else Deno.env.set("INIT_CWD", folder);
}

Deno.test("shortPath() has a name for the folder that the user is in", () => {
  const before = Deno.env.get("INIT_CWD");
  try {
    setStart("/some/where");

    assertEquals(
      ["/some/where", "/some/where/a", "/some", "-"].map(shortPath),
      [".", "a", "/some", "standard input"],
    );
  } finally {
    setStart(before);
  }
});
