import { assert, assertEquals, assertMatch } from "@std/assert";
import { isThere } from "../../../runtime/files/optional_file.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { createWorkspace } from "../../support/supervised.ts";
import { eventually } from "../../support/eventually.ts";

const test = testsAtOnce("output that is lost");

/** Writes some hundred lines of 1 KiB a second, and counts them in a file. */
const WRITER = {
  command: [
    "sh",
    "-c",
    `line=$(printf %01000d 0)
    for n in $(seq 1 100000); do
      echo "$n $line"; echo "$n" > count
      case $n in *00) sleep 0.05 ;; esac
    done`,
  ],
};

async function counted(folder: string): Promise<number> {
  return Number(await Deno.readTextFile(`${folder}/count`).catch(() => "0"));
}

test("a service runs on while its log cannot be written, the loss is counted and told, and the log goes on", async () => {
  await using workspace = await createWorkspace({ a: WRITER });
  await Deno.mkdir(`${workspace.folder}/.denizen`);
  await using disk = await smallDisk(`${workspace.folder}/.denizen/logs`);
  if (!disk) return;

  const supervised = workspace.supervise();
  await supervised.said(/a: log: .*no space left on device/);
  const whenFull = await counted(workspace.folder);
  await eventually(
    "the service goes on while its log is full",
    async () => await counted(workspace.folder) > whenFull + 100,
  );
  const whileFull = (await workspace.services()).get("a");
  await disk.grow();
  const [, lines] = await supervised.said(
    /a: log: ([\d,]+) lines? lost, no space left on device, writing again/,
  );

  assertMatch(whileFull?.notes?.join() ?? "", /^log: .*no space left/);
  assertEquals(Number(lines?.replaceAll(",", "")) > 0, true);
  const { stdout: log } = await workspace.run("logs", "--grep=lines? lost");
  assertMatch(
    log,
    /^a \| supervisor: log: [\d,]+ lines? lost, no space left on device, writing again/,
  );
  const { stdout: events } = await workspace.run("events", "--json");
  assertMatch(events, /"type":"output_lost","service":"a","output":"log"/);
  const after = (await workspace.services()).get("a");
  assertMatch(after?.notes?.join() ?? "", /writing again$/);
  await workspace.run("restart", "a");
  assertEquals((await workspace.services()).get("a")?.notes, undefined);
});

test("a service runs on while neither output of the supervisor can be written, and ps says so", async () => {
  await using workspace = await createWorkspace({ a: WRITER });

  const supervised = workspace.superviseIn('exec "$@" --plain >/dev/full 2>&1');
  await eventually(
    "200 lines are written",
    async () => await counted(workspace.folder) > 200,
  );

  assertEquals((await workspace.services()).get("a")?.state, "running");
  const { stderr } = await workspace.run("ps");
  assertMatch(stderr, /standard output: .* lost so far, no space left/);
  assertMatch(stderr, /standard error: .* lost so far, no space left/);
  await workspace.run("stop");
  assertEquals(await supervised.exit, 0);
  const events = (await workspace.run("events", "--json")).stdout;
  const lost = events.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ output }) => output === "standard output");
  assert(lost.at(-1).lines > 200, "the total is told at the end");
});

test("a command whose results cannot be written says so in one line", async () => {
  await using workspace = await createWorkspace({ a: WRITER });

  const supervised = workspace.superviseIn('exec "$@" --dry-run >/dev/full');

  assertEquals(await supervised.exit, 1);
  assertEquals(supervised.lines, [
    "Cannot write to standard output: No space left on device",
  ]);
});

test("a service runs on and a stop ends the supervisor while nobody reads its output", async () => {
  await using workspace = await createWorkspace({ a: WRITER });
  const ended = `${workspace.folder}/ended`;

  workspace.superviseIn(
    `{ "$@" --plain 2>&1; echo $? >${ended}; } |
    until [ -e ${ended} ]; do sleep 0.1; done`,
  );
  // More than the supervisor keeps for a reader, 1 MiB, and than all pipes hold.
  await eventually(
    "2,000 lines are written",
    async () => await counted(workspace.folder) > 2_000,
  );
  const { code } = await workspace.run("stop");
  await eventually("the supervisor has ended", () => isThere(ended));

  assertEquals([code, await Deno.readTextFile(ended)], [0, "0\n"]);
  const { stdout: events } = await workspace.run("events", "--json");
  assertMatch(events, /"output":"standard output".*nobody reads it/);
});
