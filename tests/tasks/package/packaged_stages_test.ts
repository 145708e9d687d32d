import { assertEquals } from "@std/assert";
import { parseStages } from "../../../orchestrator/stages_file.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { STAGES } from "../../../stages/names.ts";
import SHIPPED from "../../../orchestrator/shipped_stages.json" with {
  type: "json",
};
import {
  shippedWithoutVariants,
  withoutVariants,
} from "../../../tasks/package/packaged_stages.ts";

Deno.test("withoutVariants() keeps what each stage itself runs, and what is known of it", async () => {
  const path = `${PROJECT}/stages/stages.yaml`;
  const text = withoutVariants(await Deno.readTextFile(path));
  const stages = parseStages(text, { path, variables: {} });
  const shipped = shippedWithoutVariants(SHIPPED);

  assertEquals(shipped.text, text);
  assertEquals(shipped.stages, JSON.parse(JSON.stringify(stages)));
  assertEquals(Object.keys(stages), [...STAGES]);
  for (const stage of STAGES) {
    assertEquals(stages[stage]?.variants, {}, stage);
    assertEquals(stages[stage]?.script, "main.ts", stage);
  }
});
