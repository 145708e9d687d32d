/**
 * The JSON schemas of Kubernetes, by the tool that has them with it.
 *
 * Where it is not there its tests are ignored, with the reason in their names; in
 * CI they run, and fail.
 *
 * @module
 */

import type { TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";
import { endsWell } from "./programs.ts";
import { spawn } from "./spawned.ts";

const INSTALL =
  "python3 -m venv .denizen/python && .denizen/python/bin/pip install kubernetes-validate";

const VALIDATE = [
  new URL("../../.denizen/python/bin/kubernetes-validate", import.meta.url)
    .pathname,
  "kubernetes-validate",
].find((program) => endsWell(program, ["--version"]));

/** Declares a test that needs the schemas. */
export function testSchemas(name: string, run: TestRun): void {
  testWhere(
    name,
    VALIDATE === undefined
      ? `kubernetes-validate is not there; "${INSTALL}" installs it`
      : undefined,
    run,
  );
}

/** Returns what is wrong with manifests; nothing where they are right. */
export async function whatSchemasSay(paths: string[]): Promise<string> {
  await using tool = spawn(VALIDATE!, ["--strict", "--quiet", ...paths]);
  const [output, errors, { success }] = await Promise.all([
    tool.stdout.rest(),
    tool.stderr.rest(),
    tool.status,
  ]);
  return success ? "" : `${output}${errors}`;
}
