import { assertEquals } from "@std/assert";
import { createLossCounter } from "../../../runtime/program/lost_output.ts";
import { createLossReporter } from "../../../supervisor/events/loss_reporter.ts";

Deno.test("createLossReporter() notes what is lost by now, and reports the rest of it at the end", () => {
  const events: string[] = [];
  const reporter = createLossReporter(({ message }) =>
    void events.push(message)
  );
  const own = createLossCounter((loss) =>
    reporter.report("standard output", loss)
  );
  const log = createLossCounter((loss) => reporter.report("log", loss, "a"));

  own.lose(14, "no space left on device");
  log.lose(2, "no space left on device");
  own.lose(100, "");
  log.lose(1, "");
  const notes = reporter.notes();
  reporter.reportRest();
  reporter.reportRest();

  assertEquals(notes, [
    "standard output: 114 lines lost so far, no space left on device",
  ]);
  assertEquals(events, [
    "standard output: 14 lines lost so far, no space left on device",
    "log: 2 lines lost so far, no space left on device",
    "standard output: 114 lines lost so far, no space left on device",
    "log: 3 lines lost so far, no space left on device",
  ]);
});
