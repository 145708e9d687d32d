import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { PAGE_FILES, pageFiles } from "../../../tasks/generated/page_files.ts";

Deno.test("every file of the dashboard's page is in the list (deno task schema)", async () => {
  const written = await Deno.readTextFile(join(PROJECT, PAGE_FILES));

  assertEquals(written, await pageFiles());
});
