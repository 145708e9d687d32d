/**
 * Attaching to a supervisor that runs: in lines, and in a terminal.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { testsAtOnce } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkspace, fixture } from "../support/supervised.ts";
import { openTerminal, testInTerminal } from "../support/terminal_session.ts";

const test = testsAtOnce("attach");

const SERVICES = {
  talker: { command: ["sh", "-c", "echo hi; exec sleep 1000"] },
  other: { command: ["sh", "-c", "echo no; exec sleep 1000"] },
};

test("attach shows what was and what comes, of who is named, to several at once", async () => {
  await using workspace = await createWorkspace(SERVICES);
  const supervisor = workspace.supervise();
  await supervisor.said(/talker \| hi/);

  const plain = workspace.start("attach", "--plain");
  const json = workspace.start("attach", "--json", "talker");
  await plain.said(/^talker \| hi$/);
  await plain.said(/^other \| no$/);
  await json.said(/"type":"service_state".*"talker".*"state":"running"/);
  await workspace.run("restart", "talker");
  await plain.said(/^talker \| hi$/, 2);
  await json.said(/"service":"talker","stream":"stdout","text":"hi"/, 2);
  plain.kill("SIGINT");
  assertEquals(await plain.exit, 130);

  await workspace.run("stop");

  assertEquals(await json.exit, 0);
  assert(!json.lines.some((line) => line.includes('"service":"other"')));
  // Of the two outputs either may be read last, and by any number of lines.
  assertMatch(
    json.lines.join("\n"),
    /^The supervisor of \S+ has ended; everything is stopped \(`.*stop`\)$/m,
  );
  assertEquals(await supervisor.exit, 0);
});

test("attach goes on where the socket is made anew, and fails where the supervisor is killed", async () => {
  await using workspace = await createWorkspace(SERVICES);
  const supervisor = workspace.supervise();
  await supervisor.said(/talker \| hi/);
  const attached = workspace.start("attach", "talker");
  await attached.said(/^talker \| hi$/);

  await Deno.remove(`${workspace.folder}/.denizen`, { recursive: true });
  await attached.said(/somebody has removed/);
  // Both connections find the new socket, each in its own time.
  await eventually("attach shows what comes after that", async () => {
    await workspace.run("restart", "talker");
    return attached.lines.filter((line) => line === "talker | hi").length > 1;
  });
  supervisor.kill("SIGKILL");

  assertEquals(await attached.exit, 1);
  assertMatch(
    attached.lines.join("\n"),
    /^Cannot go on: the supervisor of "\S+" \(pid \d+\) has ended without stopping its services in order, as after kill -9$/m,
  );
});

test("attach says what is wrong with its command line, and that none runs", async () => {
  await using workspace = await createWorkspace(SERVICES);

  const none = await workspace.run("attach");
  const supervisor = workspace.supervise();
  await supervisor.said(/talker \| hi/);
  const unknown = await workspace.run("attach", "tallker");

  assertEquals(none.code, 1);
  assertMatch(none.stderr, /^No supervisor runs "\S+"; start one with "/);
  assertEquals(unknown.code, 2);
  assertEquals(
    unknown.stderr,
    'Cannot find service "tallker" in config.yaml; did you mean "talker"?\n',
  );
});

testInTerminal(
  "attach draws the live view, commands, and leaves everything running",
  async () => {
    await using workspace = await createWorkspace(SERVICES);
    const supervisor = workspace.supervise();
    await supervisor.said(/talker \| hi/);
    await using terminal = await openTerminal([
      ...[Deno.execPath(), "run", "-A", fixture("runs_task.ts"), "attach"],
      `--config=${workspace.folder}/config.yaml`,
    ]);
    await terminal.shows(/talker +running[^]*talker │ hi$[^]*q detach/m);

    await terminal.press("Down", "s");
    await terminal.shows(/▸ other +exited +0 +was ended by SIGTERM/);
    await terminal.press("q");

    assertEquals(await terminal.endsClean(), 0);
    await terminal.shows(/^Detached from \S+, whose services go on$/m);
    const services = await workspace.services();
    assertEquals(services.get("talker")?.state, "running");
    assertEquals(services.get("other")?.state, "exited");
  },
);
