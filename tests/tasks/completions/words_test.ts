import { assertEquals } from "@std/assert";
import { wordsFrom } from "../../../tasks/completions/words.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("wordsFrom() finds the services and profiles of a config and of what it includes", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("more"));
  const files = {
    "config.yaml": `
dashboard: true
x-common: &common { profiles: [tools, all] }
include:
  - more/a.yaml
  - path: more/b.yaml
services:
  web: { <<: *common, script: web.ts }
  worker: { script: }
`,
    "more/a.yaml":
      "include: ../config.yaml\nservices: { a: { profiles: [all, a] } }",
    "more/b.yaml": "services: { b: }",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(folder.file(name), text);
  }
  const config = folder.file("config.yaml");

  assertEquals(await wordsFrom("services", { config }), [
    "web",
    "worker",
    "a",
    "b",
    "dashboard",
  ]);
  assertEquals(await wordsFrom("profiles", { config }), ["tools", "all", "a"]);
});

Deno.test("wordsFrom() finds nothing in a config that is missing or wrong", async () => {
  await using folder = await tempFolder();
  const config = folder.file("config.yaml");
  assertEquals(await wordsFrom("services", { config }), []);

  for (
    const text of [
      "services: [",
      "services: [a]",
      "text",
      "include: [{ path: 7 }, null]",
      'services: { "two\\nlines": }',
    ]
  ) {
    await Deno.writeTextFile(config, text);
    assertEquals(await wordsFrom("services", { config }), [], text);
    assertEquals(await wordsFrom("profiles", { config }), [], text);
  }
});

Deno.test({
  name: "wordsFrom() waits for no pipe and reads no device",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await tempFolder();
    const config = folder.file("config.yaml");
    const text = "include: [/dev/zero]\nservices: { web: }";
    await Deno.writeTextFile(config, text);

    assertEquals(await wordsFrom("services", { config }), ["web"]);
    assertEquals(await wordsFrom("services", { config: "/dev/zero" }), []);
  },
});

Deno.test("wordsFrom() finds the stages and variants, also those of a stages file", async () => {
  await using folder = await tempFolder();
  const stages = folder.file("stages.yaml");
  await Deno.writeTextFile(
    stages,
    "stages: { parse: { variants: { mine: { command: [x] } } } }",
  );
  const config = folder.file("config.yaml");

  assertEquals(await wordsFrom("variants", { config, stages }), [
    "parse=rust",
    "parse=mine",
    "rules=python",
    "aggregate=go",
  ]);
  assertEquals(await wordsFrom("stages-and-variants", { config }), [
    "ingest",
    "parse",
    "rules",
    "aggregate",
    "sink",
    "parse=rust",
    "rules=python",
    "aggregate=go",
  ]);
});
