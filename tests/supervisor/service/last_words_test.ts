import { assertEquals } from "@std/assert";
import { isAtRest } from "../../../supervisor/service/state.ts";
import { startService } from "../../support/service_loop.ts";

Deno.test("the reason of a failure has none of what a terminal would take for an instruction", async () => {
  // A colour, a link and a title, as build tools print them.
  const words = [
    "\\033[31mbad \\033]8;;http://a\\033\\\\port",
    "\\033]8;;\\033\\\\\\033[0m\\033]0;title\\007",
  ].join("");
  await using service = startService(
    `{ command: ["sh", "-c", ${
      JSON.stringify(`printf '${words}\\n' >&2; exit 3`)
    }], restart: "no" }`,
  );

  await service.loop.until(isAtRest);

  assertEquals(service.told.at(-1), "exited with code 3: bad port");
});
