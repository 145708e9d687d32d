import { assertEquals } from "@std/assert";
import { isThere } from "../../../runtime/files/optional_file.ts";
import { isAtRest } from "../../../supervisor/service/state.ts";
import { eventually } from "../../support/eventually.ts";
import { startService } from "../../support/service_loop.ts";
import { tempFolder } from "../../support/temp_folder.ts";

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

Deno.test("the reason of a failure is the last line, also where whoever takes the lines is slow", async () => {
  await using folder = await tempFolder();
  const go = folder.file("go");
  const script =
    `echo begins >&2; until [ -e ${go} ]; do sleep 0.01; done; echo $$ > ${go}; echo no such table >&2; exit 3`;
  await using service = startService(
    `{ command: ["sh", "-c", ${JSON.stringify(script)}], restart: "no" }`,
    {
      async onOutput(_, text) {
        if (text !== "begins\n") return;
        await Deno.writeTextFile(go, "");
        await eventually(
          "the process has written its pid and ended",
          async () => {
            const pid = (await Deno.readTextFile(go)).trim();
            return pid !== "" && !await isThere(`/proc/${pid}`);
          },
        );
        // Long after its end is known.
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
    },
  );

  await service.loop.until(isAtRest);

  assertEquals(service.told.at(-1), "exited with code 3: no such table");
});
