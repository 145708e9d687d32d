import { assert, assertEquals } from "@std/assert";
import { readMemory } from "../../../runtime/process/process_memory.ts";
import { spawn } from "../../support/spawned.ts";

Deno.test("readMemory() reads what this process holds, and the most it has held", async () => {
  const now = await readMemory("self", "VmRSS");
  const most = await readMemory(Deno.pid, "VmHWM");

  assert(now !== undefined && most !== undefined && now > 1e6);
  assert(most >= now * 0.9, `${most} is less than ${now}`);
});

Deno.test("readMemory() gives nothing for a process that is gone", async () => {
  await using child = spawn("true", []);
  await child.status;

  assertEquals(await readMemory(child.pid, "VmRSS"), undefined);
});
