import { assertEquals, assertStringIncludes } from "@std/assert";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { containersOf } from "../../../../tasks/export/container/container.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import {
  fileOf,
  FOLDER,
  projectOf,
  SOURCE,
} from "../../../support/exported.ts";

Deno.test("a script may read in its container what its env files set", () => {
  const project = projectOf(
    `
services:
  job: { script: job.ts, env_file: local.env, environment: { API_KEY: x } }
`,
    { fileVariables: new Map([["job", { F_ONE: "1", API_KEY: "y" }]]) },
  );

  const { containers: [job] } = containersOf(project, FOLDER);

  assertStringIncludes(
    job!.command.join(" "),
    "--allow-env=F_ONE,API_KEY,DENIZEN_*",
  );
});

Deno.test("an export to containers tells of variables that come from a supervisor", () => {
  const project = projectOf(`
services:
  some: { script: a.ts, permissions: { env: [LANG, "AWS_*", SET] }, environment: { SET: x } }
  all: { script: a.ts, permissions: { env: true } }
  none: { script: a.ts, permissions: { env: [SET] }, environment: { SET: x } }
`);

  for (const make of [exportCompose, exportKubernetes]) {
    const told = make(project, SOURCE).notCarried
      .filter(({ key }) => key === "permissions.env")
      .map(({ service, why }) => `${service}: ${why.split(" of the ")[0]}`);

    assertEquals(told, ['some: "LANG", "AWS_*"', "all: all variables"]);
  }
});

Deno.test("a healthcheck of one's own has the token of its service in compose", () => {
  const project = projectOf(`
services:
  own: { script: a.ts, healthcheck: { exec: [deno, run, ask.ts] } }
`);

  assertStringIncludes(
    fileOf(exportCompose(project, SOURCE), "compose.yaml")
      .replaceAll(/\n +- /g, " "),
    "test: CMD sh /opt/denizen/start.sh deno run ask.ts",
  );
});
