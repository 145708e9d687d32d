import { assertEquals } from "@std/assert";
import { progressOnDemand } from "../../../tasks/run/late_progress.ts";

Deno.test("a progress bar is loaded only where there is a terminal to show it on", () => {
  let loaded = 0;
  using progress = progressOnDemand(() => {
    loaded++;
    return Promise.resolve({
      startProgress: () => ({ update() {}, [Symbol.dispose]() {} }),
    });
  }, false);

  progress.update(1, 2, 3);

  assertEquals(loaded, 0);
});

Deno.test("a progress bar that was loaded late shows the last update, and is removed", async () => {
  const shown: string[] = [];
  const loading = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  {
    using progress = progressOnDemand(async () => {
      await loading.promise;
      return {
        startProgress: () => ({
          update(events) {
            shown.push(`update ${events}`);
            started.resolve();
          },
          [Symbol.dispose]: () => void shown.push("removed"),
        }),
      };
    }, true);
    progress.update(1, 0, 0);
    progress.update(2, 0, 0);
    loading.resolve();
    await started.promise;
    progress.update(3, 0, 0);
  }

  assertEquals(shown, ["update 2", "update 3", "removed"]);
});
