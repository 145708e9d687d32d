import { assertEquals, assertRejects } from "@std/assert";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import { Failure } from "../../../runtime/program/errors.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { packed, whyNotReleased } from "../../../tasks/generated/release.ts";
import { releasedVersions } from "../../support/released.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("whyNotReleased() says what is missing", () => {
  const state = {
    version: "1.2.0",
    kept: ["1.1.9"],
    changelog: "# Changelog\n\n## What a version promises\n\n## 1.2.0\n",
    changes: "",
  };
  const older = "## 1.1.9\n\n## 1.2.0\n";
  const CASES: [Partial<typeof state>, string | undefined][] = [
    [{}, undefined],
    [{ changes: " M main.ts\n?? new.ts\n" }, "commit them first:\n M main.ts"],
    [{ kept: ["1.2.0"] }, "version 1.2.0 has been released"],
    [{ changelog: older }, 'is "1.1.9"; put "## 1.2.0" first'],
    [
      { changelog: `## Not yet numbered\n${older}` },
      'is "Not yet numbered"; put "## 1.2.0" first',
    ],
    [{ changelog: "# Changelog" }, 'names no version; put "## 1.2.0"'],
  ];

  for (const [changed, expected] of CASES) {
    const why = whyNotReleased({ ...state, ...changed });
    assertEquals(
      expected === undefined ? why === undefined : why?.includes(expected),
      true,
      `${why} for ${JSON.stringify(changed)}`,
    );
  }
});

Deno.test("packed() makes the same bytes of the same files, whoever has them since when", async () => {
  const archives = await Promise.all([0, 1].map(async (at) => {
    await using folder = await tempFolder();
    // In another order, at another time, with other rights.
    const names = ["a.ts", "b/c.ts"];
    const turned = at === 0 ? names : names.toReversed();
    await Deno.mkdir(folder.file("b"));
    for (const name of turned) {
      await Deno.writeTextFile(folder.file(name), name);
      await Deno.utime(folder.file(name), at * 1_000, at * 1_000);
      await Deno.chmod(folder.file(name), at === 0 ? 0o644 : 0o600);
    }
    return await packed(folder.path, turned);
  }));

  assertEquals(archives[0], archives[1]);
  await assertRejects(() => packed("/", ["not/there"]), Failure, "not/there");
});

Deno.test("one release is kept, which docs/changelog.md describes, and deno.json is no older", async () => {
  const changelog = await Deno.readTextFile(`${PROJECT}/docs/changelog.md`);
  const versions = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)$/gm)]
    .map(([, version]) => version!);
  const [kept, ...others] = await releasedVersions();

  assertEquals(others, []);
  assertEquals(versions.includes(kept!), true, kept);
  // The newest is the first.
  const [current, last] = [DENO_JSON.version, kept!]
    .map((version) => versions.indexOf(version)) as [number, number];
  assertEquals(current >= 0 && current <= last, true, `${versions}`);
});
