/** What is needed, from what was done; and whether what is held is that. */

import { assertEquals } from "@std/assert";
import type {
  PermissionKind,
  Permissions,
} from "../../../runtime/process/permission_flags.ts";
import { compareRights } from "../../../tasks/permissions/compare.ts";
import {
  leastRights,
  type Needs,
  type Surroundings,
} from "../../../tasks/permissions/least.ts";

const SURROUNDINGS: Surroundings = {
  held: {},
  absent: new Set(),
  workingDir: "/home/me/project",
  home: "/home/me",
  cache: "/home/me/.cache/deno",
  variables: new Set(["HOME", "TERM"]),
  exists: () => true,
};

type Done = [PermissionKind, ...(string | null)[]];

function needs(
  done: Done[],
  surroundings: Partial<Surroundings> = {},
): Needs {
  const accesses = done.flatMap(([kind, ...values]) =>
    values.map((value) => ({ kind, value }))
  );
  return leastRights(accesses, { ...SURROUNDINGS, ...surroundings });
}

const P = "/home/me/project";

/** What was done, what is known besides, and what that needs. */
const NEEDS: [string, Done[], Partial<Surroundings>, Needs["rights"]][] = [
  ["nothing", [], {}, {}],
  ["an address", [["net", "self", "broker", "db:1"]], {}, {
    net: ["broker", "db:1", "self"],
  }],
  [
    "many ports of a host",
    [
      ["net", "a:0", "a:1", "a:2", "a:3", "a:4", "a:5", "a:6", "a:7", "a:8"],
    ],
    {},
    { net: ["a"] },
  ],
  ["a host and its ports", [["net", "a", "a:1"]], {}, { net: ["a"] }],
  [
    "three files of a folder",
    [
      ["read", `${P}/d/1`, `${P}/d/2`, `${P}/d/3`],
    ],
    {},
    { read: [`${P}/d`] },
  ],
  [
    "three files of the project itself",
    [
      ["read", `${P}/1`, `${P}/2`, `${P}/3`],
    ],
    {},
    { read: [`${P}/1`, `${P}/2`, `${P}/3`] },
  ],
  ["three files of the system", [["read", "/etc/1", "/etc/2", "/etc/3"]], {}, {
    read: ["/etc/1", "/etc/2", "/etc/3"],
  }],
  [
    "a file that came and went under a made-up name",
    [
      ["write", `${P}/state.4711`, `${P}/state.json`],
      ["read", `${P}/state.4711`],
    ],
    { exists: (path) => path.endsWith(".json") },
    {
      read: [P],
      write: [P],
    },
  ],
  [
    "a file that came and went under its own name",
    [
      ["write", `${P}/service.pid`],
    ],
    { exists: () => false },
    { write: [`${P}/service.pid`] },
  ],
  ["a file that was looked for in vain", [["read", `${P}/rules.v2`]], {
    exists: () => false,
  }, { read: [`${P}/rules.v2`] }],
  [
    "files that no permission is for",
    [
      ["read", "/proc/self/status", "/dev/urandom", "/sys/class"],
    ],
    {},
    { read: ["/dev/urandom"] },
  ],
  ["variables that are not listed", [["env", "HOME", "TERM", null]], {}, {}],
  ["variables that are listed", [["env", "HOME", "AWS_KEY"]], {
    held: { env: ["HOME", "AWS_*", "OTHER"] },
  }, { env: ["HOME", "AWS_*"] }],
  ["some of all variables", [["env", "HOME", "NONE"]], {
    held: { env: true },
  }, { env: ["HOME"] }],
  ["all of all variables", [["env", "HOME", null]], { held: { env: true } }, {
    env: true,
  }],
  ["everything of a kind", [["run", "ls", null], ["write", null]], {}, {
    write: true,
    run: true,
  }],
  ["trusted imports", [["import", "jsr.io:443"]], {}, {}],
  ["other imports", [["import", "jsr.io:443", "a.b:443"]], {}, {
    import: ["a.b:443", "jsr.io:443"],
  }],
  ["trusted imports where others are listed", [["import", "jsr.io:443"]], {
    held: { import: ["jsr.io:443", "a.b:443"] },
  }, { import: ["jsr.io:443"] }],
  ["a service that did not run", [["net", "self"]], {
    held: { net: ["self", "extra", "gone:1"] },
    absent: new Set(["extra", "more"]),
  }, { net: ["self", "extra"] }],
];

Deno.test("leastRights() covers what was done with as little as it can", async (t) => {
  for (const [name, done, surroundings, rights] of NEEDS) {
    await t.step(name, () => {
      assertEquals(needs(done, surroundings).rights, rights);
    });
  }
});

Deno.test("leastRights() says what its reader should know", () => {
  const found = needs([
    ["read", "/proc/self/stat", "/home/me/.cache/deno/npm/x/a.proto"],
    ["env", "HOME", "TERM", "NONE"],
  ], {
    held: { net: ["extra"], env: ["TERM"] },
    absent: new Set(["extra"]),
  });

  assertEquals(found.notes, [
    "extra did not run, so whether it is to be reached is not known",
    "it tried /proc/self/stat, which only a program with all rights may touch",
    '/home/me/.cache/deno/npm/x/a.proto is in Deno\'s cache, which is elsewhere on other machines; a file that is imported with { type: "text" } needs no right',
  ]);
  assertEquals(found.unset, ["HOME"]);
});

/** What is held, what is needed, and what is wrong with that. */
const DIFFERENCES: [
  string,
  Permissions,
  Needs["rights"],
  Record<string, string[]>,
  Record<string, string[]>,
][] = [
  [
    "the same",
    { net: ["self"], run: true },
    { net: ["self"], run: true },
    {},
    {},
  ],
  ["nothing at all", { net: [], ffi: false }, {}, {}, {}],
  ["another", { net: ["a:1"] }, { net: ["b:1"] }, { net: ["a:1"] }, {
    net: ["b:1"],
  }],
  [
    "a host for its ports",
    { net: ["a", "*.b", "127.0.0.1"] },
    {
      net: ["a:1", "c.b:2", "self"],
    },
    {},
    {},
  ],
  [
    "a folder for its files",
    { read: [`${P}/d`] },
    { read: [`${P}/d/1`] },
    {},
    {},
  ],
  [
    "a file for its folder",
    { write: [`${P}/d/1`] },
    { write: [`${P}/d`] },
    {},
    {
      write: [`${P}/d`],
    },
  ],
  ["a folder that is too wide", { read: ["/home"] }, { read: [`${P}/d`] }, {
    read: ["/home"],
  }, {}],
  ["a wide folder that is needed", { read: [P] }, { read: [P] }, {}, {}],
  ["everything for something", { sys: true }, { sys: ["cpus"] }, {
    sys: ["*"],
  }, {}],
  ["something for everything", { run: ["ls"] }, { run: true }, {}, {
    run: ["*"],
  }],
];

Deno.test("compareRights() tells what is too much and what is missing", async (t) => {
  for (const [name, held, rights, unused, missing] of DIFFERENCES) {
    await t.step(name, () => {
      assertEquals(
        compareRights({ rights }, { ...SURROUNDINGS, held }),
        { unused, missing },
      );
    });
  }
});
