import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { createModuleGuard } from "../../../supervisor/modules/module_guard.ts";
import { readModuleGraphs } from "../../../supervisor/modules/module_graph.ts";
import { eventually } from "../../support/eventually.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

/**
 * What lies around the scripts: a workspace whose config is in ops/, and beside
 * it what belongs to others. A name that leads to `->` is a link.
 */
const TREE: Record<string, string> = {
  "home/ws/deno.json": '{ "imports": { "mapped": "../other/secret.json" } }',
  "home/ws/ops/config.yaml": "",
  "home/ws/ops/.denizen/token": "secret",
  "home/ws/.denizen/other.yaml/token": "secret",
  "home/ws/.denizen/lib/proto/broker.proto": "hello",
  "home/ws/.denizen/library": "secret",
  "home/ws/shared/greeting.txt": "hello",
  "home/ws/services/links/secret.ts": "-> home/other/secret.txt",
  "home/ws/services/links/folder": "-> home/other",
  "home/ws/services/deep.ts":
    'import x from "../../other/secret.json" with { type: "json" }; x;',
  "home/ws/member/deno.json": "{}",
  "home/other/secret.txt": "secret",
  "home/other/secret.json": '{ "a": "secret" }',
  "home/other/secret": "API_KEY=secret",
  "home/other/code.ts": "export const a = 1;",
  "home/repository/.git/HEAD": "",
  "home/repository/shared.txt": "hello",
  "home/workspaces/deno.json": '{ "workspace": ["./a"] }',
  "home/workspaces/shared.txt": "hello",
  "home/workspaces/a/deno.json": "{}",
  "home/.ssh/id": "secret",
  "home/notes.txt": "hello",
  "cache/npm/a.txt": "hello",
  "cache/location_data/a.txt": "secret",
};

/** How a script imports a file. */
const as = (type: string) => (file: string) =>
  `import x from ${JSON.stringify(file)} with { type: "${type}" }; x;`;
const code = (file: string) => `import ${JSON.stringify(file)};`;

/** As long as one that imports another file. */
const ITS_OWN = as("json")("data").padEnd(100);

interface Case {
  what: string;
  /** From the folder of all. @default {"home/ws/services"} */
  in?: string;
  /** What the script says. */
  source: string;
  /** @default {none} */
  permissions?: Record<string, unknown>;
  /** What it is refused for; undefined if it is not. */
  refused?: string;
}

/** The cases; `@` stands for the folder of all. */
const CASES: Case[] = [
  {
    what: "text of somebody else",
    source: as("text")("../../other/secret.txt"),
    refused: "@/home/other/secret.txt as text",
  },
  {
    what: "JSON of somebody else, with rights to other things",
    source: as("json")("../../other/secret.json"),
    permissions: { read: ["data"] },
    refused:
      'services.s1.permissions.read: ["data", "@/home/other/secret.json"]',
  },
  {
    what: "JSON of somebody else, by an import map",
    source: as("json")("mapped"),
    refused: "@/home/other/secret.json as json",
  },
  {
    what: "text of the library, which is beside what supervisors keep",
    source: as("text")("../.denizen/lib/proto/broker.proto"),
  },
  {
    what: "text beside the library",
    source: as("text")("../.denizen/library"),
    refused: "@/home/ws/.denizen/library as text",
  },
  {
    what: "bytes of somebody else",
    source: as("bytes")("../../other/secret"),
    refused: "@/home/other/secret as bytes",
  },
  {
    what: "code of somebody else as text",
    source: as("text")("../../other/code.ts"),
    refused: "@/home/other/code.ts as text",
  },
  {
    what: "what is no code as code, to see what the error says",
    source: 'await import("../../other/secret").catch(String);',
    refused: "@/home/other/secret",
  },
  {
    what: "text by a dynamic import",
    source: 'await import("../../other/secret.txt", {with: {type: "text"}});',
    refused: "@/home/other/secret.txt as text",
  },
  {
    what: "text by a module without a file",
    source: code(
      `data:text/javascript,import "file://@/home/other/secret.txt" with {type:"text"}`,
    ),
    refused: "@/home/other/secret.txt as text",
  },
  {
    what: "JSON by a module of its own",
    source: code("./deep.ts"),
    refused: "@/home/ws/services/deep.ts imports @/home/other/secret.json",
  },
  {
    what: "what a link of its own leads to",
    source: as("text")("./links/folder/secret.txt"),
    refused:
      "@/home/ws/services/links/folder/secret.txt as text by a link to @/home/other/secret.txt",
  },
  {
    what: "what a link makes look like code",
    source: 'await import("./links/secret.ts").catch(String);',
    refused:
      "@/home/ws/services/links/secret.ts by a link to @/home/other/secret.txt",
  },
  {
    what: "what the supervisor keeps",
    source: as("text")("../ops/.denizen/token"),
    refused: "@/home/ws/ops/.denizen/token as text",
  },
  {
    what: "what another supervisor keeps",
    source: as("text")("../.denizen/other.yaml/token"),
    refused: "@/home/ws/.denizen/other.yaml/token as text",
  },
  {
    what: "what others have stored in the cache",
    source: as("text")("@/cache/location_data/a.txt"),
    refused: "@/cache/location_data/a.txt as text",
  },
  {
    what: "what is hidden in the home that it lies in",
    in: "home",
    source: as("text")("./.ssh/id"),
    refused: "@/home/.ssh/id as text",
  },
  {
    what: "what lies outside of its package",
    in: "home/ws/member",
    source: as("text")("../shared/greeting.txt"),
    refused: "@/home/ws/shared/greeting.txt as text",
  },
  { what: "code of somebody else", source: code("../../other/code.ts") },
  {
    what: "text of its workspace",
    source: as("text")("../shared/greeting.txt"),
  },
  {
    what: "text beside the config, from elsewhere",
    in: "home/ws/member",
    source: as("text")("../ops/config.yaml"),
  },
  {
    what: "text of its repository",
    in: "home/repository/services",
    source: as("text")("../shared.txt"),
  },
  {
    what: "text of the workspace that it is a member of",
    in: "home/workspaces/a",
    source: as("text")("../shared.txt"),
  },
  {
    what: "text beside it, in the home",
    in: "home",
    source: as("text")("./notes.txt"),
  },
  { what: "text of a package", source: as("text")("@/cache/npm/a.txt") },
  {
    what: "packages and what is not there, which Deno tells of",
    source: ["npm:zod@4.6.7", "jsr:@std/none@1", "./missing.ts"].map(code)
      .join(""),
  },
  {
    what: "what it has the right to read",
    source: as("text")("../../other/secret.txt"),
    permissions: { read: ["@/home/other/secret.txt"] },
  },
  {
    what: "what it has the right to read by a link, in a folder",
    source: as("text")("../../other/secret.txt"),
    permissions: { read: ["@/home/ws/services/links/folder"] },
  },
  {
    what: "anything, with the right to read everything",
    source: as("text")("../../other/secret.txt"),
    permissions: { read: true },
  },
];

async function writeTree({ file }: TempFolder): Promise<void> {
  for (const [name, content] of Object.entries(TREE)) {
    await Deno.mkdir(join(file(name), ".."), { recursive: true });
    if (content.startsWith("-> ")) {
      await Deno.symlink(file(content.slice("-> ".length)), file(name));
    } else await Deno.writeTextFile(file(name), content);
  }
}

Deno.test("refusalOf() decides whether a script may import", async (t) => {
  await using folder = await tempFolder();
  const path = await Deno.realPath(folder.path);
  const filled = (text: string) => text.replaceAll("@/", `${path}/`);
  await writeTree(folder);
  const services: Record<string, unknown> = {};
  for (
    const [index, { in: place, source, permissions = {} }] of CASES.entries()
  ) {
    const script = join(path, place ?? "home/ws/services", `s${index}.ts`);
    await Deno.mkdir(join(script, ".."), { recursive: true });
    await Deno.writeTextFile(script, filled(source));
    services[`s${index}`] = { script, permissions };
  }
  const config = {
    ...parseConfig(filled(JSON.stringify({ services })), {
      path: join(path, "home/ws/ops/config.yaml"),
    }),
    stateDir: join(path, "home/ws/ops/.denizen"),
  };
  const looks: number[] = [];
  const guard = createModuleGuard(() => config, {
    home: join(path, "home"),
    cache: join(path, "cache"),
    read(scripts, options) {
      looks.push(scripts.length);
      return readModuleGraphs(scripts, options);
    },
  });

  const refusals = await Promise.all(
    CASES.map((_, index) =>
      guard.refusalOf(config.services.get(`s${index}`)![0]!)
    ),
  );

  for (const [index, { what, refused }] of CASES.entries()) {
    await t.step(`${what}: ${refused ? "no" : "yes"}`, () => {
      if (!refused) return assertEquals(refusals[index], undefined);
      assertStringIncludes(refusals[index] ?? "", filled(refused));
    });
  }
  await t.step("and looks once at all to which one deno.json applies", () => {
    const folders = new Set(CASES.map((each) => each.in ?? "home/ws/services"));
    assertEquals(looks.length, folders.size);
  });
  await t.step(
    "and says who imports what, what is its own, and what to write",
    () => {
      assertEquals(
        refusals[0],
        filled(
          'the module guard refuses it: @/home/ws/services/s0.ts imports @/home/other/secret.txt as text, outside of its workspace @/home/ws; to allow that, write services.s0.permissions.read: ["@/home/other/secret.txt"]',
        ),
      );
    },
  );
});

/** What somebody changes of a script in a folder, and what it then imports. */
const CHANGES: {
  what: string;
  change(folder: string): Promise<void>;
  refused?: RegExp;
}[] = [
  {
    what: "a module of it, that keeps its size and time",
    async change(folder) {
      const file = `${folder}/b.ts`;
      const { mtime, size } = await Deno.stat(file);
      const source = as("json")("../outside/secret.json");
      await Deno.writeTextFile(file, source.padEnd(size));
      await Deno.utime(file, mtime!, mtime!);
    },
    refused: /outside\/secret\.json as json/,
  },
  {
    what: "its deno.json",
    change: (folder) =>
      Deno.writeTextFile(
        `${folder}/deno.json`,
        '{ "imports": { "data": "../outside/secret.json" } }',
      ),
    refused: /outside\/secret\.json as json/,
  },
  {
    what: "a file into a link",
    async change(folder) {
      await Deno.remove(`${folder}/data.json`);
      await Deno.symlink("../outside/secret.json", `${folder}/data.json`);
    },
    refused: /data\.json as json/,
  },
  {
    what: "its deno.json into what Deno cannot read",
    change: (folder) => Deno.writeTextFile(`${folder}/deno.json`, "{"),
    refused: /^the module guard cannot tell what it imports: .*deno\.json/,
  },
  {
    what: "a module of it, and nothing of importance",
    change: (folder) => Deno.writeTextFile(`${folder}/b.ts`, `${ITS_OWN}//`),
  },
];

Deno.test("refusalOf() looks again when somebody has changed", async (t) => {
  await using folder = await tempFolder();
  const { file } = folder;
  const services: Record<string, unknown> = {};
  for (const index of CHANGES.keys()) {
    await Deno.mkdir(file(String(index)));
    const put = (name: string, text: string) =>
      Deno.writeTextFile(file(`${index}/${name}`), text);
    await put("deno.json", '{ "imports": { "data": "./data.json" } }');
    await put("data.json", "{}");
    await put("a.ts", code("./b.ts"));
    await put("b.ts", ITS_OWN);
    services[`s${index}`] = { script: file(`${index}/a.ts`) };
  }
  await Deno.mkdir(file("outside"));
  await Deno.writeTextFile(file("outside/secret.json"), "{}");
  const config = parseConfig(JSON.stringify({ services }), {
    path: file("ops/config.yaml"),
  });
  let looks = 0;
  const guard = createModuleGuard(() => config, {
    read(scripts, options) {
      looks++;
      return readModuleGraphs(scripts, options);
    },
  });
  const ask = async (index: number) => {
    const before = looks;
    const refusal = await guard.refusalOf(
      config.services.get(`s${index}`)![0]!,
    );
    return { refusal, looked: looks - before };
  };
  // What was written in the same second as it was read may be read again.
  for (const index of CHANGES.keys()) {
    await eventually(
      "it answers from memory",
      async () => (await ask(index)).looked === 0,
    );
    assertEquals(await ask(index), { refusal: undefined, looked: 0 });
  }

  for (const [index, { what, change, refused }] of CHANGES.entries()) {
    await t.step(what, async () => {
      await change(file(String(index)));
      const { refusal, looked } = await ask(index);

      assertEquals(looked, 1);
      if (refused) assertMatch(refusal ?? "", refused);
      else assertEquals(refusal, undefined);
    });
  }
});
