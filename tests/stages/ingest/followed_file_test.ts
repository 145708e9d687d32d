import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import { followFile } from "../../../stages/ingest/followed_file.ts";
import {
  type GenerationStore,
  openGenerations,
} from "../../../stages/ingest/generation_store.ts";
import { eventually } from "../../support/eventually.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** A followed file in a folder of its own, read generation after generation. */
async function followed() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const path = folder.file("app.log");
  const store = openGenerations(folder.path);
  const moved = stack.move();
  return {
    folder,
    path,
    store,
    write: (text: string, name = "app.log") =>
      Deno.writeTextFile(folder.file(name), text, { append: true }),
    rename: (from: string, to: string) =>
      Deno.rename(folder.file(from), folder.file(to)),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** One process that follows; it reads from a place on until it is told not to. */
function startReader(
  path: string,
  store: GenerationStore,
  { from = { number: 0, offset: 0 }, allowGap = false, most = 100 } = {},
) {
  const said: string[] = [];
  const parts: string[] = [];
  const closed = new AbortController();
  const file = followFile(path, {
    store,
    allowGap,
    most,
    say: (text) => said.push(text.replaceAll(path, "PATH")),
  });
  let failure: unknown;
  const reading = (async () => {
    let { number, offset } = from;
    const buffer = new Uint8Array(1_024);
    for (;; number++, offset = 0) {
      using input = await file.open(number, offset, closed.signal);
      for (;;) {
        const count = await input.read(buffer);
        if (count === null) break;
        parts[number] = (parts[number] ?? "") +
          new TextDecoder().decode(buffer.subarray(0, count));
      }
    }
  })().catch((error) => failure = error);
  return {
    said,
    parts,
    file,
    /** Waits until all of it has been read. */
    read: (...texts: string[]) =>
      eventually(
        () => `reading ${JSON.stringify(texts)}, not ${JSON.stringify(parts)}`,
        () => {
          if (failure && !closed.signal.aborted) throw failure;
          return texts.every((text, at) => parts[from.number + at] === text);
        },
      ),
    /** What it has failed with, by itself. */
    async fault(): Promise<string> {
      const error = await reading;
      if (!(error instanceof Fault)) throw error;
      return error.message.replaceAll(path, "PATH");
    },
    async [Symbol.asyncDispose]() {
      closed.abort();
      await reading;
      file.close();
    },
  };
}

Deno.test("followFile() waits for the file, and reads what was written to it after it was rotated", async () => {
  await using log = await followed();
  await using reader = startReader(log.path, log.store);
  await eventually("it waits", () => reader.said.length === 1);
  await log.write("a\n");
  await reader.read("a\n");

  await log.rename("app.log", "app.log.1");
  await log.write("b\n", "app.log.1");
  await reader.read("a\nb\n");
  // Nobody writes to the new one yet, so more may come to the old one.
  await log.write("");
  await log.write("c\n", "app.log.1");
  await reader.read("a\nb\nc\n");
  await log.write("d\n");

  await reader.read("a\nb\nc\n", "d\n");
  assertEquals(reader.said, [
    'Waiting for "PATH": it is not there yet',
    '"PATH" was rotated after 6 bytes: going on with the next file of that name',
  ]);
});

Deno.test("followFile() finds the generations again in another process, by whatever name", async () => {
  await using log = await followed();
  await log.write("first\n");
  {
    await using reader = startReader(log.path, log.store);
    await reader.read("first\n");
  }
  await log.rename("app.log", "app.log.3");
  await log.write("second\n", "app.log.2");
  await log.write("third\n", "app.log.1");
  await log.write("fourth\n");

  {
    await using reader = startReader(log.path, log.store, {
      from: { number: 0, offset: 2 },
    });
    await reader.read("rst\n", "second\n", "third\n", "fourth\n");
  }
  // The first is not needed: it was read to its end.
  await Deno.remove(log.folder.file("app.log.3"));
  await using reader = startReader(log.path, log.store, {
    from: { number: 0, offset: 6 },
  });
  await eventually("it goes on", () => reader.parts[3] === "fourth\n");
  assertEquals(reader.parts, [, "second\n", "third\n", "fourth\n"]);
});

Deno.test("followFile() looks at the name also while nobody reads", async () => {
  await using log = await followed();
  await log.write("first\n");
  const file = followFile(log.path, {
    store: log.store,
    most: 9,
    say: () => {},
  });
  const NEVER = new AbortController().signal;
  using _closed = { [Symbol.dispose]: file.close };
  using input = await file.open(0, 0, NEVER);
  for (const text of ["second\n", "third\n"]) {
    await log.rename("app.log", "app.log.1");
    await log.write(text);
    const { ino: inode } = await Deno.stat(log.path);
    await eventually("it is noted", async () => {
      const { generations } = (await log.store.load())!;
      return generations.at(-1)!.inode === inode;
    });
    await Deno.remove(log.folder.file("app.log.1"));
  }

  const parts: string[] = [];
  const buffer = new Uint8Array(100);
  const readPart = async (from: typeof input) => {
    const count = await from.read(buffer);
    parts.push(new TextDecoder().decode(buffer.subarray(0, count ?? 0)));
  };
  await readPart(input);
  assertEquals(await input.read(buffer), null);
  using second = await file.open(1, 0, NEVER);
  await readPart(second);
  assertEquals(await second.read(buffer), null);
  using third = await file.open(2, 0, NEVER);
  await readPart(third);
  assertEquals(parts, ["first\n", "second\n", "third\n"]);
});

const GAPS = [
  {
    what: "a rotated file that is gone, and was not read to its end",
    async happens(log: Awaited<ReturnType<typeof followed>>) {
      await Deno.remove(log.path);
      await log.write("new\n");
    },
    isDown: true,
    gap:
      "the file of which 4 bytes had been read is not in its folder any more, or begins otherwise: an unknown number of bytes of it are missing, and perhaps files that came after it",
  },
  {
    what: "a number that is missing",
    async happens(log: Awaited<ReturnType<typeof followed>>) {
      await log.rename("app.log", "app.log.3");
      await log.write("old\n", "app.log.1");
      await log.write("new\n");
    },
    isDown: true,
    gap:
      '"app.log" was rotated more than once since it was last looked at, and the file that came 1 after the last one is not there any more',
    after: ["old\n", "new\n"],
  },
  {
    what: "a file that was truncated while nobody looked, and has grown since",
    async happens(log: Awaited<ReturnType<typeof followed>>) {
      await Deno.writeTextFile(log.path, "new\n");
    },
    isDown: true,
    gap:
      "the file of which 4 bytes had been read is not in its folder any more, or begins otherwise: an unknown number of bytes of it are missing, and perhaps files that came after it",
  },
  {
    what: "a file that is truncated",
    async happens(log: Awaited<ReturnType<typeof followed>>) {
      await Deno.truncate(log.path);
      await log.write("new\n");
    },
    gap:
      "it was truncated when 4 bytes of it had been read; what came between the last look and that is not known",
  },
  {
    what: "bytes that come too late to a rotated file",
    async happens(
      log: Awaited<ReturnType<typeof followed>>,
      read: (...texts: string[]) => Promise<void>,
    ) {
      await log.rename("app.log", "app.log.1");
      await log.write("new\n");
      await read("was\n", "new\n");
      await log.write("late\n", "app.log.1");
    },
    gap:
      "5 bytes came after it had been rotated, when the next file was read already",
  },
];

for (const { what, happens, isDown = false, gap, after = ["new\n"] } of GAPS) {
  Deno.test(`followFile() ends at ${what}, unless gaps are allowed`, async () => {
    for (const allowGap of [false, true]) {
      await using log = await followed();
      await log.write("was\n");
      const first = startReader(log.path, log.store, { allowGap });
      await first.read("was\n");
      if (isDown) {
        await first[Symbol.asyncDispose]();
        await happens(log, first.read);
      } else await happens(log, first.read);
      await using reader = isDown
        ? startReader(log.path, log.store, {
          allowGap,
          from: { number: 0, offset: 4 },
        })
        : first;

      if (!allowGap) {
        assertEquals(
          await reader.fault(),
          `Cannot follow "PATH" without a gap: ${gap}; go on all the same by --allow-gap`,
        );
        continue;
      }
      await eventually(
        () => `saying ${gap}, not ${reader.said.join("\n")}`,
        () => reader.said.includes(`A gap in "PATH": ${gap}`),
      );
      await eventually(
        () => JSON.stringify(reader.parts),
        () => after.every((text, at) => reader.parts[at + 1] === text),
      );
    }
  });
}

Deno.test("followFile() says how many bytes of a file that was read in part are missing", async () => {
  await using log = await followed();
  await log.write("first\n");
  {
    await using reader = startReader(log.path, log.store);
    await reader.read("first\n");
    await log.rename("app.log", "app.log.1");
    await log.write("second\n");
    await reader.read("first\n", "second\n");
  }
  await Deno.remove(log.folder.file("app.log.1"));

  await using reader = startReader(log.path, log.store, {
    from: { number: 0, offset: 2 },
  });

  assertEquals(
    await reader.fault(),
    'Cannot follow "PATH" without a gap: the file of which 2 bytes had been read is not in its folder any more, or begins otherwise: 4 bytes of it are missing; go on all the same by --allow-gap',
  );
});

Deno.test("followFile() refuses compressed data, a folder, and what cannot be written down", async () => {
  await using log = await followed();
  await Deno.writeFile(log.path, new Uint8Array([0x1f, 0x8b, 0x08, 0]));
  const NEVER = new AbortController().signal;
  const open = (store = log.store) =>
    followFile(log.path, { store, most: 1 }).open(0, 0, NEVER);

  await assertRejects(open, Fault, "it is gzip data");
  await Deno.remove(log.path);
  await Deno.mkdir(log.path);
  await assertRejects(open, Fault, "it is not a regular file");
  await Deno.remove(log.path);
  await log.write("a\n");
  await assertRejects(
    () => open(openGenerations(`${log.folder.path}/nowhere`)),
    Fault,
    "Cannot write",
  );
});
