/**
 * The examples that stand beside what the library exports.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import { DOORS } from "../../runtime/program/library_names.ts";

/** What is exported and can be called or made. */
export interface Documented {
  name: string;
  /** Where it is declared, from the project's folder. */
  file: string;
  /** What stands in front of it. */
  comment: string;
  /** Programs in it that can be run as they are. */
  examples: string[];
}

/** Lists what the doors of the library export, but for types and packages. */
export async function documentedExports(): Promise<Documented[]> {
  const found: Documented[] = [];
  for (const door of Object.values(DOORS)) {
    const text = await read(door);
    found.push(documented("the page", door, /^(\/\*\*.*?\*\/)/s, text));
    for (
      const [, name] of text.matchAll(/^export (?:async )?function\*? (\w+)/gm)
    ) {
      found.push(documented(name!, door, declaration(name!), text));
    }
    for (const [, names, from] of text.matchAll(FROM)) {
      if (!from!.startsWith(".")) continue;
      const file = join(dirname(door), from!);
      const declared = await read(file);
      for (const name of names!.split(",").map((each) => each.trim())) {
        // A constant says what it is.
        if (!/^[a-z]\w+$|^[A-Z]\w*[a-z]\w*$/.test(name)) continue;
        found.push(documented(name, file, declaration(name), declared));
      }
    }
  }
  return found.filter(({ name, file }, at) =>
    at === found.findIndex((each) => each.name === name && each.file === file)
  );
}

/** What a door hands on: names, of which types are marked, and from where. */
const FROM = /^export \{([^}]*)\} from "([^"]+)";/gm;

function declaration(name: string): RegExp {
  return new RegExp(
    `(/\\*\\*(?:(?!\\*/).)*\\*/)\\s*export (?:async )?(?:function\\*?|class) ${name}\\b`,
    "s",
  );
}

function documented(
  name: string,
  file: string,
  pattern: RegExp,
  text: string,
): Documented {
  const [, comment = ""] = pattern.exec(text) ?? [];
  const plain = comment.split("\n").map((line) => line.replace(/^ \* ?/, ""))
    .join("\n");
  const examples = [...plain.matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(([, code]) => code!);
  return { name, file, comment, examples };
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(join(PROJECT, path));
}
