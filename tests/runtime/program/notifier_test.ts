import { assertEquals } from "@std/assert";
import { createNotifier } from "../../../runtime/program/notifier.ts";

Deno.test("notify() wakes all who wait, and nobody who asks afterwards", async () => {
  const changed = createNotifier();
  const woken: string[] = [];
  const wait = (name: string) => changed.next().then(() => woken.push(name));

  changed.notify(); // nobody waits
  const first = [wait("a"), wait("b")];
  changed.notify();
  const later = wait("c");
  await Promise.all(first);

  assertEquals(woken, ["a", "b"]);

  changed.notify();
  await later;
  assertEquals(woken, ["a", "b", "c"]);
});
