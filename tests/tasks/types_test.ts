import { assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { types } from "../../tasks/types.ts";
import {
  filesBelow,
  generateTypes,
} from "../../tasks/types/generated_types.ts";
import { endHere } from "../support/command_here.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const PROTO = {
  "proto/shop/v1/money.proto":
    'syntax = "proto3"; package shop.v1; message Money { int64 units = 1; }',
  "proto/shop/v1/order.proto": `syntax = "proto3";
package shop.v1;
import "shop/v1/money.proto";
import "google/protobuf/timestamp.proto";
service Orders { rpc Place(Order) returns (Order); }
message Order { Money price = 1; google.protobuf.Timestamp at = 2; }`,
  "proto/other/v1/other.proto":
    'syntax = "proto3"; package other.v1; message Other {}',
};

async function project(files: Record<string, string> = PROTO) {
  const folder = await tempFolder();
  await writeAll(folder, { ...files, "deno.json": "{}" });
  return folder;
}

async function writeAll(folder: TempFolder, files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(folder.file(path)), { recursive: true });
    await Deno.writeTextFile(folder.file(path), text);
  }
}

/** Runs the command for a user who is in a folder. */
async function typesIn(folder: string, ...argv: string[]) {
  const before = Deno.env.get("INIT_CWD");
  Deno.env.set("INIT_CWD", folder);
  try {
    return await endHere(() => types(argv));
  } finally {
    if (before === undefined) Deno.env.delete("INIT_CWD");
    else Deno.env.set("INIT_CWD", before);
  }
}

const pathsIn = async (folder: string) =>
  (await Array.fromAsync(filesBelow(folder))).map(([path]) => path).toSorted();

Deno.test("types writes those of a project, keeps what is the user's, and removes what is left over", async () => {
  await using folder = await project();
  const mine = "proto/types/mine.ts";
  await writeAll(folder, {
    [mine]: "export type Mine = string;",
    "proto/types/gone/v1/Gone.ts": "// Original file: gone/v1/gone.proto\n",
  });

  assertEquals((await typesIn(folder.path, "--check")).code, 1);
  const { code, stdout, stderr } = await typesIn(folder.file("proto/shop"));

  assertEquals(code, 0, stderr);
  assertMatch(
    stdout,
    /^Types of 3 contracts in ".*\/proto\/types": 5 files written, 1 removed$/,
  );
  assertEquals(await pathsIn(folder.file("proto/types")), [
    "google/protobuf/Timestamp.ts",
    "mine.ts",
    "other/v1/Other.ts",
    "shop/v1/Money.ts",
    "shop/v1/Order.ts",
    "shop/v1/Orders.ts",
  ]);
  const again = await typesIn(folder.path);
  assertMatch(again.stdout, /: 0 files written, 5 as before$/);
  assertEquals((await typesIn(folder.path, "--check")).code, 0);
});

Deno.test("types of a file are those of what it imports, wherever they are written", async () => {
  await using folder = await project();
  const file = folder.file("proto/shop/v1/order.proto");

  const { stdout } = await typesIn(folder.path, file, "--output=generated");

  assertMatch(stdout, /^Types of 2 contracts in "generated": 4 files written$/);
  assertEquals(await pathsIn(folder.file("generated")), [
    "google/protobuf/Timestamp.ts",
    "shop/v1/Money.ts",
    "shop/v1/Order.ts",
    "shop/v1/Orders.ts",
  ]);
});

Deno.test("types changes nothing where a contract is wrong, and says what and where", async () => {
  await using folder = await project();
  await typesIn(folder.path);
  const before = await Array.fromAsync(filesBelow(folder.file("proto/types")));
  await writeAll(folder, {
    "proto/other/v1/other.proto":
      'syntax = "proto3";\npackage other.v1;\nmessage Other { Thing a = 1; }',
  });

  const { code, stderr } = await typesIn(folder.path);

  assertEquals(code, 2);
  assertEquals(
    stderr,
    'Cannot read the contracts:\n  proto/other/v1/other.proto:3: there is no type "Thing", which other.v1.Other.a names',
  );
  assertEquals(
    await Array.fromAsync(filesBelow(folder.file("proto/types"))),
    before,
  );
});

Deno.test("types says what it cannot find or write", async () => {
  await using folder = await project({ "proto/readme.md": "", "x.ts": "" });
  const said = async (...argv: string[]) => {
    const { code, stderr } = await typesIn(folder.path, ...argv);
    return `${code} ${stderr}`;
  };

  assertMatch(await said(), /^2 .*"proto" has no \.proto file; name files/);
  assertMatch(await said("no"), /^2 Cannot find contracts: there is no "no"$/);
  assertMatch(await said("x.ts"), /^2 .*it is no \.proto file$/);
  await writeAll(folder, {
    "a.proto": 'syntax = "proto3"; message A {}',
    "types": "a file in the way",
  });
  assertMatch(
    await said("a.proto"),
    /^1 Cannot read ".*types": not a directory/,
  );
});

Deno.test("the types of the starter are what its contract generates", async () => {
  const proto = join(PROJECT, "tasks/init/templates/service/proto");
  const path = "greeter/v1/greeter.proto";
  const text = await Deno.readTextFile(join(proto, path));

  const generated = await generateTypes(new Map([[path, text]]), {
    formatted: true,
  });

  assertEquals(
    new Map(await Array.fromAsync(filesBelow(join(proto, "types")))),
    generated,
  );
});
