import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { Kept } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { openCheckpoints } from "../../../stages/aggregate/checkpoint.ts";
import { CHECKPOINT_FILES } from "../../../stages/aggregate/checkpoint_files.ts";
import { anyText } from "../../support/arbitraries.ts";
import { logged } from "../../support/logged.ts";
import {
  checkpointAt,
  type Groups,
  loadAll,
  loadedAt,
  recordsOf,
} from "../../support/saved_groups.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const [NEWEST, PREVIOUS, PARTIAL] = CHECKPOINT_FILES;

/** Of a save that must be an append. */
function notAll(): never {
  throw new Error("all groups were asked for");
}

/** For states that have no groups. */
const NONE = () => [];

Deno.test("load() gives nothing where nothing was saved", async () => {
  await using folder = await tempFolder();

  assertEquals(await openCheckpoints(folder.path).load("r"), undefined);
});

Deno.test("load() gives what was saved last, of each group the newest", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  const groups = new Map([[0, "a"], [1, "b"], [2 ** 53 - 1, ""]]);
  const same = async (event: number) => {
    assertEquals(await loadAll(store), loadedAt(event, groups));
    const again = openCheckpoints(folder.path);
    assertEquals(await loadAll(again), loadedAt(event, groups));
  };

  await store.save(checkpointAt(1), () => recordsOf(groups));
  await same(1);
  groups.set(1, "longer").set(7, "new");
  await store.save(
    checkpointAt(2, new Map([[1, "longer"], [7, "new"]])),
    notAll,
  );
  await same(2);
  groups.delete(0);
  await store.save(checkpointAt(3, new Map(), [0]), notAll);
  await same(3);
  await store.save(checkpointAt(4), notAll);
  await same(4);

  assertEquals(await folder.names(), [NEWEST]);
  const { mode } = await Deno.stat(folder.file(NEWEST));
  assertEquals(mode! & 0o777, 0o600, "nobody else reads the keys of a run");
});

Deno.test("load() gives back any head, run and position of the rejects", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  const checkpoints = fc.record({
    run: anyText(),
    kept: fc.record({ bytes: fc.maxSafeNat(), file: anyText() }),
    // JSON has no -0.
    head: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
  });

  await fc.assert(
    fc.asyncProperty(checkpoints, async (checkpoint) => {
      await store.save({ ...checkpoint, changed: [] }, NONE);

      const { records: _, ...rest } = (await store.load(checkpoint.run))!;
      assertEquals(rest, checkpoint);
    }),
    { numRuns: 20 },
  );
});

Deno.test("save() appends what has changed, and writes all anew once the log is long", async () => {
  await using folder = await tempFolder();
  const floorBytes = 500;
  const store = openCheckpoints(folder.path, { floorBytes });
  const groups = new Map(
    Array.from({ length: 40 }, (_, id) => [id, "x".repeat(50)]),
  );
  const size = async () => (await Deno.stat(folder.file(NEWEST))).size;
  await store.save(checkpointAt(0), () => recordsOf(groups));
  const whole = await size();
  await store.save(checkpointAt(0), notAll);
  const empty = await size() - whole;

  let anew = 0;
  let longest = 0;
  for (let event = 1; event <= 60; event++) {
    const changed = new Map([[event % 40, `${event}`.padEnd(50)]]);
    for (const [id, text] of changed) groups.set(id, text);
    const before = await size();
    await store.save(checkpointAt(event, changed), () => {
      anew++;
      return recordsOf(groups);
    });
    const grown = await size() - before;
    // A record is 12 bytes and its own, and its block 9.
    if (grown > 0) assert(grown <= empty + 9 + 12 + 50 + 5, `${grown} bytes`);
    longest = Math.max(longest, await size());
  }

  assert(anew > 0);
  assert(longest > 2 * whole, "it is not written anew before it is long");
  assert(longest < 2 * whole + floorBytes + 2 * (empty + 71));
  assertEquals(await folder.names(), [NEWEST, PREVIOUS]);
  for (const name of [NEWEST, PREVIOUS]) {
    const { mode } = await Deno.stat(folder.file(name));
    assertEquals(mode! & 0o777, 0o600, name);
  }
  assertEquals(
    await loadAll(openCheckpoints(folder.path)),
    loadedAt(60, groups),
  );
});

Deno.test("save() reads everything before it returns, and waits for what the sink keeps", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  await store.save(checkpointAt(1), () => recordsOf(new Map([[0, "before"]])));
  const live = new Map([[0, "then"]]);
  const checkpoint = checkpointAt(2, live);
  const kept = Promise.withResolvers<Kept>();

  const saving = store.save({ ...checkpoint, kept: kept.promise }, notAll);
  live.set(0, "later");
  Object.assign(checkpoint.head as object, { event: 99 });
  assertEquals(
    await loadAll(openCheckpoints(folder.path)),
    loadedAt(1, new Map([[0, "before"]])),
    "it is not saved before the sink has answered",
  );
  kept.resolve(await checkpoint.kept);
  await saving;

  assertEquals(
    await loadAll(openCheckpoints(folder.path)),
    loadedAt(2, new Map([[0, "then"]])),
  );
});

/** More than is held back until the sink has answered. */
const LARGE: Groups = new Map(
  [0, 1, 2].map((id) => [id, `${id}`.repeat(600_000)]),
);

for (const first of [true, false]) {
  Deno.test(`save() leaves nothing of ${first ? "a first save" : "one"} that is given up, and the next is of all groups`, async () => {
    await using folder = await tempFolder();
    const store = openCheckpoints(folder.path);
    if (!first) await store.save(checkpointAt(1), NONE);
    const path = folder.file(first ? PARTIAL : NEWEST);
    const before = first ? 0 : (await Deno.stat(path)).size;
    const given = new Fault("cancelled", "given up");
    const kept = Promise.withResolvers<Kept>();

    const saving = store.save(
      { ...checkpointAt(2, LARGE), kept: kept.promise },
      () => recordsOf(LARGE),
    );
    const { size } = await Deno.stat(path);
    assert(size > before + 1_000_000, "not all is held in memory");
    kept.reject(given);
    assertEquals(await assertRejects(() => saving, Fault), given);

    assertEquals(await folder.names(), first ? [] : [NEWEST]);
    if (!first) {
      assertEquals((await Deno.stat(path)).size, before);
      assertEquals(
        await loadAll(openCheckpoints(folder.path)),
        loadedAt(1),
      );
    }
    await store.save(checkpointAt(3), () => recordsOf(LARGE));
    assertEquals(await loadAll(store), loadedAt(3, LARGE));
  });
}

Deno.test("load() reads large states, and says that a large save was not finished", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  const path = folder.file(NEWEST);
  await store.save(checkpointAt(1), () => recordsOf(LARGE));
  const { size } = await Deno.stat(path);
  const changed = new Map([...LARGE].map(([id, text]) => [id, `${text}+`]));
  await store.save(checkpointAt(2, changed), notAll);
  assertEquals(await loadAll(store), loadedAt(2, changed));
  const bytes = await Deno.readFile(path);
  const end = bytes.findLastIndex((byte) => byte === 0x7b); // of the head
  await Deno.truncate(path, bytes.lastIndexOf(0x7b, end - 1) - 9);
  const { size: left } = await Deno.stat(path);
  using log = logged();

  assertEquals(await loadAll(store), loadedAt(1, LARGE));
  assertEquals(log.lines, [
    `Cannot use "${path}" from byte ${size} of ${left} on: it is torn; going on from what was saved before`,
  ]);
});

Deno.test("load() refuses what another run has saved", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  await store.save(checkpointAt(1), NONE);

  const fault = await assertRejects(() => store.load("other"), Fault);

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    `Cannot go on from "${
      folder.file(NEWEST)
    }": it is of another run; give each run a --state of its own`,
  );
});

Deno.test("save() says that the folder is gone", async () => {
  const folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  await store.save(checkpointAt(1), NONE);
  await folder[Symbol.asyncDispose]();

  for (const event of [2, 3]) {
    const fault = await assertRejects(
      () => store.save(checkpointAt(event), NONE),
      Fault,
    );
    assertEquals(fault.code, "failed_precondition");
    assertEquals(
      fault.message,
      `Cannot save the run in "${folder.path}": no such file or directory; what was saved before is still good`,
    );
  }
});

Deno.test("save() calls a defect of its caller by its name", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  await store.save(checkpointAt(1), NONE);

  const error = await assertRejects(
    () =>
      store.save({
        ...checkpointAt(2),
        get changed(): never {
          throw new RangeError("a defect");
        },
      }, NONE),
    RangeError,
  );

  assertEquals(error.message, "a defect");
  assertEquals(await loadAll(store), loadedAt(1));
});

for (const floorBytes of [undefined, 0]) {
  const how = floorBytes === 0 ? "written anew" : "appended to";
  Deno.test(`save() leaves a log that is ${how} as it was on a full disk, and goes on once there is room`, async () => {
    await using folder = await tempFolder();
    await using disk = await smallDisk(folder.file("disk"));
    if (!disk) return;
    const store = openCheckpoints(
      disk.path,
      floorBytes === undefined ? {} : { floorBytes },
    );
    const groups = new Map([[0, "x".repeat(8_000)], [1, "y".repeat(8_000)]]);
    const all = () => recordsOf(groups);
    await store.save(checkpointAt(1), all);
    await store.save(checkpointAt(2, groups), notAll);
    await store.save(checkpointAt(3), notAll);
    const names = async () =>
      (await Array.fromAsync(Deno.readDir(disk.path))).map(({ name }) => name)
        .sort();
    const filler = `${disk.path}/filler`;
    // Room for half a state.
    await assertRejects(() => Deno.writeFile(filler, new Uint8Array(65_536)));
    const { size } = await Deno.stat(filler);
    await Deno.truncate(filler, size - 8_192);
    const before = await Deno.readFile(`${disk.path}/${NEWEST}`);
    const wanted = floorBytes === 0 ? all : notAll;

    const fault = await assertRejects(
      () => store.save(checkpointAt(4, groups), wanted),
      Fault,
    );

    assertEquals(fault.code, "failed_precondition");
    assertEquals(
      fault.message,
      `Cannot save the run in "${disk.path}": no space left on device; what was saved before is still good`,
    );
    // Nothing of the attempt takes up what little room there is.
    assertEquals(await names(), [NEWEST, "filler"]);
    assertEquals(await Deno.readFile(`${disk.path}/${NEWEST}`), before);

    await Deno.remove(filler);
    await store.save(checkpointAt(5), all);
    assertEquals(await loadAll(store), loadedAt(5, groups));
    assertEquals(await names(), [NEWEST, PREVIOUS]);
  });
}
