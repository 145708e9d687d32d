import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import { doctor } from "../../../tasks/doctor.ts";
import { type Check, describeChecks } from "../../../tasks/doctor/check.ts";
import { checkConfig, checkPorts } from "../../../tasks/doctor/config.ts";
import {
  checkCache,
  checkDeno,
  checkPackages,
  neededPackages,
} from "../../../tasks/doctor/deno.ts";
import { checkOpenFiles, checkWatching } from "../../../tasks/doctor/limits.ts";
import { checkSystem } from "../../../tasks/doctor/platform.ts";
import { checkImports, checkLibrary } from "../../../tasks/doctor/library.ts";
import { starterConfig } from "../../../tasks/init/starter_config.ts";
import { keepLibrary } from "../../../tasks/library/keep_library.ts";
import { MARK_FILE } from "../../../tasks/library/library_mark.ts";
import { endHere } from "../../support/command_here.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("checkDeno() warns of what can abort a server, and of what is not tested", () => {
  const states = ["2.9.3", "2.9.4", "2.10.0", "2.8.1"]
    .map((version) => checkDeno(version).state);

  assertEquals(states, ["ok", "warning", "warning", "warning"]);
});

Deno.test("checkSystem() says what does not hold without /proc", () => {
  assertEquals(states(checkSystem("linux", true)), ["ok"]);
  assertEquals(states(checkSystem("darwin", false)), Array(3).fill("warning"));
  assertEquals(states(checkSystem("windows", false)), Array(4).fill("warning"));
  assertEquals(
    checkSystem("darwin", false).every(({ remedy }) => remedy !== undefined),
    true,
  );
});

Deno.test("checkOpenFiles() reads the limit of Linux", () => {
  const limits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 1048576              files     \n`;

  const found = ["unlimited", "1024", "256", "64"].map((soft) =>
    checkOpenFiles(limits(soft)).state
  );

  assertEquals(found, ["ok", "ok", "warning", "problem"]);
  assertEquals(checkOpenFiles(undefined).state, "ok");
});

Deno.test("checkWatching() looks at watchers that are left, and at files", () => {
  const limits = { maxWatches: 65_536, maxInstances: 128, instances: 3 };

  assertEquals(checkWatching(limits).state, "ok");
  assertEquals(checkWatching(undefined).state, "ok");
  assertEquals(checkWatching({ ...limits, maxWatches: 100 }).state, "warning");
  assertEquals(checkWatching({ ...limits, instances: 125 }).state, "warning");
  assertEquals(checkWatching({ ...limits, instances: 128 }).state, "problem");
});

Deno.test("checkCache() says where it is, and that it cannot be written", async () => {
  await using home = await tempFolder();
  await Deno.writeTextFile(home.file("file"), "x".repeat(2_048));

  assertMatch((await checkCache(home.path)).found, /^".*" has 2 KiB$/);
  assertEquals((await checkCache(home.file("new/cache"))).state, "ok");
  assertEquals((await checkCache(home.file("file/below"))).state, "problem");
});

Deno.test("checkPackages() names what no registry's folder has", async () => {
  await using home = await tempFolder();
  const has = "npm/registry.example/@scope/a/1.0.0";
  await Deno.mkdir(home.file(has), { recursive: true });

  const check = (packages: string[]) => checkPackages(packages, home.path);

  assertEquals((await check(["npm:@scope/a@1.0.0"])).state, "ok");
  assertEquals(await check(["npm:@scope/a@1.0.0", "npm:b@2.0.0"]), {
    check: "packages",
    state: "problem",
    found: "not cached: npm:b@2.0.0",
    remedy: "`deno task install` fetches them",
  });
});

Deno.test("neededPackages() leaves out what only tests and editors need", () => {
  const needed = neededPackages(DENO_JSON.imports);

  assertEquals(needed.includes(DENO_JSON.imports.yaml), true);
  assertEquals(needed.some((each) => /fast-check|@types/.test(each)), false);
  assertEquals(needed.every((each) => each.startsWith("npm:")), true);
});

Deno.test("checkPorts() names who holds a port, unless it is the service itself", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const specs = [{ name: "greeter", port }, { name: "none", port: undefined }];

  const [taken] = await checkPorts(specs, new Set());
  const [ours] = await checkPorts(specs, new Set(["greeter"]));

  assertEquals(taken?.state, "problem");
  if (Deno.build.os === "linux") {
    assertMatch(
      taken!.found,
      new RegExp(
        `^port ${port} of greeter is taken by .* \\(pid ${Deno.pid}\\)$`,
      ),
    );
  }
  assertEquals(ours?.found, `used by what runs: ${port} (greeter)`);
});

const CONFIGS: [string, string, Record<string, Check["state"]>][] = [
  [
    "a wrong config",
    "services:\n  a: { scrip: a.ts }\n",
    { config: "problem", state: "ok" },
  ],
  [
    "a program that is not there, nor what builds it",
    "services:\n  a:\n    command: [bin/a]\n    build_with: no-such-tool-at-all build\n",
    { config: "ok", state: "ok", ports: "ok", programs: "problem" },
  ],
  [
    "the same, where it is asked for only",
    "services:\n  a:\n    command: [bin/a]\n    build_with: deno task build\n    profiles: [more]\n",
    { config: "ok", state: "ok", ports: "ok", programs: "warning" },
  ],
  [
    "a program that is there",
    "services:\n  a: { command: [sh] }\n",
    { config: "ok", state: "ok", ports: "ok" },
  ],
];

for (const [what, text, expected] of CONFIGS) {
  Deno.test(`checkConfig() looks at ${what}`, async () => {
    await using home = await tempFolder();
    await Deno.writeTextFile(home.file("config.yaml"), text);

    const checks = await checkConfig(home.file("config.yaml"));

    assertEquals(
      Object.fromEntries(checks.map(({ check, state }) => [check, state])),
      expected,
    );
  });
}

Deno.test("checkConfig() says what to install before a program is built", async () => {
  await using home = await tempFolder();
  await Deno.writeTextFile(home.file("config.yaml"), CONFIGS[1]![1]);

  const checks = await checkConfig(home.file("config.yaml"));

  assertEquals(
    checks.find(({ check }) => check === "programs")?.remedy,
    "install no-such-tool-at-all, then build it with: no-such-tool-at-all build",
  );
});

Deno.test("checkLibrary() looks at the copy of the project, where there is one", async () => {
  await using home = await tempFolder();
  const library = home.file(".denizen/lib");
  const state = async () =>
    (await checkLibrary(home.path)).map(({ state }) => state);

  assertEquals(await state(), []);
  await Deno.writeTextFile(home.file("deno.json"), starterConfig());
  assertEquals(await state(), ["problem"]);
  await keepLibrary(home.path);
  assertEquals(await state(), ["ok"]);
  await Deno.rename(home.file(".denizen"), home.file("elsewhere"));
  await Deno.symlink("elsewhere", home.file(".denizen"));
  assertEquals(await state(), ["problem"]);
  await Deno.remove(home.file(".denizen"));
  await Deno.rename(home.file("elsewhere"), home.file(".denizen"));
  for (
    const [version, expected] of [["99.0.0", "problem"], ["0.0.1", "warning"]]
  ) {
    await Deno.writeTextFile(
      `${library}/${MARK_FILE}`,
      JSON.stringify({ version, source: "another" }),
    );
    assertEquals(await state(), [expected]);
  }
});

Deno.test("checkImports() names a script that does not find the library", async () => {
  await using home = await tempFolder();
  const config = home.file("config.yaml");
  const write = (name: string, text: string) =>
    Deno.writeTextFile(home.file(name), text);
  await write("config.yaml", "services:\n  a: { script: a.ts }\n");
  await write("a.ts", 'import { log } from "denizen";\nlog("denizen/none");');

  const [none] = await checkImports(config);
  await write("deno.json", '{ "imports": { "denizen/broker": "./b.ts" } }');
  const [other] = await checkImports(config);
  await write("deno.json", starterConfig());
  const mapped = await checkImports(config);

  assertEquals([none?.state, other?.state, mapped], ["problem", "problem", []]);
  assertEquals(
    [none?.found, none?.remedy],
    [
      `"${
        home.file("a.ts")
      }" imports "denizen", and no deno.json says where that is`,
      "`deno task install` says what to add to it",
    ],
  );
});

Deno.test("checkConfig() wants no config of a project that has none", async () => {
  await using home = await tempFolder();
  const state = async (name: string) =>
    (await checkConfig(home.file(name)))[0]?.state;

  assertEquals(await state("config.yaml"), "warning");
  await Deno.writeTextFile(
    home.file("deno.json"),
    starterConfig({ scripts: false }),
  );
  assertEquals(await state("config.yaml"), "ok");
  assertEquals(await state("other.yaml"), "warning");
});

Deno.test("doctor prints a line for each check, and fails where there is a problem", async () => {
  await using home = await tempFolder();
  const config = home.file("config.yaml");
  await Deno.writeTextFile(config, CONFIGS[0]![1]);

  const { code, stdout } = await endHere(() => doctor([`--config=${config}`]));
  const none = await endHere(() =>
    doctor([`--config=${join(home.path, "none.yaml")}`, "--json"])
  );

  assertEquals(code, 1);
  assertMatch(stdout, /^problem {2}config {6}.*scrip.*; mend it$/m);
  assertMatch(stdout, /^Found 1 problem/m);
  assertEquals(none.code, 0);
  assertEquals(
    (JSON.parse(none.stdout) as Check[]).find(({ check }) => check === "config")
      ?.state,
    "warning",
  );
});

Deno.test("describeChecks() sums up", () => {
  const check = (state: Check["state"]) => ({ check: "a", state, found: "b" });

  assertEquals(describeChecks([check("ok")]), "ok       a  b\n\nAll is well");
  assertMatch(
    describeChecks([check("problem"), check("warning"), check("warning")]),
    /\n\nFound 1 problem and 2 warnings$/,
  );
});

function states(checks: readonly Check[]): string[] {
  return checks.map(({ state }) => state);
}
