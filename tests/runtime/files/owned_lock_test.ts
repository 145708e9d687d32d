import { assertEquals } from "@std/assert";
import {
  type LockResult,
  takeLock,
} from "../../../runtime/files/owned_lock.ts";
import { tempFolder } from "../../support/temp_folder.ts";

async function held(path: string): Promise<AsyncDisposable> {
  const result = await takeLock(path);
  if (result.status !== "held") throw new Error(`it is ${result.status}`);
  return result.lock;
}

Deno.test("takeLock() lets one at a time have a file, says who, and removes it", async () => {
  await using folder = await tempFolder();
  const path = folder.file("lock");
  {
    await using _lock = await held(path);

    assertEquals(await Deno.readTextFile(path), `denizen ${Deno.pid}\n`);
    assertEquals(await takeLock(path), { status: "taken", pid: Deno.pid });
  }

  assertEquals(await folder.names(), []);
  await using _next = await held(path);
});

Deno.test("takeLock() gives a file to one of many that ask at once", async () => {
  await using folder = await tempFolder();
  const path = folder.file("lock");
  for (let round = 0; round < 20; round++) {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => takeLock(path)),
    );

    const locks = results.filter((each): each is LockResult & {
      status: "held";
    } => each.status === "held");
    assertEquals(locks.length, 1);
    assertEquals(results.filter(({ status }) => status === "foreign"), []);
    await locks[0]!.lock[Symbol.asyncDispose]();
    assertEquals(await folder.names(), []);
  }
});

Deno.test("takeLock() takes over what a killed process has left", async () => {
  await using folder = await tempFolder();
  const path = folder.file("lock");
  await Deno.writeTextFile(path, "denizen 123456789\n");
  {
    await using _lock = await held(path);
    assertEquals(await Deno.readTextFile(path), `denizen ${Deno.pid}\n`);
  }
  assertEquals(await folder.names(), []);
});

Deno.test("takeLock() leaves alone what is no lock of ours", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("text"), "my notes");
  await Deno.writeTextFile(folder.file("empty"), "");
  await Deno.mkdir(folder.file("folder"));
  await Deno.symlink(folder.file("text"), folder.file("link"));
  const names = await folder.names();

  for (const name of names) {
    assertEquals(await takeLock(folder.file(name)), { status: "foreign" });
  }

  assertEquals(await folder.names(), names);
  assertEquals(await Deno.readTextFile(folder.file("text")), "my notes");
});

Deno.test("giving a lock back leaves alone what has taken its place", async () => {
  await using folder = await tempFolder();
  const path = folder.file("lock");
  {
    await using _lock = await held(path);
    await Deno.remove(path);
    await Deno.writeTextFile(path, "my notes");
  }
  assertEquals(await Deno.readTextFile(path), "my notes");
});
