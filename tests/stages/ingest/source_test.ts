import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import { type Input, isSeekable } from "../../../stages/ingest/input.ts";
import { createSource } from "../../../stages/ingest/source.ts";
import { makePipe } from "../../support/programs.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const NEVER = new AbortController().signal;
const MAX_LINE = 1_024;

/** Reads so many characters, or up to the end. */
async function readText(input: Input, count: number): Promise<string> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const read = await input.read(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  return new TextDecoder().decode(bytes.subarray(0, at));
}

/** Opens a pipe for writing, which waits for its reader. */
function writerOf(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { write: true });
}

async function writeText(to: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  assertEquals(await to.write(bytes), bytes.length);
}

Deno.test("isSeekable() knows a file from what gives its bytes only once", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("file"), "");
  await Deno.symlink(folder.file("file"), folder.file("link"));
  const pipe = makePipe(folder.file("pipe"));

  assertEquals(
    await Promise.all(
      ["-", folder.file("file"), folder.file("link"), pipe, "/dev/null"]
        .map(isSeekable),
    ),
    [false, true, true, false, false],
  );
});

Deno.test("isSeekable() leaves a file that is not there to whoever opens it", async () => {
  assertEquals(await isSeekable("/nowhere/events"), true);
});

Deno.test("createSource() says in words why an input cannot be opened", async () => {
  await using folder = await tempFolder();
  const path = folder.file("events");
  const message = async () => {
    const opening = createSource(path, MAX_LINE).open(0, NEVER);
    return (await assertRejects(() => opening, Fault)).message;
  };

  assertEquals(
    await message(),
    `Cannot read the input "${path}": it does not exist`,
  );
  await Deno.mkdir(path);
  assertEquals(
    await message(),
    `Cannot read the input "${path}": it is a folder`,
  );
});

Deno.test("createSource() reads a file from any place, any number of times", async () => {
  await using folder = await tempFolder();
  const path = folder.file("events");
  await Deno.writeTextFile(path, "0123456789");
  const source = createSource(path, MAX_LINE);

  const got: [size: number, text: string][] = [];
  for (const offset of [0, 7, 3, 10]) {
    using input = await source.open(offset, NEVER);
    got.push([input.size, await readText(input, 20)]);
    source.sent(10);
    source.forget(10);
  }

  assertEquals(got, [[10, "0123456789"], [10, "789"], [10, "3456789"], [
    10,
    "",
  ]]);
  assertEquals(source.pressed, false);
});

Deno.test("createSource() says that an input cannot be read", async () => {
  await using folder = await tempFolder();
  const socket = folder.file("socket");
  using _listener = Deno.listen({ transport: "unix", path: socket });

  for (const path of ["/nowhere/events", socket]) {
    const source = createSource(path, MAX_LINE);
    const fault = await assertRejects(() => source.open(0, NEVER), Fault);

    assertEquals(fault.code, "failed_precondition");
    assertStringIncludes(fault.message, `Cannot read the input "${path}": `);
  }
});

Deno.test("createSource() reads a named pipe again from what is not committed", async () => {
  await using folder = await tempFolder();
  const path = makePipe(folder.file("pipe"));
  const source = createSource(path, MAX_LINE);
  const opening = source.open(0, NEVER);
  const writer = await writerOf(path);

  const gone = new AbortController();
  using first = await opening;
  await writeText(writer, "01234");
  assertEquals(await readText(first, 5), "01234");
  source.sent(5);
  first[Symbol.dispose]();

  using second = await source.open(2, gone.signal);
  await writeText(writer, "56789");
  assertEquals(await readText(second, 8), "23456789");
  source.sent(10);
  source.forget(5);
  const waiting = assertRejects(() => readText(second, 1), Fault);
  gone.abort(); // as a chain that breaks while nothing comes
  await waiting;

  await assertRejects(
    () => source.open(4, NEVER),
    Fault,
    `Cannot read "${path}" again from byte 4: it is kept from byte 5 on; put the input into a file`,
  );
  using third = await source.open(5, NEVER);
  await writeText(writer, "ab");
  writer.close();
  assertEquals([third.size, await readText(third, 20)], [0, "56789ab"]);
});
