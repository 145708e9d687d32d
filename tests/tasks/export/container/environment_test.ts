import { assertStringIncludes } from "@std/assert";
import { containersOf } from "../../../../tasks/export/container/container.ts";
import { FOLDER, projectOf } from "../../../support/exported.ts";

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
