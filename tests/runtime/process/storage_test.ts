import { assertEquals } from "@std/assert";
import { denoCommand } from "../../../runtime/process/deno_command.ts";
import { buildEnvironment } from "../../../runtime/process/environment.ts";
import { startProcess } from "../../../runtime/process/start_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const FIXTURE = new URL(
  "../../fixtures/stores_without_rights.ts",
  import.meta.url,
).pathname;

Deno.test("a script without any right keeps data for any script of its deno.json, in Deno's own folders", async () => {
  await using folder = await tempFolder();
  const [cache, temporary] = [folder.file("deno"), folder.file("tmp")];
  for (const path of [cache, temporary]) await Deno.mkdir(path);
  await Deno.writeTextFile(folder.file("deno.json"), "{}");
  const run = async (name: string) => {
    await Deno.copyFile(FIXTURE, folder.file(name));
    const { stdout, stderr, exit } = startProcess({
      ...denoCommand({
        script: folder.file(name),
        args: [`of ${name}`],
        permissions: {},
      }),
      env: buildEnvironment(Deno.env.toObject(), {
        set: { DENO_DIR: cache, TMPDIR: temporary },
      }),
    }, { watch() {} });
    const said = [stdout, stderr].map((each) => new Response(each).text());
    await exit;
    return (await Promise.all(said)).join("");
  };

  const first = await run("first.ts");
  const other = await run("other.ts");

  assertEquals(JSON.parse(first), [null, null]);
  assertEquals(JSON.parse(other), ["of first.ts", "of first.ts"]);
  const names = (path: string) => Array.fromAsync(Deno.readDir(path));
  const stored = await names(`${cache}/location_data`);
  const [{ name } = { name: "" }] = stored;
  assertEquals(
    (await names(`${cache}/location_data/${name}`)).map(({ name }) => name),
    ["local_storage"],
  );
  assertEquals((await names(temporary)).map(({ name }) => name), [
    "deno_cache",
  ]);
  assertEquals(
    (await names(`${temporary}/deno_cache`)).map(({ name }) => name),
    [name],
  );
});
