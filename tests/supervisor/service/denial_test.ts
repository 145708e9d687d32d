import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { temporaryFolder } from "../../../runtime/program/paths.ts";
import type { LogEntry } from "../../../supervisor/logs/log_file.ts";
import { openLogReader } from "../../../supervisor/logs/log_reader.ts";
import {
  describeDenial,
  findDenial,
} from "../../../supervisor/service/denial.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { createWorkspace, fixture } from "../../support/supervised.ts";

const test = testsAtOnce("services that are denied something");

const SCRIPT = "needs_one_right.ts";
const MODULE = join(fixture("."), "elsewhere.ts");

/** What a service does, what it may, and what is said when it is denied. */
const DENIALS: [string, Record<string, unknown>, string][] = [
  ["net", {}, "Denied net to 10.0.0.7:443: add it under PLACE.net"],
  [
    "net of a library",
    { net: ["10.0.0.7:80"] },
    "Denied net to 10.0.0.7:443: add it under PLACE.net",
  ],
  [
    "net of a request",
    {},
    "Denied net to 10.0.0.7:80: add it under PLACE.net",
  ],
  [
    "read",
    { read: ["data/b"], write: true },
    "Denied read to data/a b.txt: add it under PLACE.read",
  ],
  ["write", {}, 'Denied write to out/"x".txt: add it under PLACE.write'],
  [
    "a temporary file",
    {},
    `Denied write to ${temporaryFolder()}: add it under PLACE.write`,
  ],
  [
    "env",
    { read: ["."], env: ["HOME"] },
    "Denied env: set PLACE.env to true",
  ],
  ["run", { run: ["ls"] }, "Denied run to git: add it under PLACE.run"],
  [
    "run with a loader",
    { run: ["git"] },
    "Denied run: set PLACE.run to true",
  ],
  ["a signal", { run: ["git"] }, "Denied run: set PLACE.run to true"],
  ["ffi", {}, "Denied ffi to ./libmath.so: add it under PLACE.ffi"],
  [
    "sys",
    { sys: ["loadavg"] },
    "Denied sys to hostname: add it under PLACE.sys",
  ],
  [
    "import",
    { net: true, import: ["deno.land"] },
    "Denied import to modules.invalid:443: add it under PLACE.import",
  ],
  [
    "a local module",
    {},
    `Denied read to ${MODULE}: add it under PLACE.read`,
  ],
  [
    "a link",
    { read: ["/"], write: ["/"] },
    "Denied read and write: set PLACE.read and PLACE.write to true",
  ],
  [
    "what nobody may",
    { read: ["/"] },
    "Denied /proc/self/status: only a program with all rights may touch it, and no permission of a service gives that",
  ],
];

test("a service that dies of a denied permission says which line is missing, for each kind", async (t) => {
  const names = new Map(DENIALS.map(([what], index) => [what, `s${index}`]));
  await using workspace = await createWorkspace({
    ...Object.fromEntries(DENIALS.map(([what, permissions]) => [
      names.get(what),
      {
        script: fixture(SCRIPT),
        args: [what],
        permissions,
        restart: "no",
      },
    ])),
    stays: { command: ["sleep", "1000"] },
  });
  const supervised = workspace.supervise();
  for (const name of names.values()) {
    await supervised.said(new RegExp(` ${name}: exited with code 1`));
  }
  const listed: { name: string; state: string; detail?: string }[] = JSON.parse(
    (await workspace.run("ps", "--json")).stdout,
  );

  for (const [what, , words] of DENIALS) {
    await t.step(what, async () => {
      const name = names.get(what)!;
      const said = words.replaceAll("PLACE", `services.${name}.permissions`);

      assertEquals(
        supervised.lines.find((line) => line.includes(` ${name}: exited`)),
        `supervisor | ${name}: exited with code 1: ${said}`,
      );
      const { state, detail } = listed.find((each) => each.name === name)!;
      assertEquals([state, detail], ["exited", `exited with code 1: ${said}`]);
      const log = await readLog(workspace.folder, name);
      assertEquals(log.at(-1)?.text, said);
    });
  }
});

test("a service that is given up after a denial says which line is missing", async () => {
  await using workspace = await createWorkspace({
    rules: {
      script: fixture(SCRIPT),
      args: ["net"],
      restart_policy: { delay: "1ms", max_attempts: 1 },
    },
  });

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 1);
  await supervised.said(
    /^Service "rules" restarted 1 time within [\d.]+ s; the last time it exited with code 1: Denied net to 10\.0\.0\.7:443: add it under services\.rules\.permissions\.net$/,
  );
});

test("a Deno program run as a command says which flag is missing", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: [
        ...[Deno.execPath(), "run", "--no-prompt", fixture(SCRIPT), "read"],
      ],
      restart: "no",
    },
  });

  const supervised = workspace.supervise();

  await supervised.said(
    /a: exited with code 1: Denied read to data\/a b\.txt: add --allow-read=data\/a b\.txt to services\.a\.command$/,
  );
});

Deno.test("findDenial() takes the last denial, and none where there is none", () => {
  const denied = (kind: string, value: string) =>
    `NotCapable: Requires ${kind} access to "${value}", run again with the --allow-${kind} flag`;

  assertEquals(
    findDenial(
      `${denied("net", "a:1")} ${denied("read", "b")}\n    at main.ts:1:2`,
    ),
    { reason: "not_granted", kinds: ["read"], value: "b" },
  );
  assertEquals(findDenial("error: Uncaught Error: no access"), undefined);
});

Deno.test("describeDenial() names the service, not its replica", () => {
  const denial = findDenial(
    'Requires sys access to "cpus", run again with the --allow-sys flag',
  )!;

  assertEquals(
    describeDenial(denial, {
      service: "rules",
      port: undefined,
      runs: { kind: "script" },
    }),
    "Denied sys to cpus: add it under services.rules.permissions.sys",
  );
});

Deno.test("describeDenial() calls the service's own address self", () => {
  const denial = findDenial(
    'Requires net access to "127.0.0.1:5600", run again with the --allow-net flag',
  )!;

  assertEquals(
    describeDenial(denial, {
      service: "rules",
      port: 5_600,
      runs: { kind: "script" },
    }),
    "Denied net to 127.0.0.1:5600: add self under services.rules.permissions.net",
  );
});

async function readLog(folder: string, name: string): Promise<LogEntry[]> {
  const reader = openLogReader(join(folder, ".denizen", "logs"), name);
  return (await Array.fromAsync(reader.readNew())).flat();
}
