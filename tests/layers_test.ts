/**
 * Holds the import arrows: each folder names what it
 * may import, and any other import across folders fails with its place.
 */

import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dirname!, "..");

/** What each folder may import besides its own files: folders or files. */
const MAY_IMPORT: Record<string, string[]> = {
  proto: [],
  "runtime/program": [],
  "runtime/files": [],
  "runtime/rpc": ["proto", "runtime/program"],
  "runtime/process": ["runtime/program", "runtime/files"],
  broker: ["proto", "runtime/program", "runtime/rpc"],
  stages: ["proto", "runtime/program", "runtime/files", "runtime/rpc"],
  supervisor: [
    "proto",
    "runtime/program",
    "runtime/files",
    "runtime/rpc",
    "runtime/process",
  ],
  calculator: [
    "proto",
    "runtime/program",
    "runtime/rpc",
    "broker/client.ts",
  ],
  tasks: [
    "proto",
    "runtime/program",
    "runtime/files",
    "runtime/rpc",
    "runtime/process",
    "broker",
    "stages",
    "supervisor",
    "calculator",
  ],
  "main.ts": ["tasks", "runtime/program", "runtime/rpc/deno_version.ts"],
};

/** The only file besides main.ts that writes to the terminal by itself. */
const LOG_FILE = "runtime/program/log.ts";

/** An import as it is written, and where it leads. */
interface Import {
  file: string;
  specifier: string;
  /** From the root; undefined for a package. */
  target: string | undefined;
}

Deno.test("each folder imports only from the folders below it", async () => {
  const wrong = (await allImports())
    .filter(({ file }) => !file.startsWith("tests/"))
    .filter(({ file, target }) => {
      if (target === undefined || top(target) === top(file)) return false;
      const allowed = MAY_IMPORT[top(file)];
      return !allowed?.some((each) => each === target || each === top(target));
    });

  assertEquals(wrong.map(describe), []);
});

Deno.test("the supervisor imports none of what it runs", async () => {
  const wrong = (await allImports())
    .filter(({ file }) => file.startsWith("supervisor/"))
    .filter(({ target }) =>
      target !== undefined && !/^(supervisor|proto|runtime)\//.test(target)
    );

  assertEquals(wrong.map(describe), []);
});

Deno.test("nobody imports a main.ts", async () => {
  const wrong = (await allImports())
    // A fixture may be a program with something put in its way.
    .filter(({ file }) => !file.startsWith("tests/fixtures/"))
    .filter(({ target }) => target?.split("/").at(-1) === "main.ts");

  assertEquals(wrong.map(describe), []);
});

Deno.test("nobody imports by a computed name, or from outside the repository", async () => {
  const wrong = (await allImports())
    // A fixture may import what a test names.
    .filter(({ file }) => !file.startsWith("tests/fixtures/"))
    .filter(({ target }) => target?.startsWith(".."));

  assertEquals(wrong.map(describe), []);
});

Deno.test("only main.ts and the log file write to the terminal through console", async () => {
  const wrong: string[] = [];
  for await (const file of sourceFiles()) {
    if (file.startsWith("tests/") || file === "main.ts" || file === LOG_FILE) {
      continue;
    }
    const text = withoutComments(await Deno.readTextFile(join(ROOT, file)));
    if (/\bconsole\s*\./.test(text)) wrong.push(file);
  }

  assertEquals(wrong, []);
});

Deno.test("importsOf() sees each form of import", () => {
  const text = `
    import a from "./a.ts";
    import "./b.ts";
    import { c,
      type D } from '../c.ts';
    export { e } from "./e.ts"; export * from "./f.ts";
    const g = await import("./g.ts");
    type H = import("./h.ts").H;
    const i = await import(\`./\${name}.ts\`);
    // import "./comment.ts"
    /** import "./comment.ts" */
    const j = "a // b"; import "./k.ts";
  `;

  const found = importsOf("tasks/x.ts", text).map(({ target }) => target);

  assertEquals(found, [
    "tasks/a.ts",
    "tasks/b.ts",
    "c.ts",
    "tasks/e.ts",
    "tasks/f.ts",
    "tasks/g.ts",
    "tasks/h.ts",
    "../computed",
    "tasks/k.ts",
  ]);
});

async function allImports(): Promise<Import[]> {
  const found: Import[] = [];
  for await (const file of sourceFiles()) {
    // A text in the test above looks like imports.
    if (file === "tests/layers_test.ts") continue;
    found.push(
      ...importsOf(file, await Deno.readTextFile(join(ROOT, file))),
    );
  }
  return found;
}

/** Finds what a file imports; what it computes leads nowhere. */
function importsOf(file: string, text: string): Import[] {
  const forms =
    /\bfrom\s*(["'])([^"'\n]+)\1|\bimport\s*(["'])([^"'\n]+)\3|\bimport\s*\(\s*(?:(["'])([^"'\n]+)\5|[^)\s])/g;
  return [...withoutComments(text).matchAll(forms)].map((match) => {
    const specifier = match[2] ?? match[4] ?? match[6];
    if (specifier === undefined) {
      return { file, specifier: match[0], target: "../computed" };
    }
    const target = /^\.{0,2}\//.test(specifier)
      ? join(dirname(file), specifier)
      : undefined;
    return { file, specifier, target };
  });
}

/** Blanks out comments; keeps strings, which may look like them. */
function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string: string | undefined) => string ?? " ",
  );
}

async function* sourceFiles(folder = ROOT): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      if (!/^\.|^(target|node_modules|coverage)$/.test(name)) {
        yield* sourceFiles(path);
      }
    } else if (/\.[mc]?[jt]sx?$/.test(name)) yield relative(ROOT, path);
  }
}

/** The room that a path lies in: a folder of the table, or a file of the root. */
function top(path: string): string {
  const [folder, inner] = path.split("/");
  return folder === "runtime" ? `${folder}/${inner}` : folder!;
}

function describe({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
