import { assertEquals } from "@std/assert";
import { divertLog } from "../../../runtime/program/log.ts";
import { listUnended } from "../../../supervisor/state_folder/run_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

for (
  const text of [
    "null",
    "[]",
    "{}",
    '{"bootId":"a"}',
    '{"bootId":"a","processes":null}',
    '{"bootId":"a","processes":[{"pid":"1"}]}',
    '{"bootId":',
  ]
) {
  Deno.test(`listUnended() says that a run.json of ${text} is damaged, and goes on`, async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("run.json"), text);
    let said = "";
    using _taken = divertLog((line) => said += line);

    assertEquals(await listUnended(folder.path), []);
    assertEquals(
      said,
      `Cannot use "${
        folder.file("run.json")
      }": it is damaged, so it cannot be known whether an earlier supervisor left processes behind\n`,
    );
  });
}

Deno.test("listUnended() finds nothing where there is no run.json", async () => {
  await using folder = await tempFolder();

  assertEquals(await listUnended(folder.path), []);
});
