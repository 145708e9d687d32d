import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { readProject } from "../../../tasks/export/project.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("readProject() knows what runs, what is written, and what env files say", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("sub"));
  await Deno.writeTextFile(folder.file("main.ts"), "");
  await Deno.writeTextFile(folder.file("local.env"), "A=1\n");
  await Deno.writeTextFile(
    folder.file("sub/config.yaml"),
    "services:\n  job:\n    command: [echo, '${NOBODY:-hi}']\n    x-note: ours\n",
  );
  await Deno.writeTextFile(
    folder.file("Shop & Co.yaml"),
    `include: [sub/config.yaml]
dashboard: true
services:
  web:
    script: main.ts
    port: 5900
    env_file: local.env
    deploy: { replicas: 2 }
`,
  );

  const project = await readProject(folder.file("Shop & Co.yaml"));

  assertEquals(
    [...project.services].map(([name, specs]) => [
      name,
      specs.map(({ name }) => name),
    ]),
    [["web", ["web-1", "web-2"]], ["job", ["job"]]],
  );
  assertEquals(project.name.endsWith("-shop-co"), true, project.name);
  assertEquals(project.written.file, {
    include: ["sub/config.yaml"],
    dashboard: true,
  });
  assertEquals(project.written.services.get("job"), {
    command: ["echo", "${NOBODY:-hi}"],
  });
  assertEquals([...project.envFiles], [[folder.file("local.env"), "A=1\n"]]);
});

Deno.test("readProject() says what is wrong with a config", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("config.yaml"), "services: {}\n");

  await assertRejects(
    () => readProject(folder.file("config.yaml")),
    UsageError,
    "expected at least one service",
  );
});
