/** What is left of checkpoints after a crash or a damage. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { openCheckpoints } from "../../../stages/aggregate/checkpoint.ts";
import { CHECKPOINT_FILES } from "../../../stages/aggregate/checkpoint_files.ts";
import { logged } from "../../support/logged.ts";
import {
  checkpointAt,
  loadAll,
  type Loaded,
  loadedAt,
  recordsOf,
} from "../../support/saved_groups.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const [NEWEST, PREVIOUS, PARTIAL] = CHECKPOINT_FILES;

/** The first line of a file. */
const FIRST_LINE = "denizen-checkpoint 2\n";

const NONE = () => [];

/** A folder whose log has the saves up to events 2 and 3; the one before has 1. */
async function savedThrice() {
  const folder = await tempFolder();
  await openCheckpoints(folder.path).save(checkpointAt(1), NONE);
  const store = openCheckpoints(folder.path); // knows of nothing to append to
  const newest = folder.file(NEWEST);
  await store.save(checkpointAt(2), () => recordsOf(new Map([[5, "five"]])));
  const { size: first } = await Deno.stat(newest);
  await store.save(checkpointAt(3, new Map([[6, "six"]])), NONE);
  return {
    ...folder,
    store,
    newest,
    previous: folder.file(PREVIOUS),
    /** Where its second save begins. */
    first,
    bytes: await Deno.readFile(newest),
    /** The event up to which a stage would go on. */
    async loads() {
      return eventOf(await loadAll(store));
    },
  };
}

function eventOf(loaded: Loaded | undefined): number | undefined {
  return (loaded?.head as { event: number } | undefined)?.event;
}

Deno.test("load() uses what is before where the log was torn at any byte, and says so", async () => {
  await using folder = await savedThrice();
  const { newest, bytes, first } = folder;

  for (let length = 0; length < bytes.length; length++) {
    await Deno.writeFile(newest, bytes.subarray(0, length));
    using log = logged();

    assertEquals(await folder.loads(), length < first ? 1 : 2, `at ${length}`);

    const why = length < FIRST_LINE.length
      ? "no checkpoint of this version"
      : "torn";
    assertEquals(
      log.lines,
      length === first
        ? [] // nothing says that there was more
        : length < first
        ? [`Cannot use "${newest}": it is ${why}; looking further back`]
        : [
          `Cannot use "${newest}" from byte ${first} of ${length} on: it is torn; going on from what was saved before`,
        ],
    );
  }
});

Deno.test("load() says what it cannot use of a log with something behind its end", async () => {
  await using folder = await savedThrice();
  const { newest, bytes } = folder;
  // What a file system may leave after a power cut, or somebody's editor.
  for (
    const [tail, why] of [
      ["\n", "torn"],
      ["\0".repeat(4_096), "damaged"],
      ["garbage\n".repeat(9), "torn"],
    ] as const
  ) {
    await Deno.writeFile(newest, bytes);
    await Deno.writeTextFile(newest, tail, { append: true });
    using log = logged();

    assertEquals(await folder.loads(), 3);
    assertEquals(log.lines, [
      `Cannot use "${newest}" from byte ${bytes.length} of ${
        bytes.length + tail.length
      } on: it is ${why}; going on from what was saved before`,
    ]);
  }
});

Deno.test("load() never uses what is whole behind a damage", async () => {
  await using folder = await savedThrice();
  const { newest, bytes, first } = folder;
  // Its first save is cut out: the second is whole, and would be of less.
  const second = bytes.subarray(first);
  await Deno.writeFile(newest, bytes.subarray(0, FIRST_LINE.length));
  await Deno.writeFile(newest, second, { append: true });
  using log = logged();

  assertEquals(await folder.loads(), 1);
  assertEquals(log.lines, [
    `Cannot use "${newest}": it is damaged; looking further back`,
  ]);
});

Deno.test("load() uses no checkpoint of another version", async () => {
  await using folder = await savedThrice();
  for (const path of [folder.newest, folder.previous]) {
    await Deno.writeTextFile(path, `denizen-checkpoint 1 2 ab\n{}\n`);
  }
  using log = logged();

  assertEquals(await folder.loads(), undefined);
  assertEquals(
    log.lines,
    [folder.newest, folder.previous].map((path) =>
      `Cannot use "${path}": it is no checkpoint of this version; looking further back`
    ),
  );
});

Deno.test("load() uses the log before where a crash came between the renames", async () => {
  await using folder = await savedThrice();
  await Deno.rename(folder.newest, folder.previous);
  await Deno.writeTextFile(folder.file(PARTIAL), "anything");
  using log = logged();

  assertEquals(await folder.loads(), 3);
  assertEquals(log.lines, []);
  await folder.store.save(checkpointAt(4), NONE);
  assertEquals(await folder.loads(), 4);
  assertEquals(await folder.names(), [NEWEST, PREVIOUS]);
  await Deno.remove(folder.newest);
  assertEquals(await folder.loads(), 3, "the last good one was not replaced");
});

Deno.test("save() starts anew where a killed stage left an unfinished file", async () => {
  await using folder = await tempFolder();
  const store = openCheckpoints(folder.path);
  await Deno.writeTextFile(folder.file(PARTIAL), "x".repeat(100_000));

  await store.save(checkpointAt(1), NONE);

  assertEquals(await loadAll(store), loadedAt(1));
  assertEquals(await folder.names(), [NEWEST]);
});

Deno.test("save() does not put a damaged file in the place of a good one", async () => {
  await using folder = await savedThrice();
  using _log = logged();
  for (const event of [4, 5]) {
    await Deno.truncate(folder.newest, 30);
    assertEquals(await folder.loads(), 1);

    await folder.store.save(checkpointAt(event), NONE);

    assertEquals(await folder.loads(), event);
  }
  await Deno.truncate(folder.newest, 30);
  assertEquals(await folder.loads(), 1);
});

/** What one save of a random history does. */
const SAVES = fc.array(
  fc.record({
    put: fc.uniqueArray(
      fc.tuple(fc.nat(9), fc.string({ maxLength: 30 })),
      { selector: ([id]) => id, maxLength: 4 },
    ),
    remove: fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
    /** Another process goes on, from what was saved. */
    restart: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

/** What happens to the newest file: how, where from 0 to 1, and which bit. */
const DAMAGE = fc.record({
  how: fc.constantFrom("cut", "flip"),
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.nat(7),
});

Deno.test("load() gives the newest save that is whole before any damage, and a run goes on from it", async () => {
  await fc.assert(
    fc.asyncProperty(SAVES, DAMAGE, async (saves, { how, where, bit }) => {
      await using folder = await tempFolder();
      const newest = folder.file(NEWEST);
      // So small that a history has logs that are written anew.
      const open = () => openCheckpoints(folder.path, { floorBytes: 40 });
      let store = open();
      const groups = new Map<number, string>();
      let event = 0;
      const save = async (put: [number, string][], remove: number[]) => {
        const removed = remove.filter((id) => groups.delete(id));
        const changed = new Map(put.filter(([id]) => !removed.includes(id)));
        for (const [id, text] of changed) groups.set(id, text);
        await store.save(
          checkpointAt(++event, changed, removed),
          () => recordsOf(groups),
        );
        const { size, ino } = await Deno.stat(newest);
        return { end: size, file: ino, state: loadedAt(event, groups) };
      };

      const history: Awaited<ReturnType<typeof save>>[] = [];
      for (const { put, remove, restart } of saves) {
        history.push(await save(put, remove));
        if (!restart) continue;
        store = open();
        assertEquals(await loadAll(store), history.at(-1)!.state);
      }
      const { file } = history.at(-1)!;
      const bytes = await Deno.readFile(newest);
      const at = Math.floor(where * bytes.length);
      if (how === "flip") bytes[at]! ^= 1 << bit;
      await Deno.writeFile(
        newest,
        how === "cut" ? bytes.subarray(0, at) : bytes,
      );

      const good = history.findLast((each) =>
        each.file !== file || each.end <= at
      );
      using log = logged();
      store = open();
      assertEquals(await loadAll(store), good?.state);
      const isSeen = how === "flip" || good?.file !== file || good.end < at;
      assertEquals(log.lines.length, isSeen ? 1 : 0);

      groups.clear();
      for (const [id, text] of good?.state.groups ?? []) groups.set(id, text);
      const { state } = await save([[3, "after"]], [4]);
      assertEquals(await loadAll(open()), state);
      assertEquals(log.lines.length, isSeen ? 1 : 0);
    }),
    { numRuns: 100 },
  );
});
