import { assertEquals, assertMatch } from "@std/assert";
import type { Exported } from "../../../../tasks/export/target.ts";
import { exportUnits } from "../../../../tasks/export/systemd/systemd.ts";
import { fileOf, projectOf } from "../../../support/exported.ts";

const OPTIONS = {
  root: "/opt/shop",
  deno: "/usr/bin/deno",
  user: false,
  runAs: undefined,
  version: 254,
};

/** Exports a script with these permissions. */
function unitWith(permissions: string, options = {}): Exported {
  return exportUnits(
    projectOf(
      `services: { web: { script: main.ts, permissions: ${permissions} } }`,
    ),
    { ...OPTIONS, ...options },
  );
}

/** What the unit of the script says of some keys, in order. */
function linesOf(exported: Exported, keys: RegExp): string[] {
  return fileOf(exported, "shop-web.service").split("\n")
    .filter((line) => keys.test(line.split("=")[0]!)).toSorted();
}

function toldOf({ notCarried }: Exported, key: string): string[] {
  return notCarried.filter((each) => each.key === key).map(({ why }) => why);
}

for (
  const [read, home, isTemporaryOpen] of [
    ["[data]", "yes", false],
    ["[/tmp/foo.txt]", "yes", true],
    ["[/var/tmp]", "yes", true],
    ["[/home/me/data.txt]", "read-only", false],
    ["[/]", "read-only", true],
    ["true", "read-only", true],
  ] as const
) {
  Deno.test(`the fence of a unit is as open as its right to read: ${read}`, () => {
    const unit = unitWith(`{ read: ${read} }`);

    assertEquals(linesOf(unit, /^(PrivateTmp|ProtectHome|ProtectSystem)$/), [
      ...(isTemporaryOpen ? [] : ["PrivateTmp=yes"]),
      `ProtectHome=${home}`,
      "ProtectSystem=strict",
    ]);
  });
}

Deno.test("what the account of a unit cannot read all the same is told", () => {
  const why = (read: string, options = {}) =>
    toldOf(unitWith(`{ read: ${read} }`, options), "permissions.read");

  assertEquals(why("[data, /etc/motd]"), []);
  assertMatch(why("[/home/me/x]")[0]!, /^\/home\/me\/x is in a home folder/);
  assertMatch(why("true")[0]!, /^the account of the unit may read only/);
  assertEquals(why("true", { runAs: "root" }), []);
  assertEquals(why("true", { user: true }), []);
});

for (const kind of ["run: [/bin/sh]", "run: true", "ffi: [lib.so]"]) {
  Deno.test(`a script has the fence of a program with ${kind}, and that is told`, () => {
    const unit = unitWith(`{ ${kind}, write: [data], net: [] }`);
    const command = exportUnits(
      projectOf("services: { web: { command: [/bin/sh] } }"),
      OPTIONS,
    );
    const fence =
      /^(Private|Protect|IPAddress|SocketBind|Restrict(A|N)|SystemCall|Capability)/;

    assertEquals(linesOf(unit, fence), linesOf(command, fence));
    assertEquals(linesOf(unit, /^ReadWritePaths$/), [
      "ReadWritePaths=/opt/shop/data",
    ]);
    assertMatch(
      toldOf(unit, `permissions.${kind.split(":")[0]}`)[0]!,
      /no sandbox/,
    );
  });
}

Deno.test("a unit opens no device, and all of a temporary folder, and tells of both", () => {
  const unit = unitWith("{ write: [/dev/ttyUSB0, /tmp/out/x.log, /dev/null] }");

  assertEquals(linesOf(unit, /^ReadWritePaths$/), ["ReadWritePaths=/tmp"]);
  assertEquals(
    toldOf(unit, "permissions.write").map((why) => why.split(",")[0]),
    [
      "for /tmp/out/x.log the unit opens all of /tmp",
      "/dev/ttyUSB0 is no file of a disk: its unit does not open it",
    ],
  );
});
