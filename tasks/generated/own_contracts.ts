/**
 * The contracts of this project: those in proto/, and the health contract, which
 * comes from a package.
 *
 * @module
 */

import HEALTH_PROTO from "grpc-health-check/proto/health/v1/health.proto" with {
  type: "text",
};
import { join } from "node:path";
import { contractPaths, PROTO } from "./contract_paths.ts";

/** Reads them: texts by the paths that they import each other by. */
export async function ownContracts(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map([["grpc/health/v1/health.proto", HEALTH_PROTO]]);
  for await (const path of contractPaths()) {
    texts.set(path, await Deno.readTextFile(join(PROTO, path)));
  }
  return texts;
}
