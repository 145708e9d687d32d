import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import { readProject } from "../../../../tasks/export/project.ts";
import { KEY_FILES, keyCases, tellsOf } from "../../../support/export_keys.ts";
import { SOURCE } from "../../../support/exported.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

for (
  const [target, make] of [
    ["compose", exportCompose],
    ["kubernetes", exportKubernetes],
  ] as const
) {
  Deno.test(`export ${target} carries each key over, or tells of it`, async () => {
    await using folder = await tempFolder();
    for (const [path, text] of Object.entries(KEY_FILES)) {
      await Deno.mkdir(dirname(folder.file(path)), { recursive: true });
      await Deno.writeTextFile(folder.file(path), text, { mode: 0o755 });
    }
    const exported = async (text: string) => {
      await Deno.writeTextFile(folder.file("config.yaml"), text);
      const project = await readProject(folder.file("config.yaml"));
      return make({ ...project, name: "shop" }, {
        ...SOURCE,
        root: folder.path,
        denoFolder: folder.path,
        output: folder.file("export/there"),
      });
    };

    const dropped: string[] = [];
    for (const { key, ...texts } of keyCases()) {
      const before = await exported(texts.without);
      const after = await exported(texts.with);
      const isCarried =
        JSON.stringify(before.files) !== JSON.stringify(after.files);
      if (!isCarried && !tellsOf(key, after.notCarried)) dropped.push(key);
    }

    assertEquals(dropped, []);
  });
}
