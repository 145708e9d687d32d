/** A state folder is ours or empty; else it is refused and left as it is. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { batchingOf } from "../../orchestrator/batching.ts";
import type { RunPlan } from "../../orchestrator/plan.ts";
import { openRunState } from "../../orchestrator/run_state.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  giveToSecondUser,
  SECOND_USER,
  testWithSecondUser,
} from "../support/second_user.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

function open(
  { file }: TempFolder,
  resume: boolean,
  changes: Partial<RunPlan> = {},
) {
  const plan: RunPlan = {
    batch: 100,
    batching: batchingOf(100),
    maxLine: 1_024,
    maxRejects: undefined,
    schema: builtInSchema(["click"]),
    inputs: [file("in.ndjson")],
    output: file("results"),
    rejects: file("rejects"),
    rulesPath: file("rules"),
    rules: [],
    ...changes,
  };
  return openRunState(plan, {
    folder: file("state"),
    resume,
    guardian: { remove() {} },
    prepare: () => Promise.resolve(),
  });
}

/** What makes a folder somebody else's, the input then, and the refusal. */
const FOREIGN: Record<
  string,
  (folder: TempFolder) => Promise<[input: string, message: RegExp]>
> = {
  "that holds a file called checkpoint": async ({ file }) => {
    await Deno.writeTextFile(file("state/checkpoint"), "mine");
    return ["in.ndjson", /it is not empty, and "checkpoint" is not of a run/];
  },
  "that holds a file called lock": async ({ file }) => {
    await Deno.writeTextFile(file("state/lock"), "mine");
    return ["in.ndjson", /it is not empty, and "lock" is not of a run/];
  },
  "that holds a foreign run.json": async ({ file }) => {
    await Deno.writeTextFile(file("state/run.json"), '{"processes":[]}');
    return [
      "in.ndjson",
      /^Cannot read ".*run\.json": it is damaged, or not of a run; give another folder by --state$/,
    ];
  },
  "that holds a run.json that is null": async ({ file }) => {
    await Deno.writeTextFile(file("state/run.json"), "null");
    return ["in.ndjson", /run\.json": it is damaged, or not of a run/];
  },
  "that holds a folder called run.json": async ({ file }) => {
    await Deno.mkdir(file("state/run.json"));
    return ["in.ndjson", /"run.json" is not of a run/];
  },
  "that holds the input": async ({ file }) => {
    await Deno.rename(file("in.ndjson"), file("state/checkpoint.partial"));
    return ["state/checkpoint.partial", /its input, ".*", lies there/];
  },
};

for (const [what, prepare] of Object.entries(FOREIGN)) {
  Deno.test(`openRunState() refuses a folder ${what}, and leaves it as it is`, async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("in.ndjson"), "");
    await Deno.mkdir(folder.file("state"));
    const [input, message] = await prepare(folder);
    const before = await filesBelow(folder.path);

    for (const resume of [false, true]) {
      const { message: said } = await assertRejects(
        () => open(folder, resume, { inputs: [folder.file(input)] }),
        Error,
      );

      assertMatch(said, message);
      assertEquals(said.split("\n").length, 1);
      assertEquals(await filesBelow(folder.path), before);
    }
  });
}

for (const where of ["output", "rejects", "rulesPath"] as const) {
  Deno.test(`openRunState() refuses a folder that the ${where} lies in`, async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("in.ndjson"), "");
    const file = folder.file("state/run.json");

    const { message } = await assertRejects(
      () => open(folder, false, { [where]: file }),
      Error,
    );

    assertEquals(
      message,
      `Cannot keep the run in "${folder.file("state")}": its ${
        where === "rulesPath" ? "rules" : where
      }, "${file}", lies there; give a folder of its own by --state`,
    );
    assertEquals(await folder.names(), ["in.ndjson"]);
  });
}

Deno.test("openRunState() leaves nothing where there was no run to resume", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("in.ndjson"), "");

  await assertRejects(() => open(folder, true), Error, "holds no run");
  assertEquals(await folder.names(), ["in.ndjson"]);

  await Deno.mkdir(folder.file("state"));
  await assertRejects(() => open(folder, true), Error, "holds no run");
  assertEquals(await filesBelow(folder.path), ["in.ndjson", "state/"]);
});

Deno.test("a run that has ended well removes the folder that it has made, and no other", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("in.ndjson"), "");
  {
    await using state = await open(folder, false);
    await state.finish();
  }
  assertEquals(await folder.names(), ["in.ndjson"]);

  await Deno.mkdir(folder.file("state"));
  {
    await using state = await open(folder, false);
    await state.finish();
  }
  assertEquals(await filesBelow(folder.path), ["in.ndjson", "state/"]);
});

testWithSecondUser(
  "openRunState() goes on from nothing that another user may have prepared",
  async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("in.ndjson"), "");
    await Deno.mkdir(folder.file("state"), { mode: 0o777 });
    await giveToSecondUser(folder.file("state"));

    for (const resume of [false, true]) {
      const { message } = await assertRejects(
        () => open(folder, resume),
        UsageError,
      );

      assertEquals(
        message,
        `Cannot keep the run in "${
          folder.file("state")
        }": it belongs to user ${SECOND_USER}, and this is root; give a folder of its own by --state`,
      );
    }
    assertEquals(await filesBelow(folder.path), ["in.ndjson", "state/"]);
  },
);

Deno.test("openRunState() writes what only its user may read", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("in.ndjson"), "");
  await using _state = await open(folder, false);

  const { mode } = await Deno.stat(folder.file("state/run.json"));

  assertEquals(mode! & 0o777, 0o600);
});

/** Every file below a folder, and every empty folder. */
async function filesBelow(path: string, under = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const own = `${under}${name}`;
    if (!isDirectory) found.push(own);
    else {
      const inside = await filesBelow(`${path}/${name}`, `${own}/`);
      found.push(...inside.length > 0 ? inside : [`${own}/`]);
    }
  }
  return found.sort();
}
