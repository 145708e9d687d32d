import { assertEquals } from "@std/assert";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import {
  packagedConfig,
  packagedLock,
} from "../../../tasks/package/deno_config.ts";

Deno.test("packagedConfig() names the vendored files and what they import", () => {
  const config = packagedConfig(DENO_JSON);

  assertEquals(config.links, undefined);
  assertEquals(config.tasks, undefined);
  assertEquals(config.allowScripts, DENO_JSON.allowScripts);
  const { imports } = config;
  assertEquals(imports["@std/yaml"], "./vendor/std/yaml/mod.ts");
  assertEquals(
    imports["@std/cli/parse-args"],
    "./vendor/std/cli/parse_args.ts",
  );
  assertEquals(imports["js-yaml"]?.startsWith("npm:js-yaml@"), true);
  assertEquals(imports["echarts"], undefined);
  assertEquals(imports["zod"], DENO_JSON.imports["zod"]);
  assertEquals(
    Object.values(imports).filter((target) => target.startsWith("jsr:")),
    [],
  );
});

Deno.test("packagedConfig() leaves that of a copy as it is", () => {
  const config = packagedConfig(DENO_JSON);

  assertEquals(packagedConfig(config), config);
});

Deno.test("packagedLock() lists what the deno.json of a copy names", () => {
  const lock = packagedLock(
    {
      version: "5",
      specifiers: {
        "npm:@a/a@1.0.0": "1.0.0_c@3.0.0",
        "npm:b@*": "2.0.0",
        "npm:echarts@6.1.0": "6.1.0",
      },
      npm: {
        "@a/a@1.0.0_c@3.0.0": { dependencies: ["c@3.0.0", "d"] },
        "b@2.0.0": { optionalDependencies: ["e"] },
        "c@3.0.0_b@2.0.0": {},
        "c@4.0.0": {},
        "d@1.0.0": {},
        "e@1.0.0": {},
        "echarts@6.1.0": { dependencies: ["c@4.0.0", "d"] },
      },
      workspace: { dependencies: ["jsr:@std/a@1"], links: {} },
    },
    {
      imports: {
        b: "npm:b@2.0.0/one/file",
        a: "npm:@a/a@1.0.0/file",
        own: "./mod.ts",
      },
    },
  );

  assertEquals(lock, {
    version: "5",
    specifiers: { "npm:@a/a@1.0.0": "1.0.0_c@3.0.0", "npm:b@*": "2.0.0" },
    npm: {
      "@a/a@1.0.0_c@3.0.0": { dependencies: ["c@3.0.0", "d"] },
      "b@2.0.0": { optionalDependencies: ["e"] },
      "c@3.0.0_b@2.0.0": {},
      "d@1.0.0": {},
      "e@1.0.0": {},
    },
    workspace: { dependencies: ["npm:@a/a@1.0.0", "npm:b@2.0.0"] },
  });
});
