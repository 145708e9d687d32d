/**
 * Holds that what the library exports is described, with an example that works
 * in a project of somebody's own: in another folder, and with no more rights
 * than a service has.
 */

import { assertEquals } from "@std/assert";
import { makeFiles } from "../tasks/init/make_files.ts";
import { starterFiles } from "../tasks/init/templates.ts";
import { keepLibrary } from "../tasks/library/keep_library.ts";
import { documentedExports } from "./support/library_examples.ts";
import { spawn } from "./support/spawned.ts";
import { tempFolder } from "./support/temp_folder.ts";

const exported = await documentedExports();

Deno.test("each thing that the library exports has a description and an example", () => {
  const without = exported
    .filter(({ comment, examples }) => comment === "" || examples.length === 0)
    .map(({ name, file }) => `${name} in ${file}`);

  assertEquals(without, []);
  assertEquals(exported.length > 25, true, "few of them are found");
});

/** What takes the process for itself; a server only says its flags. */
const PROGRAM = /\b(runProgram|runStage)\(/;
const SERVES = /\brunStage\(|\bserveUntilStopped\((?!.*AbortSignal)/s;

/** Where an example has the broker. */
const BROKER = "127.0.0.1:50051";

Deno.test("each example of the library has right types and works", async () => {
  await using folder = await tempFolder();
  await makeFiles(folder.path, await starterFiles("service"));
  await keepLibrary(folder.path);
  const run = (args: string[]) =>
    spawn(Deno.execPath(), [
      // Frozen: the lock file that was made names all there is.
      ...["run", "--frozen", "--no-prompt", "--cached-only", "--ignore-env"],
      ...["--allow-net=127.0.0.1", ...args],
    ], { cwd: folder.path });
  await using broker = run([
    ".denizen/lib/broker/main.ts",
    "--address=127.0.0.1:0",
  ]);
  const serving = await broker.stderr.find(/^Serving on /);
  const address = serving.replace("Serving on ", "");

  const together: string[] = [];
  const alone: string[][] = [];
  for (const [at, { file: from, name, examples }] of exported.entries()) {
    for (const [which, code] of examples.entries()) {
      const file = `./example_${at}_${which}.ts`;
      const text = `// ${name} of ${from}\n${code.replaceAll(BROKER, address)}`;
      await Deno.writeTextFile(folder.file(file), text);
      if (!PROGRAM.test(text)) together.push(file);
      else alone.push([file, ...SERVES.test(text) ? ["--help"] : []]);
    }
  }
  const runner = "./all_of_them.ts";
  const imports = together.map((file) => `import "${file}";\n`).join("");
  // Some leave a connection open.
  await Deno.writeTextFile(folder.file(runner), `${imports}Deno.exit(0);\n`);

  await using checked = spawn(Deno.execPath(), [
    "check",
    "--frozen",
    "--quiet",
    ...together,
    ...alone.map(([file]) => file!),
  ], { cwd: folder.path });
  const { code } = await checked.status;
  assertEquals([code, await checked.stderr.rest()], [0, ""]);

  const failed: string[] = [];
  for (const args of [[runner], ...alone]) {
    await using ran = run(args);
    const { code } = await ran.status;
    if (code !== 0) failed.push(`${args[0]}: ${await ran.stderr.rest()}`);
  }
  assertEquals(failed, []);
});
