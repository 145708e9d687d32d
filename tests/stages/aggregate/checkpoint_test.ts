import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { Fault } from "../../../runtime/program/errors.ts";
import { createAggregate } from "../../../stages/aggregate/aggregate.ts";
import {
  type Checkpoint,
  CHECKPOINT_FILES,
  openCheckpoints,
} from "../../../stages/aggregate/checkpoint.ts";
import { logged } from "../../support/logged.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { anyText } from "../../support/arbitraries.ts";

const [NEWEST, PREVIOUS, PARTIAL] = CHECKPOINT_FILES;

/** A checkpoint up to this event. */
function checkpointAt(event: number, types = ["a", "ü"]): Checkpoint {
  const aggregate = createAggregate({ types, tags: [] });
  return {
    run: "r",
    snapshot: {
      ...aggregate.snapshot(),
      position: { event, offset: event * 10, line: event },
    },
    kept: { bytes: event, file: "1:2" },
  };
}

/** A folder that holds two checkpoints, up to events 1 and 2. */
async function savedTwice() {
  const folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  await store.save(checkpointAt(1));
  await store.save(checkpointAt(2));
  const newest = folder.file(NEWEST);
  const previous = folder.file(PREVIOUS);
  return {
    ...folder,
    store,
    newest,
    previous,
    /** The event up to which a stage would go on. */
    async loads() {
      return (await store.load("r"))?.snapshot.position.event;
    },
  };
}

Deno.test("load() gives nothing where nothing was saved", async () => {
  await using folder = await tempFolder();

  assertEquals(await openCheckpoints(folder.path).load("r"), undefined);
});

Deno.test("load() gives what was saved last", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);

  for (const event of [1, 2, 3, 4]) {
    await store.save(checkpointAt(event));

    assertEquals(await store.load("r"), checkpointAt(event));
    assertEquals(
      await openCheckpoints(folder.path).load("r"),
      checkpointAt(event),
    );
  }
  assertEquals(await folder.names(), [NEWEST, PREVIOUS]);
  for (const name of [NEWEST, PREVIOUS]) {
    const { mode } = await Deno.stat(folder.file(name));
    assertEquals(mode! & 0o777, 0o600, "nobody else reads the keys of a run");
  }
});

Deno.test("load() gives back any checkpoint", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  const words = anyText();
  const checkpoints = fc.record({
    run: words,
    kept: fc.record({ bytes: fc.maxSafeNat(), file: words }),
    types: fc.array(words),
    event: fc.maxSafeNat(),
  }).map(({ types, event, ...rest }) => ({
    ...checkpointAt(event, types),
    ...rest,
  }));

  await fc.assert(
    fc.asyncProperty(checkpoints, async (checkpoint) => {
      await store.save(checkpoint);

      assertEquals(await store.load(checkpoint.run), checkpoint);
    }),
    { numRuns: 20 },
  );
});

Deno.test("load() uses the one before where the newest was torn at any byte, and says so", async () => {
  await using folder = await savedTwice();
  const whole = await Deno.readFile(folder.newest);
  const head = whole.indexOf(0x0a) + 1;

  for (let length = 0; length < whole.length; length++) {
    await Deno.writeFile(folder.newest, whole.subarray(0, length));
    using log = logged();

    assertEquals(await folder.loads(), 1, `torn at ${length}`);

    const why = length < head
      ? "no checkpoint of this version"
      : `torn: ${length - head} bytes of ${whole.length - head} are there`;
    assertEquals(log.lines, [
      `Cannot use "${folder.newest}": it is ${why}; looking further back`,
    ]);
  }
});

Deno.test("load() uses the one before where something stands behind the newest", async () => {
  await using folder = await savedTwice();
  await Deno.writeTextFile(folder.newest, "\n", { append: true });
  using log = logged();

  assertEquals(await folder.loads(), 1);
  assertEquals(log.lines.length, 1);
});

Deno.test("load() uses the one before where any bit of the newest is another, and says so", async () => {
  await using folder = await savedTwice();
  const whole = await Deno.readFile(folder.newest);

  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.nat(7),
      async (index, bit) => {
        const flipped = whole.slice();
        flipped[index]! ^= 1 << bit;
        await Deno.writeFile(folder.newest, flipped);
        using log = logged();

        assertEquals(await folder.loads(), 1);

        assertEquals(log.lines.length, 1);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("load() says that a checksum is another", async () => {
  await using folder = await savedTwice();
  const text = await Deno.readTextFile(folder.newest);
  await Deno.writeTextFile(
    folder.newest,
    text.replace('"event":2', '"event":3'),
  );
  using log = logged();

  assertEquals(await folder.loads(), 1);
  assertEquals(log.lines, [
    `Cannot use "${folder.newest}": it is damaged: its checksum is another; looking further back`,
  ]);
});

Deno.test("load() uses the one before where a crash came between the renames", async () => {
  await using folder = await savedTwice();
  await Deno.rename(folder.newest, folder.previous);
  await Deno.writeTextFile(folder.file(PARTIAL), "anything");
  using log = logged();

  assertEquals(await folder.loads(), 2);
  assertEquals(log.lines, []);
});

Deno.test("load() gives nothing where both are damaged", async () => {
  await using folder = await savedTwice();
  await Deno.truncate(folder.newest, 100);
  await Deno.truncate(folder.previous);
  using log = logged();

  assertEquals(await folder.loads(), undefined);
  assertEquals(log.lines.length, 2);
});

Deno.test("load() refuses what another run has saved", async () => {
  await using folder = await savedTwice();

  const fault = await assertRejects(() => folder.store.load("other"), Fault);

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    `Cannot go on from "${folder.newest}": it is of another run; give each run a --state of its own`,
  );
});

Deno.test("save() starts anew where a killed stage left an unfinished file", async () => {
  await using folder = await savedTwice();
  await Deno.writeTextFile(folder.file(PARTIAL), "x".repeat(100_000));

  await folder.store.save(checkpointAt(3));

  assertEquals(await folder.loads(), 3);
  assertEquals(await folder.names(), [NEWEST, PREVIOUS]);
});

Deno.test("save() does not put a damaged file in the place of a good one", async () => {
  await using folder = await savedTwice();
  using _log = logged();
  for (const event of [3, 4]) {
    await Deno.truncate(folder.newest, 100);
    assertEquals(await folder.loads(), 1);

    await folder.store.save(checkpointAt(event));

    assertEquals(await folder.loads(), event);
  }
  await folder.store.save(checkpointAt(5));
  await Deno.truncate(folder.newest, 100);
  assertEquals(await folder.loads(), 4);
});

Deno.test("save() says that the folder is gone", async () => {
  const folder = await savedTwice();
  await folder[Symbol.asyncDispose]();

  const fault = await assertRejects(
    () => folder.store.save(checkpointAt(3)),
    Fault,
  );

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    `Cannot save the run in "${folder.path}": no such file or directory; what was saved before is still good`,
  );
});

Deno.test("save() leaves the last good checkpoint on a full disk, and goes on once there is room", async () => {
  await using folder = await tempFolder();
  await using disk = await smallDisk(folder.file("disk"));
  if (!disk) return;
  const store = openCheckpoints(disk.path);
  const large = (event: number) => checkpointAt(event, ["x".repeat(20_000)]);
  await store.save(large(1));
  await store.save(large(2));
  const files = async () =>
    (await Array.fromAsync(Deno.readDir(disk.path))).map(({ name }) => name)
      .sort();

  const filler = `${disk.path}/filler`;
  await Deno.writeFile(filler, new Uint8Array(8_192));
  const fault = await assertRejects(() => store.save(large(3)), Fault);

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    `Cannot save the run in "${disk.path}": no space left on device; what was saved before is still good`,
  );
  assertEquals(await store.load("r"), large(2));
  // Nothing of the attempt takes up what little room there is.
  assertEquals(await files(), [NEWEST, PREVIOUS, "filler"]);

  await Deno.remove(filler);
  await store.save(large(3));
  assertEquals(await store.load("r"), large(3));
  assertEquals(await files(), [NEWEST, PREVIOUS]);
});
