import { assert, assertEquals } from "@std/assert";
import { createPacer } from "../../../tasks/live_view/pacer.ts";

Deno.test("createPacer() acts once for many requests, and not again too soon", async () => {
  const atMs: number[] = [];
  let acted = Promise.withResolvers<void>();
  using pacer = createPacer(() => {
    atMs.push(performance.now());
    acted.resolve();
  }, 50);

  for (let count = 0; count < 100; count++) pacer.request();
  await acted.promise;
  acted = Promise.withResolvers();
  for (let count = 0; count < 100; count++) pacer.request();
  await acted.promise;

  assertEquals(atMs.length, 2);
  assert(atMs[1]! - atMs[0]! >= 49);
});

Deno.test("createPacer() waits until it is ready", async () => {
  let asked = 0;
  const acted = Promise.withResolvers<number>();
  using pacer = createPacer(() => acted.resolve(asked), 1, () => ++asked === 3);

  pacer.request();

  assertEquals(await acted.promise, 3);
});
