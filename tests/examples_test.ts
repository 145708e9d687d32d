/**
 * Runs each example as its page says, and compares what comes out with what is
 * to come out.
 */

import { assertEquals } from "@std/assert";
import { PROJECT } from "../runtime/program/paths.ts";
import { eachOf } from "./support/at_once.ts";
import { type Command, runFolder, runToEnd } from "./support/runs.ts";

const EXAMPLES = `${PROJECT}/examples`;

/** The first command of each section, and the folder that it reads from. */
async function commandsOfPage() {
  const text = await Deno.readTextFile(`${EXAMPLES}/README.md`);
  return [...text.matchAll(/^## .*$[^]*?```sh\ndeno task pipeline (.*)$/gm)]
    .map(([, args = ""]) => ({
      args: args.split(" "),
      name: /^examples\/([\w-]+)\/\S+/.exec(args)![1]!,
    }));
}

Deno.test("each example is on the page, and gives what it is to give", async () => {
  const commands = await commandsOfPage();
  const folders = await Array.fromAsync(Deno.readDir(EXAMPLES));

  assertEquals(
    commands.map(({ name }) => name).sort(),
    folders.filter(({ isDirectory }) => isDirectory).map(({ name }) => name)
      .sort(),
  );
  await eachOf(commands, ({ name }) => name, async ({ args, name }) => {
    // A stage of one's own is a process, and all others would go the same way.
    const hasOwnStage = args.some((arg) => arg.startsWith("--stages="));
    const command: Command = hasOwnStage ? "pipeline" : "monolith";
    await using folder = await runFolder();
    const { code, stdout } = await runToEnd(command, folder, args, {
      cwd: PROJECT,
    });

    assertEquals(code, 0);
    assertEquals(
      `${stdout}\n`,
      await Deno.readTextFile(`${EXAMPLES}/${name}/expected.ndjson`),
    );
  });
});
