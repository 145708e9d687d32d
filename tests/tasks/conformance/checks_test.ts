/** Holds the list of checks against what is said of them. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { CHECKS } from "../../../tasks/conformance/checks.ts";
import { conformancePage } from "../../../tasks/generated/schema.ts";

Deno.test("docs/conformance.md is current; `deno task schema` writes it", async () => {
  const page = await Deno.readTextFile(join(PROJECT, "docs/conformance.md"));

  assertEquals(page, await conformancePage());
});

Deno.test("each check has a name of its own, and says what a stage must do", () => {
  const ids = CHECKS.map(({ id }) => id);

  assertEquals(ids.length, new Set(ids).size);
  for (const { id, sentence, stages } of CHECKS) {
    assertMatch(id, /^[a-z]+(-[a-z0-9]+)*$/);
    assertMatch(sentence, /^[A-Z].*[^.]\.$/);
    assertEquals(stages.length > 0, true, id);
  }
});

Deno.test("each check points to a heading of docs/write-a-stage.md", async () => {
  const page = await Deno.readTextFile(join(PROJECT, "docs/write-a-stage.md"));
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-")
  );
  const astray = CHECKS.filter(({ see }) => !anchors.includes(see));

  assertEquals(astray.map(({ id, see }) => `${id}: ${see}`), []);
});
