import { assertEquals } from "@std/assert";
import DENO_JSON from "../../deno.json" with { type: "json" };
import { divertPrint } from "../../runtime/program/log.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { version } from "../../tasks/version.ts";

Deno.test("version() names Denizen, Deno and the folder, in words and as JSON", () => {
  const lines: string[] = [];
  using _diverted = divertPrint((text) => void lines.push(text));

  version([]);
  version(["--json"]);

  const [denizen, deno] = [DENO_JSON.version, Deno.version.deno];
  assertEquals(lines[0], `denizen ${denizen} (Deno ${deno}, ${PROJECT})`);
  assertEquals(JSON.parse(lines[1]!), { denizen, deno, folder: PROJECT });
});
