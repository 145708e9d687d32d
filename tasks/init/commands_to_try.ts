/**
 * What can be done with a project that has just been begun.
 *
 * @module
 */

import { join } from "node:path";
import { commandFor } from "../../runtime/program/command_name.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { DEFAULT_CONFIG, taskFor } from "../../supervisor/config/config.ts";
import { quoteWord } from "../../runtime/program/shell_words.ts";
import type { Template } from "./templates.ts";

/** How a command names the services of the project, and a file in it. */
interface Place {
  task(words: string): string;
  file(name: string): string;
}

const COMMANDS: Record<Template, (place: Place) => readonly string[]> = {
  service: ({ task }) => [
    task("supervise"),
    task("ps"),
    task(`call --address=greeter GreeterService/Greet '{"name": "Ada"}'`),
  ],
  pipeline: ({ file }) => {
    const pipeline = (flags: string) =>
      commandFor(`pipeline ${file("requests.ndjson")} ${flags}`);
    const schema = `--schema=${file("schema.yaml")}`;
    return [
      pipeline(`${schema} --rules=${file("rules.yaml")}`),
      pipeline(`${schema} --window=1m --output=-`),
      pipeline("--key=status --value=ms:avg,bytes:sum"),
    ];
  },
  calculator: ({ task }) => [
    task("supervise"),
    task("services"),
    task("scale calculator-server=3"),
  ],
  empty: ({ task }) => [task("supervise"), task("ps"), task("logs hello")],
};

/**
 * Returns three commands for a project, a line each, as they are to be typed
 * where the user is; before them the way there, where it is to be gone.
 *
 * @param folder The project's, as an absolute path.
 */
export function commandsToTry(template: Template, folder: string): string {
  const config = join(folder, DEFAULT_CONFIG);
  const isHere = folder === userPath(".");
  // Only in its own folder does Deno know our tasks, and npx a relative path.
  const staysHere = isHere || /^(deno task|npx) /.test(commandFor(""));
  const lines = COMMANDS[template](
    staysHere
      ? {
        task: (words) => taskFor(words, config),
        file: (name) => quoteWord(shortPath(join(folder, name))),
      }
      : { task: commandFor, file: (name) => name },
  );
  return [...staysHere ? [] : [`cd ${quoteWord(shortPath(folder))}`], ...lines]
    .map((line) => `  ${line}`).join("\n");
}
