import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { batchingOf } from "../../orchestrator/batching.ts";
import type { RunPlan } from "../../orchestrator/plan.ts";
import {
  openRunState,
  type RunState,
  type RunStateOptions,
} from "../../orchestrator/run_state.ts";
import { TOKEN_FILE } from "../../runtime/files/token_file.ts";
import { Failure, Fault, UsageError } from "../../runtime/program/errors.ts";
import { unfinishedFiles } from "../../stages/sink/sink.ts";
import { CHECKPOINT_FILES } from "../../stages/aggregate/checkpoint_files.ts";
import { makePipe } from "../support/programs.ts";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

const [NEWEST, PREVIOUS] = CHECKPOINT_FILES;

/** A folder with an input, and a run over it that is kept in `state`. */
async function runIn() {
  const folder = await tempFolder();
  const state = folder.file("state");
  const plan: RunPlan = {
    batch: 100,
    batching: batchingOf(100),
    maxLine: 1_024,
    maxRejects: undefined,
    schema: builtInSchema(["click", "view"]),
    inputs: [folder.file("events")],
    output: folder.file("results"),
    rejects: folder.file("rejects"),
    rulesPath: folder.file("rules"),
    rules: [{ name: "r", when: {}, drop: true }],
  };
  await Deno.writeTextFile(plan.inputs[0]!, "0123456789");
  const open = (
    options: Partial<RunStateOptions> = {},
    changes: Partial<RunPlan> = {},
  ) =>
    openRunState({ ...plan, ...changes }, {
      folder: state,
      resume: false,
      guardian: { remove() {} },
      prepare: () => Promise.resolve(),
      ...options,
    });
  return {
    ...folder,
    state,
    plan,
    open,
    resume: (changes: Partial<RunPlan> = {}) => open({ resume: true }, changes),
    /** A run that has saved something and come to no end; its name. */
    async fail(): Promise<string> {
      await using opened = await open();
      await saveIn(state, NEWEST);
      return opened.run;
    },
    /** What is in the state's folder. */
    async kept(): Promise<string[]> {
      const entries = await Array.fromAsync(Deno.readDir(state));
      return entries.map(({ name }) => name).sort();
    },
  };
}

/** Stands for what aggregate writes. */
async function saveIn(state: string, name: string): Promise<void> {
  await Deno.writeTextFile(`${state}/${name}`, "a checkpoint");
}

/** What the sink leaves behind when it does not come to its end. */
async function leavePartials(
  { plan }: { plan: RunPlan },
  { run }: RunState,
): Promise<string[]> {
  const partials = unfinishedFiles({ ...plan, run });
  for (const path of partials) await Deno.writeTextFile(path, "x");
  return partials;
}

async function refusal(
  open: () => Promise<RunState>,
): Promise<UsageError> {
  return await assertRejects(open, UsageError);
}

Deno.test("openRunState() gives a run that is not kept a folder that goes with it", async () => {
  await using run = await runIn();
  const guarded: string[] = [];
  let path: string;
  {
    await using state = await run.open({
      folder: undefined,
      guardian: { remove: (path) => void guarded.push(path) },
    });
    path = state.folder;
    await saveIn(path, NEWEST);
    const partials = await leavePartials(run, state);

    assertEquals(await state.canResume(), false);
    assertEquals(guarded, [
      ...partials,
      ...[...CHECKPOINT_FILES, TOKEN_FILE, "run.sock", "sockets"].map(
        (name) => `${path}/${name}`,
      ),
      path,
    ]);
  }

  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  assertEquals(await run.names(), ["events"]);
});

Deno.test("openRunState() names each run anew", async () => {
  await using run = await runIn();

  await using first = await run.open({ folder: undefined });
  await using second = await run.open({ folder: undefined });
  await using third = await run.open();

  assertEquals(new Set([first.run, second.run, third.run]).size, 3);
});

Deno.test("openRunState() cannot go on without a folder", async () => {
  await using run = await runIn();

  const { message } = await refusal(() =>
    run.open({ folder: undefined, resume: true })
  );

  assertEquals(message, "Cannot resume: say where the run is, by --state");
});

Deno.test("openRunState() keeps no run over what cannot be read again", async () => {
  await using run = await runIn();
  const pipe = makePipe(run.file("pipe"));

  for (const [input, shown] of [["-", "standard input"], [pipe, pipe]]) {
    const { message } = await refusal(() => run.open({}, { inputs: [input!] }));

    assertEquals(
      message,
      `Cannot keep the state of a run over ${shown}: it cannot be read again; put it into a file`,
    );
  }
  assertEquals(await run.names(), ["events", "pipe"]);
});

Deno.test("openRunState() leaves nothing of a run that has saved nothing", async () => {
  await using run = await runIn();
  {
    await using state = await run.open();
    await leavePartials(run, state);

    assertEquals(await run.kept(), ["lock", "run.json"]);
    assertEquals(await state.canResume(), false);
  }

  assertEquals(await run.names(), ["events"]);
  await using _next = await run.open();
});

for (const saved of [[NEWEST], [NEWEST, PREVIOUS], [PREVIOUS]]) {
  Deno.test(`openRunState() keeps a run that has saved ${saved.join(" and ")}, and goes on with it`, async () => {
    await using run = await runIn();
    let name: string;
    {
      await using state = await run.open();
      name = state.run;
      for (const file of saved) await saveIn(run.state, file);
      await leavePartials(run, state);

      assertEquals(await state.canResume(), true);
    }
    assertEquals(await run.kept(), [...saved, "run.json"].sort());

    await using state = await run.resume();
    assertEquals([state.run, state.folder], [name, run.state]);
    assertEquals(
      (await run.names()).filter((name) => name.endsWith(".partial")).length,
      2,
    );
  });
}

Deno.test("finish() removes all of a run, and nothing else of its folder", async () => {
  await using run = await runIn();
  {
    await using state = await run.open();
    for (const file of CHECKPOINT_FILES) await saveIn(run.state, file);
    await leavePartials(run, state);
    await Deno.writeTextFile(`${run.state}/notes`, "the user's");

    await state.finish();
    await state.finish();
  }

  assertEquals(await run.kept(), ["notes"]);
  assertEquals(await run.names(), ["events", "state"]);
});

Deno.test("openRunState() lets one run at a time use a folder", async () => {
  await using run = await runIn();
  {
    await using _state = await run.open();
    for (const resume of [false, true]) {
      const failure = await assertRejects(() => run.open({ resume }), Failure);

      assertEquals(
        failure.message,
        `Cannot keep the run in "${run.state}": another run, of process ${Deno.pid}, is using it`,
      );
    }
    assertEquals(await run.kept(), ["lock", "run.json"]);
  }
  await using _next = await run.open();
});

Deno.test("openRunState() starts no run over one that has not come to its end", async () => {
  await using run = await runIn();
  const name = await run.fail();
  const before = await Deno.readTextFile(`${run.state}/run.json`);

  const { message } = await refusal(() => run.open());

  assertEquals(
    message,
    `Cannot start the run: "${run.state}" holds one that has not come to its end; go on with it by --resume, or remove the folder`,
  );
  assertEquals(await Deno.readTextFile(`${run.state}/run.json`), before);
  await using state = await run.resume();
  assertEquals(state.run, name);
});

Deno.test("openRunState() cannot go on with a run that is not there", async () => {
  await using run = await runIn();

  const { message } = await refusal(() => run.resume());

  assertEquals(
    message,
    `Cannot resume: "${run.state}" holds no run; leave out --resume to start one`,
  );
});

Deno.test("openRunState() makes the input of a run that starts, and of no other", async () => {
  await using run = await runIn();
  let made = 0;
  const prepare = async () => {
    made++;
    await Deno.writeTextFile(run.plan.inputs[0]!, "generated");
  };
  await Deno.remove(run.plan.inputs[0]!);

  await assertRejects(() => run.open({ prepare, resume: true }), UsageError);
  assertEquals(made, 0);
  {
    await using _passing = await run.open({ prepare, folder: undefined });
    await using _state = await run.open({ prepare });
    assertEquals(made, 2);
    await assertRejects(() => run.open({ prepare }), Failure); // in use
    await saveIn(run.state, NEWEST);
  }
  await assertRejects(() => run.open({ prepare }), UsageError);
  await using _resumed = await run.open({ prepare, resume: true });

  assertEquals(made, 2);
});

Deno.test("openRunState() says all that is not as it was, and changes nothing", async () => {
  await using run = await runIn();
  await run.fail();
  const before = await Deno.readTextFile(`${run.state}/run.json`);
  const written = new Date("2026-01-02T03:04:05.000Z");
  await Deno.writeTextFile(run.plan.inputs[0]!, "012345678");
  await Deno.utime(run.plan.inputs[0]!, written, written);

  const { message } = await refusal(() =>
    run.resume({
      output: "/other/results",
      rejects: "/other/rejects",
      schema: builtInSchema(["view", "click"]),
      rules: [],
      maxLine: 2_048,
      // These do not decide the result.
      batch: 7,
      maxRejects: 3,
      rulesPath: "/other/rules",
    })
  );

  assertEquals(message.split("\n"), [
    `Cannot resume the run in "${run.state}": not all is as it was`,
    `  --output was ${run.plan.output} and is /other/results`,
    `  --rejects was ${run.plan.rejects} and is /other/rejects`,
    "  --types was click,view and is view,click",
    '  --rules was [{"name":"r","when":{},"drop":true}] and is []',
    "  --max-line was 1024 and is 2048",
    "  the input had 10 bytes and has 9",
  ]);
  assertEquals(await Deno.readTextFile(`${run.state}/run.json`), before);
});

Deno.test("openRunState() does not compare an input with another", async () => {
  await using run = await runIn();
  await run.fail();
  const input = run.file("others");
  await Deno.writeTextFile(input, "x");

  const { message } = await refusal(() => run.resume({ inputs: [input] }));

  assertEquals(message.split("\n").slice(1), [
    `  --input was ${run.plan.inputs[0]!} and is ${input}`,
  ]);
});

Deno.test("openRunState() does not go on with an input as a replay of it", async () => {
  await using run = await runIn();
  await run.fail();
  const [input] = run.plan.inputs;

  const { message } = await refusal(() => run.resume({ replay: input! }));

  assertEquals(message.split("\n").slice(1), [
    `  --input was ${input} and is none`,
    `  --replay was none and is ${input}`,
  ]);
});

Deno.test("openRunState() goes on with another batch size, and more rejects allowed", async () => {
  await using run = await runIn();
  const name = await run.fail();

  await using state = await run.resume({ batch: 5, maxRejects: 9 });

  assertEquals(state.run, name);
});

Deno.test("openRunState() says that what it needs of a run is damaged", async () => {
  await using run = await runIn();
  await run.fail();
  await Deno.truncate(`${run.state}/run.json`, 20);

  for (const resume of [false, true]) {
    const failure = await assertRejects(() => run.open({ resume }), Failure);

    assertEquals(
      failure.message,
      `Cannot read "${run.state}/run.json": it is damaged, or not of a run; give another folder by --state`,
    );
  }
});

Deno.test("openRunState() says that the folder cannot be made", async () => {
  await using run = await runIn();

  const failure = await assertRejects(
    () => run.open({ folder: `${run.plan.inputs[0]!}/state` }),
    UsageError,
  );

  assertEquals(
    failure.message,
    `Cannot keep the run in "${run.plan
      .inputs[0]!}/state": part of the path is a file`,
  );
});

Deno.test("openRunState() says that the disk is full, and leaves what was there", async () => {
  await using run = await runIn();
  await using disk = await smallDisk(run.file("disk"));
  if (!disk) return;
  const folder = `${disk.path}/state`;
  const fill = () =>
    Deno.writeFile(`${disk.path}/filler`, new Uint8Array(1_048_576))
      .catch(() => {}); // as far as there is room
  await fill();

  const failure = await assertRejects(() => run.open({ folder }), Failure);
  assertEquals(
    failure.message,
    `Cannot keep the run in "${folder}": no space left on device`,
  );
  await Deno.remove(`${disk.path}/filler`);
  {
    let now = 0;
    await using state = await run.open({ folder, nowMs: () => now });
    await saveIn(folder, NEWEST);
    await fill();
    now = 1_000;
    const late = await assertRejects(
      () => state.note({ event: 1, offset: 5, line: 1 }),
      Failure,
    );
    assertEquals(late.message, failure.message);
  }
  await Deno.remove(`${disk.path}/filler`);
  await using _again = await run.open({ folder, resume: true });
});

Deno.test("note() notes once a second what was read of the input", async () => {
  await using run = await runIn();
  const readOf = async () =>
    JSON.parse(await Deno.readTextFile(`${run.state}/run.json`)).inputs[0].read
      .end;
  const { mtime } = await Deno.stat(run.plan.inputs[0]!);
  {
    let now = 0;
    await using state = await run.open({ nowMs: () => now });
    await saveIn(run.state, NEWEST);
    const noted: number[] = [];
    for (
      const [offset, atMs] of [
        [2, 999],
        [4, 1_000],
        [6, 1_999],
        [8, 2_000],
      ] as const
    ) {
      now = atMs;
      await state.note({ event: 1, offset, line: 1 });
      noted.push(await readOf());
    }
    assertEquals(noted, [0, 4, 4, 8]);
  }

  // The same size and time, but bytes that were read are others.
  await Deno.writeTextFile(run.plan.inputs[0]!, "0123456x89");
  await Deno.utime(run.plan.inputs[0]!, mtime!, mtime!);
  const { message } = await refusal(() => run.resume());

  assertEquals(message.split("\n").slice(1), [
    "  the input has other bytes before offset 8, which were read",
  ]);
});

Deno.test("a resumed run keeps what was noted until it notes more", async () => {
  await using run = await runIn();
  await run.fail();
  const before = await Deno.readTextFile(`${run.state}/run.json`);
  {
    await using state = await run.resume();
    assert(await state.canResume());
  }

  assertEquals(await Deno.readTextFile(`${run.state}/run.json`), before);
});

Deno.test("openRunState() notes which file is followed as the run begins, and resumes it whatever becomes of that", async () => {
  await using run = await runIn();
  const [input] = run.plan.inputs;
  const followed = { follow: true };
  const noted = async () =>
    JSON.parse(await Deno.readTextFile(`${run.state}/followed.json`));
  let before: unknown;
  {
    await using state = await run.open({}, followed);
    before = await noted();
    // It grows, and ingest knows it: nobody else looks at it.
    assertEquals(state.inputs, []);
    await saveIn(run.state, NEWEST);
    await Deno.rename(input!, `${input}.1`);
    assertEquals(await state.canResume(), true);
  }

  {
    await using _state = await run.resume(followed);
    assertEquals(await noted(), before);
  }
  const { message } = await refusal(() => run.resume());
  assertMatch(message, /\n {2}--input was .*events, followed and is .*events$/);
});

Deno.test("openRunState() leaves nothing of a run whose input cannot be followed", async () => {
  await using run = await runIn();
  await Deno.writeFile(
    run.plan.inputs[0]!,
    new Uint8Array([0x1f, 0x8b, 0x08, 0]),
  );

  for (const folder of [run.state, undefined]) {
    await assertRejects(
      () => run.open({ folder }, { follow: true }),
      Fault,
      "it is gzip data",
    );
  }

  assertEquals(await run.names(), ["events"]);
});
