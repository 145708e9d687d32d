import { assertEquals } from "@std/assert";
import { createLossCounter } from "../../../runtime/program/lost_output.ts";
import { createLossTeller } from "../../../supervisor/events/loss_teller.ts";

Deno.test("createLossTeller() notes what is lost by now, and tells the rest of it at the end", () => {
  const events: string[] = [];
  const teller = createLossTeller(({ message }) => void events.push(message));
  const own = createLossCounter((loss) => teller.tell("standard output", loss));
  const log = createLossCounter((loss) => teller.tell("log", loss, "a"));

  own.lose(14, "no space left on device");
  log.lose(2, "no space left on device");
  own.lose(100, "");
  log.lose(1, "");
  const notes = teller.notes();
  teller.tellRest();
  teller.tellRest();

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
