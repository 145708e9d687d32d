import { assert, assertEquals } from "@std/assert";
import { packagedFiles } from "../../../tasks/package/files.ts";
import { libraryFiles } from "../../../tasks/package/library_files.ts";

Deno.test("packagedFiles() has what the program needs, and neither tests nor what was built", async () => {
  const files = await packagedFiles();

  for (
    const needed of [
      "main.ts",
      "dashboard/main.ts",
      "dashboard/page/index.html",
      "dashboard/page/style.css",
      "deno.lock",
      "proto/types/broker/v1/BrokerService.ts",
      "stages/rules.yaml",
      "tasks/call/error_details.proto",
      "tasks/live_view/screen.tsx",
      "vendor/std/yaml/mod.ts",
    ]
  ) assert(files.includes(needed), needed);
  const others = files.filter((path) =>
    /^(tests|docs|examples|\.)|^(tasks\/)?bench|^vendor.*\.json$|\/(rust|cpp|go|python|target)\//
      .test(path)
  );
  assertEquals(others, []);
  assertEquals(files, [...new Set(files)].toSorted());
});

Deno.test("libraryFiles() are a part of the package", async () => {
  const packaged = await packagedFiles();
  const files = await libraryFiles();

  assertEquals(files.filter((path) => !packaged.includes(path)), []);
  for (const door of ["mod.ts", "broker/client.ts", "stages/stage.ts"]) {
    assert(files.includes(door), door);
  }
  assertEquals(
    files.filter((path) => /^(tasks|supervisor|orchestrator)\//.test(path)),
    [],
  );
});
