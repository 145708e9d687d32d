import { assertEquals } from "@std/assert";
import { watchFailure } from "../../../supervisor/watch/module_watch.ts";

Deno.test("watchFailure() names the limit that was reached, not only the system's words for it", () => {
  assertEquals(
    [
      "Too many open files (os error 24)",
      'No space left on device (os error 28) about ["/srv"]',
      "Permission denied (os error 13)",
    ].map((message) => watchFailure(new Error(message))),
    [
      'too many open files, or no inotify instances left: see "ulimit -n" and "sysctl fs.inotify.max_user_instances"',
      'no space left on device for inotify watches: see "sysctl fs.inotify.max_user_watches"',
      "permission denied",
    ],
  );
});
