/**
 * `permissions learn` and `permissions check` as a stranger uses them: on real
 * services, from a config that allows nothing to one that allows enough.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/yaml";
import { join } from "node:path";
import { testsAtOnce } from "../../support/at_once.ts";

import { spawnScript } from "../../support/spawned.ts";
import {
  createWorkspace,
  fixture,
  type Output,
  type Workspace,
} from "../../support/supervised.ts";
import { freeAddress } from "../../support/free_ports.ts";

const test = testsAtOnce("permissions");

const DENO = await Deno.realPath(Deno.execPath());

/** A workspace with one service, its config as text. */
async function workspaceOf(
  ...lines: string[]
): Promise<Workspace & { config: string; port: string }> {
  const workspace = await createWorkspace({ rules: { command: ["true"] } });
  const config = join(workspace.folder, "config.yaml");
  const port = freeAddress().split(":")[1]!;
  await Deno.mkdir(join(workspace.folder, "data/in"), { recursive: true });
  for (
    const name of [
      "settings.json",
      ...[1, 2, 3].map((n) => `data/in/${n}`),
    ]
  ) {
    await Deno.writeTextFile(join(workspace.folder, name), "{}");
  }
  await Deno.writeTextFile(config, [...lines, ""].join("\n"));
  return Object.assign(workspace, { config, port });
}

/** A service that allows nothing, and those around it. */
function nothingAllowed(port: string): string[] {
  return [
    "# all of my services",
    "services:",
    "  rules: # does the work",
    `    script:   ${fixture("does_its_work.ts")}   # from elsewhere`,
    `    port: ${port}`,
    '    args: ["${self.port}"]',
    "    environment: { MODE: fast }",
    "    permissions: {} # nothing yet",
    "    healthcheck: { tcp: self, interval: 1s }",
    "    restart: no",
    "    depends_on: [other]",
    "  other:",
    "    command: [sleep, '1000']",
  ];
}

/** What it needs. */
const WORK = {
  net: ["self"],
  read: ["data/in", "out", "settings.json"],
  write: ["out"],
  run: ["/bin/sh", DENO, "id", "ls", "pwd", "true"].toSorted(),
  sys: ["hostname"],
};

test("a service that may do nothing runs with what was learned of it", async (t) => {
  await using workspace = await workspaceOf();
  const text = nothingAllowed(workspace.port).join("\n");
  await Deno.writeTextFile(workspace.config, text);

  await t.step("it says what it lacks first", async () => {
    const supervised = workspace.supervise();
    await supervised.said(
      new RegExp(
        `rules: exited with code 1: Denied net to 127\\.0\\.0\\.1:${workspace.port}: add self under services\\.rules\\.permissions\\.net`,
      ),
    );
    await workspace.run("stop");
    await supervised.exit;
  });

  await t.step(
    "learn prints the block and the change, and writes nothing",
    async () => {
      const { code, stdout, stderr } = await learn(workspace, "--json");
      const [lesson] = JSON.parse(stdout);

      assertEquals(code, 0, stderr);
      assertMatch(stderr, /rules \| done, mode fast/);
      assertEquals(parse(lesson.block), { permissions: WORK });
      assertMatch(lesson.diff, /^- +permissions: {} # nothing yet$/m);
      assertMatch(lesson.diff, /^\+ +net: \[self\]$/m);
      assert(lesson.notes.some((note: string) => /asked for HOME/.test(note)));
      assertEquals([lesson.failures, lesson.written], [[], false]);
      assertEquals(await Deno.readTextFile(workspace.config), text);
    },
  );

  await t.step(
    "learn --write changes that block and nothing else",
    async () => {
      const { code, stderr } = await learn(workspace, "--write");

      assertEquals(code, 0, stderr);
      const [before, after] = text.split("    permissions: {} # nothing yet");
      const written = await Deno.readTextFile(workspace.config);
      assert(written.startsWith(`${before}    permissions: # nothing yet\n`));
      assert(written.endsWith(after!));
      assertEquals(
        (parse(written) as { services: { rules: Record<string, unknown> } })
          .services.rules["permissions"],
        WORK,
      );
    },
  );

  await t.step("it runs, and needs exactly that", async () => {
    const { code, stderr } = await workspace.run("supervise", "--wait");
    assertEquals(code, 0, stderr);
    const supervised = JSON.parse(
      (await workspace.run("ps", "--json")).stdout,
    );

    assertEquals(
      supervised.map((
        { name, state }: Record<string, string>,
      ) => [name, state]),
      [["rules", "healthy"], ["other", "running"]],
    );
  });

  await t.step(
    "learn takes it from the supervisor that runs, and gives it back",
    async () => {
      const before = await pidsOf(workspace);
      const { stdout, stderr } = await learn(workspace);
      const after = await pidsOf(workspace);

      assertMatch(stdout, /The config has exactly that\./);
      assertMatch(stderr, /Taking rules .*\n(.*\n)*Giving rules back/);
      assertEquals(after.get("other"), before.get("other"));
      assert(after.get("rules") !== before.get("rules"));
    },
  );

  await t.step("check is content", async () => {
    const { code, stdout } = await check(workspace);

    assertEquals(code, 0);
    assertMatch(stdout, /^rules: permissions fit$/m);
    await workspace.run("stop");
  });
});

test("check tells what is too much and what is missing", async () => {
  await using workspace = await workspaceOf();
  await Deno.writeTextFile(
    workspace.config,
    nothingAllowed(workspace.port).join("\n").replace(
      "permissions: {}",
      "permissions: { net: [self, '10.0.0.7:443'], read: [/], write: [out/state.json], run: true, sys: [hostname], ffi: [a.so] }",
    ),
  );

  const { code, stdout, stderr } = await check(workspace);

  assertEquals(code, 1);
  assertEquals(stdout.trim().split("\n"), [
    "rules: has net 10.0.0.7:443, and does not need that",
    "rules: has read /, and does not need that",
    "rules: may do everything of the kind run, and does not need that",
    "rules: has ffi a.so, and does not need that",
    "rules: lacks write out: add it under services.rules.permissions.write",
  ]);
  assertMatch(stderr, /Permissions that do not fit: 5;/);
});

test("check says nothing of the right to reach what did not run", async () => {
  await using workspace = await workspaceOf();
  await Deno.writeTextFile(
    workspace.config,
    [
      "services:",
      "  rules:",
      `    script: ${fixture("says_environment.ts")}`,
      "    permissions: { net: [extra] }",
      "  extra: { command: [sleep, '1000'], port: 5000, profiles: [more] }",
    ].join("\n"),
  );

  const { code, stdout } = await workspace.run("permissions", "check", "rules");
  const learned = await workspace.run(
    "permissions",
    "learn",
    "rules",
    "--json",
  );

  assertEquals(code, 0);
  assertMatch(stdout, /note: extra did not run/);
  assertEquals(JSON.parse(learned.stdout)[0].diff, "");
});

test("a service that fails while it is watched is told, and nothing is written", async () => {
  await using workspace = await workspaceOf();
  const text = [
    "services:",
    "  rules:",
    `    script: ${fixture("needs_one_right.ts")}`,
    "    args: [env]",
    "    permissions: {}",
  ].join("\n");
  await Deno.writeTextFile(workspace.config, text);

  const { code, stderr } = await workspace.run(
    "permissions",
    "learn",
    "rules",
    "--write",
  );

  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^Service "rules" did not run well, .*: Denied env: set services\.rules\.permissions\.env to true$/m,
  );
  assertEquals(await Deno.readTextFile(workspace.config), text);
});

test("learn --write writes into the file that has the service", async () => {
  await using workspace = await workspaceOf();
  const included = join(workspace.folder, "sub/rules.yaml");
  const text = nothingAllowed(workspace.port).join("\n");
  const main = "# mine\ninclude: [sub/rules.yaml]\n";
  await Deno.mkdir(join(workspace.folder, "sub"));
  await Deno.rename(
    join(workspace.folder, "data"),
    join(workspace.folder, "sub/data"),
  );
  await Deno.rename(
    join(workspace.folder, "settings.json"),
    join(workspace.folder, "sub/settings.json"),
  );
  await Deno.writeTextFile(included, text);
  await Deno.writeTextFile(workspace.config, main);

  const { code, stdout, stderr } = await learn(workspace, "--write");

  assertEquals(code, 0, stderr);
  assertMatch(stdout, /As a change of sub\/rules\.yaml; --write makes it:/);
  assertMatch(stderr, /Wrote .*\/sub\/rules\.yaml/);
  assertEquals(await Deno.readTextFile(workspace.config), main);
  const written = await Deno.readTextFile(included);
  assert(written.startsWith("# all of my services\nservices:"));
  assertEquals(
    (parse(written) as { services: { rules: Record<string, unknown> } })
      .services.rules["permissions"],
    WORK,
  );
});

test("replicas are learned together", async () => {
  await using workspace = await workspaceOf();
  await Deno.writeTextFile(
    workspace.config,
    [
      "services:",
      "  rules:",
      `    script: ${fixture("serves_echo.ts")}`,
      "    port: auto",
      '    args: ["--address=${self.address}"]',
      "    deploy: { replicas: 2 }",
    ].join("\n"),
  );

  const { stdout } = await watch(
    workspace,
    ["learn", "rules", "--json"],
    /rules-2 \| 127/,
  );

  assertEquals(JSON.parse(stdout)[0].block, "permissions:\n  net: [self]");
});

test("what cannot be watched is refused with exit code 2", async () => {
  await using workspace = await workspaceOf();
  await Deno.writeTextFile(
    workspace.config,
    nothingAllowed(workspace.port).join("\n"),
  );
  const refused = async (...args: string[]) => {
    const { code, stderr } = await workspace.run("permissions", ...args);
    return [code, stderr.trim()];
  };

  assertEquals(await refused("learn", "other"), [
    2,
    'Cannot watch "other": it is a command, which runs without a sandbox; only a script has permissions',
  ]);
  assertEquals(await refused("learn"), [
    2,
    "Cannot learn permissions: no service is named, as in: permissions learn SERVICE",
  ]);
  assertEquals(await refused("check", "ruls"), [
    2,
    'Cannot find service "ruls" in config.yaml; did you mean "rules"?',
  ]);
  assertEquals(await refused("lern"), [
    2,
    'Cannot run "permissions lern": expected learn or check; did you mean "learn"?',
  ]);
});

test("permissions shows what each service may do", async () => {
  await using workspace = await workspaceOf();
  await Deno.writeTextFile(
    workspace.config,
    nothingAllowed(workspace.port).join("\n").replace(
      "permissions: {}",
      "permissions: { net: [self, 'db:1'], run: true, env: [HOME] }\n    inherit_environment: true",
    ).replace("  other:\n", "  other:\n    inherit_environment: false\n"),
  );

  const { stdout } = await workspace.run("permissions");
  const json = JSON.parse(
    (await workspace.run("permissions", "--json")).stdout,
  );

  const address = `127.0.0.1:${workspace.port}`;
  assertEquals(stdout.trim().split("\n").map((line) => line.split(/ {2,}/)), [
    [
      ...["SERVICE", "NET", "READ", "WRITE"],
      ...["ENV", "RUN", "FFI", "SYS", "IMPORT"],
    ],
    [
      ...["rules", `${address} (rules)`, "-", "-"],
      ...["HOME", "everything", "-", "-", "-"],
    ],
    ["", "db:1", "MODE"],
    ["", "inherit_environment: true"],
    ["other", "everything: no sandbox", "inherit_environment: false"],
  ]);
  assertEquals(json, [
    {
      name: "rules",
      sandbox: true,
      permissions: { net: [address, "db:1"], run: true, env: ["HOME", "MODE"] },
      inheritEnvironment: true,
    },
    { name: "other", sandbox: false, inheritEnvironment: false },
  ]);
});

/** Runs learn or check until a watched service says something, then Ctrl-C. */
async function watch(
  { config }: { config: string },
  args: string[],
  said: RegExp,
): Promise<Output> {
  await using command = spawnScript("main.ts", {
    args: ["permissions", ...args, "--for=10m", `--config=${config}`],
  });
  const heard: string[] = [];
  for (let found = false; !found;) {
    const line = await command.stderr.next();
    assert(line !== undefined, `not said: ${said}\n${heard.join("\n")}`);
    heard.push(line);
    found = said.test(line);
  }
  command.kill("SIGINT");
  const { code } = await command.status;
  return {
    code,
    stdout: await command.stdout.rest(),
    stderr: [...heard, await command.stderr.rest()].join("\n"),
  };
}

/** Learns what the service does until it has done its work. */
function learn(workspace: { config: string }, ...args: string[]) {
  return watch(workspace, ["learn", "rules", ...args], /rules \| done/);
}

function check(workspace: { config: string }) {
  return watch(workspace, ["check", "rules"], /rules \| done/);
}

async function pidsOf(workspace: Workspace): Promise<Map<string, number>> {
  const all: { name: string; pid: number }[] = JSON.parse(
    (await workspace.run("ps", "--json")).stdout,
  );
  return new Map(all.map(({ name, pid }) => [name, pid]));
}
