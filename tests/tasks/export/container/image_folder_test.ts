import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { imageSource } from "../../../../tasks/export/container/image_source.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import { readProject } from "../../../../tasks/export/project.ts";
import { UsageError } from "../../../../runtime/program/errors.ts";
import { fileOf } from "../../../support/exported.ts";
import { type TempFolder, tempFolder } from "../../../support/temp_folder.ts";

/** Puts files into a folder, and reads the config in the one called shop. */
async function projectIn(
  folder: TempFolder,
  config: string,
  files: readonly string[],
) {
  for (const name of ["shop", "lib"]) await Deno.mkdir(folder.file(name));
  for (const file of files) {
    await Deno.writeTextFile(folder.file(file), file.endsWith("n") ? "{}" : "");
  }
  await Deno.writeTextFile(folder.file("shop/config.yaml"), config);
  return await readProject(folder.file("shop/config.yaml"));
}

const BESIDE = "services: { a: { script: ../lib/x.ts } }\n";
const WITHIN = "services: { a: { script: x.ts } }\n";

Deno.test("no image is made of a folder that is no project", async () => {
  await using folder = await tempFolder();
  const project = await projectIn(folder, BESIDE, ["lib/x.ts"]);

  const refused = assertThrows(
    () => imageSource(project, "compose", undefined, []),
    UsageError,
  );

  assertStringIncludes(
    refused.message,
    `its image would be made of "${folder.path}" with all that is in it`,
  );
  assertStringIncludes(refused.message, "that is the folder of no project");
});

Deno.test("no image is made of a home folder, whatever lies in it", async () => {
  for (
    const [config, ...files] of [
      [BESIDE, "lib/x.ts", "package.json"],
      [WITHIN, "shop/x.ts", "deno.json"],
    ] as const
  ) {
    await using folder = await tempFolder();
    const project = await projectIn(folder, config, files);

    assertThrows(
      () => imageSource(project, "compose", undefined, [folder.path]),
      UsageError,
      "that is a home folder, keys included; put the config",
    );
  }
});

Deno.test("an image of the folder above the config's is told of", async () => {
  await using folder = await tempFolder();
  const project = await projectIn(folder, BESIDE, ["lib/x.ts", "deno.json"]);
  const source = imageSource(
    project,
    "kubernetes",
    folder.file("shop/out put"),
    [],
  );

  const { notCarried, next, ...exported } = exportKubernetes(project, source);

  assertEquals(
    exportCompose(project, source).notCarried[0],
    notCarried[0],
  );
  assertStringIncludes(notCarried[0]!.why, 'all that is in ".."');
  assertStringIncludes(next.join("\n"), ":1 ../..   #");
  assertStringIncludes(
    next.join("\n"),
    `made of all that is in "${folder.path}"`,
  );
  assertStringIncludes(
    fileOf({ notCarried, next, ...exported }, "Dockerfile"),
    "docker build -f Dockerfile ../..\n",
  );
});

Deno.test("no image has keys and env files, whoever names them", async () => {
  await using folder = await tempFolder();
  const project = await projectIn(
    folder,
    `include: [{ path: more.yaml, env_file: our.variables }]\n${WITHIN}`,
    ["shop/x.ts", "shop/our.variables", "shop/more.yaml"],
  );

  const exported = exportCompose(
    project,
    imageSource(project, "compose", undefined, []),
  );

  const ignored = fileOf(exported, "Dockerfile.dockerignore").split("\n");
  const wanted = [
    ...["our.variables", "**/.ssh", "**/.aws", "**/.gnupg", "**/.env*"],
    ...["**/*.env", "**/*-key.pem", "**/*.key", "**/node_modules"],
  ];
  assertEquals(wanted.filter((each) => !ignored.includes(each)), []);
});
