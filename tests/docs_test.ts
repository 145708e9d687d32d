/** Holds the pages against each other, and against what they list. */

import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { PROJECT } from "../runtime/program/paths.ts";
import { starterConfig } from "../tasks/init/starter_config.ts";

const PAGES = (await Array.fromAsync(Deno.readDir(join(PROJECT, "docs"))))
  .map(({ name }) => name).filter((name) => name.endsWith(".md")).sort();

const read = (path: string) => Deno.readTextFile(join(PROJECT, path));

Deno.test("docs/index.md lists every page once, and every page is reached from it", async () => {
  const index = await read("docs/index.md");
  const listed = [...index.matchAll(/^\| \[([\w-]+\.md)\]\(\1\)/gm)]
    .map(([, name]) => name!);

  assertEquals(
    listed.toSorted(),
    PAGES.filter((name) => name !== "index.md"),
  );
});

Deno.test("every page leads back to the index", async () => {
  const without: string[] = [];
  for (const page of PAGES) {
    if (page === "index.md") continue;
    if (!(await read(`docs/${page}`)).includes("](index.md)")) {
      without.push(page);
    }
  }

  assertEquals(without, []);
});

Deno.test("links between the pages lead somewhere", async () => {
  const broken: string[] = [];
  for (const page of ["README.md", ...PAGES.map((name) => `docs/${name}`)]) {
    const text = withoutCode(await read(page));
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^\w+:/.test(target!)) continue;
      const [path, anchor] = target!.split("#");
      const file = path ? join(dirname(page), path) : page;
      const found = await read(file).catch(() => undefined);
      const isThere = found !== undefined &&
        (!anchor || anchorsOf(found).includes(anchor));
      if (!isThere) broken.push(`${page}: ${target}`);
    }
  }

  assertEquals(broken, []);
});

for (
  const [door, section] of [
    ["mod.ts", "## `denizen`\n"],
    ["broker/client.ts", "## `denizen/broker`\n"],
    ["stages/stage.ts", "## `denizen/stage`\n"],
  ] as const
) {
  Deno.test(`docs/imports.md lists what ${door} exports`, async () => {
    const page = await read("docs/imports.md");
    const part = page.slice(page.indexOf(section) + section.length)
      .split("\n## ")[0]!;
    const listed = [...part.matchAll(/^\| (.*?) +\|/gm)]
      .flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)])
      .map(([, name]) => name!);

    assertEquals(listed.toSorted(), exportsOf(await read(door)).toSorted());
  });
}

Deno.test("docs/imports.md says what `denizen init` writes into a deno.json", async () => {
  const page = await read("docs/imports.md");
  const [, block = ""] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
  const written = JSON.parse(block);
  const starter = JSON.parse(starterConfig());

  assertEquals(written.imports, starter.imports);
  assertEquals(written.allowScripts, starter.allowScripts);
  assertEquals(written.nodeModulesDir, starter.nodeModulesDir);
});

/** The names that a file exports, by declaration or from elsewhere. */
function exportsOf(text: string): string[] {
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gms)]
    .flatMap(([, names]) => names!.split(","))
    .map((name) => name.trim().replace(/^type /, ""));
  const declared = [
    ...text.matchAll(
      /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm,
    ),
  ].map(([, name]) => name!);
  return [...lists, ...declared].filter((name) => name !== "");
}

/** Anchors of headings as hosts of Markdown make them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")
  );
}

/** Leaves out what stands in code, which may look like a link. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
}
