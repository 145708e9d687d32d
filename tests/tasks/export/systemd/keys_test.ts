import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { readProject } from "../../../../tasks/export/project.ts";
import type { Exported } from "../../../../tasks/export/target.ts";
import { exportSupervisor } from "../../../../tasks/export/systemd/supervisor_unit.ts";
import { exportUnits } from "../../../../tasks/export/systemd/systemd.ts";
import {
  KEY_FILES,
  keyCases,
  keysOfSchema,
  tellsOf,
} from "../../../support/export_keys.ts";
import { type TempFolder, tempFolder } from "../../../support/temp_folder.ts";

const OPTIONS = {
  root: "/opt/app",
  deno: "/usr/bin/deno",
  user: false,
  runAs: undefined,
  version: 254,
};

async function exported(
  folder: TempFolder,
  text: string,
  options = OPTIONS,
): Promise<Exported> {
  await Deno.writeTextFile(folder.file("config.yaml"), text);
  const project = await readProject(folder.file("config.yaml"));
  return exportUnits({ ...project, name: "shop" }, options);
}

async function folderWithFiles(): Promise<TempFolder> {
  const folder = await tempFolder();
  for (const [path, text] of Object.entries(KEY_FILES)) {
    await Deno.mkdir(dirname(folder.file(path)), { recursive: true });
    await Deno.writeTextFile(folder.file(path), text, { mode: 0o755 });
  }
  return folder;
}

Deno.test("there is a case for each key of the config", () => {
  assertEquals(
    keyCases().map(({ key }) => key).toSorted(),
    keysOfSchema().toSorted(),
  );
});

for (
  const [words, options] of [
    ["units", OPTIONS],
    ["units for an older systemd", { ...OPTIONS, version: 252 }],
    ["units of a user", { ...OPTIONS, user: true }],
  ] as const
) {
  Deno.test(`exportUnits() carries each key over into ${words}, or tells of it`, async () => {
    await using folder = await folderWithFiles();
    const dropped: string[] = [];
    for (const { key, ...texts } of keyCases()) {
      const before = await exported(folder, texts.without, options);
      const after = await exported(folder, texts.with, options);
      const isCarried =
        JSON.stringify(before.files) !== JSON.stringify(after.files);
      if (!isCarried && !tellsOf(key, after.notCarried)) dropped.push(key);
    }

    assertEquals(dropped, []);
  });
}

Deno.test("exportUnits() makes the same bytes of the same project, wherever that is", async () => {
  await using folder = await folderWithFiles();
  await using other = await folderWithFiles();
  for (
    const { with: text } of keyCases()
  ) {
    const one = await exported(folder, text);
    const another = await exported(other, text);

    assertEquals(one.files, another.files);
    assertEquals(JSON.stringify(one).includes(folder.path), false, text);
  }
});

/** What a supervisor's unit lacks, by the key that wants it. */
const TOLD_OF_SUPERVISOR: Record<string, string[]> = {
  profiles: ["profiles"],
  "permissions.env": ["permissions.env"],
  "tls.ca": ["tls"],
  "tls.cert": ["tls"],
  "tls.key": ["tls"],
  allow: ["tls"],
};

Deno.test("exportSupervisor() leaves all to the supervisor but what its command line says", async () => {
  await using folder = await folderWithFiles();
  for (const { key, with: text } of keyCases()) {
    await Deno.writeTextFile(folder.file("config.yaml"), text);
    const project = await readProject(folder.file("config.yaml"));
    const { notCarried } = exportSupervisor(project, OPTIONS);

    assertEquals(
      // What is no script has it always.
      [...new Set(notCarried.map(({ key }) => key))]
        .filter((key) => key !== "inherit_environment"),
      TOLD_OF_SUPERVISOR[key.replace("services.<name>.", "")] ?? [],
      key,
    );
  }
});
